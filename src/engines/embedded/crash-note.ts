/**
 * Notes which runs are being computed, in a file, so that a run that takes the process down with it is known afterwards. The
 * note survives the death of the process, not of the machine; that is enough, and costs a microsecond or two.
 *
 * Runs are noted some at a time. Those that stood in the note when a process died are suspects: they are computed and noted
 * alone from then on, until one of their turns is committed.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A run in the note at this many deaths of the process, without a turn in between, is suspended. */
export const deathsToSuspend = 3;

/** So many runs are noted at once. */
export const mostNoted = 32;

export interface CrashNote {
  /** The runs that were noted when the process last ended. Then the note is cleared. */
  take(): number[];
  /** Replaces the note; at most `mostNoted` runs. */
  computing(runs: readonly number[]): void;
  close(): void;
}

export function openCrashNote(folder: string): CrashNote {
  const path = join(folder, "computing");
  closeSync(openSync(path, "a"));
  const note = openSync(path, "r+");
  const buffer = Buffer.alloc(8 * mostNoted);
  let noted = 0;
  const write = (runs: readonly number[]): void => {
    if (runs.length === 0 && noted === 0) return;
    buffer.fill(0);
    runs.forEach((run, at) => buffer.writeDoubleLE(run, 8 * at));
    writeSync(note, buffer, 0, 8 * Math.max(runs.length, noted), 0);
    noted = runs.length;
  };
  return {
    take() {
      const bytes = readSync(note, buffer, 0, buffer.length, 0);
      const runs: number[] = [];
      for (let at = 0; at + 8 <= bytes; at += 8) {
        const run = buffer.readDoubleLE(at);
        if (run > 0) runs.push(run);
      }
      noted = mostNoted;
      write([]);
      return runs;
    },
    computing: write,
    close() {
      write([]);
      closeSync(note);
    },
  };
}

/** For engines in memory: nothing survives, so nothing is noted. */
export const noCrashNote: CrashNote = { take: () => [], computing() {}, close() {} };
