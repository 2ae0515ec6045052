/**
 * Notes which run is being computed, in a file, so that a run that takes the process down with it is known afterwards. The
 * note survives the death of the process, not of the machine; that is enough, and costs a microsecond.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A run on the machine at this many deaths of the process, without a turn in between, is suspended. */
export const deathsToSuspend = 3;

export interface CrashNote {
  /** The run that was being computed when the process last ended, or 0. Then the note is cleared. */
  take(): number;
  computing(run: number): void;
  idle(): void;
  close(): void;
}

export function openCrashNote(folder: string): CrashNote {
  const file = openSync(join(folder, "computing"), "a+");
  closeSync(file);
  const note = openSync(join(folder, "computing"), "r+");
  const buffer = Buffer.alloc(8);
  let noted = -1;
  const write = (run: number): void => {
    if (run === noted) return;
    noted = run;
    buffer.writeDoubleLE(run);
    writeSync(note, buffer, 0, 8, 0);
  };
  return {
    take() {
      const run = readSync(note, buffer, 0, 8, 0) === 8 ? buffer.readDoubleLE() : 0;
      write(0);
      return run;
    },
    computing: write,
    idle: () => write(0),
    close() {
      write(0);
      closeSync(note);
    },
  };
}

/** For engines in memory: nothing survives, so nothing is noted. */
export const noCrashNote: CrashNote = { take: () => 0, computing() {}, idle() {}, close() {} };
