/** A language whose only program needs time to unwind when it is cancelled: it sleeps. */
import type { Arrival } from "../../../src/core/arrival.ts";
import type { Image, LoadedImage, Machine, Program, Turn } from "../../../src/core/program.ts";

const origin = { file: "stubborn", line: 1, column: 1 };
const hour = 3_600_000;

export const stubbornImage: Image = { hash: "stubborn", language: "stubborn", bytes: new Uint8Array([1]) };

export const stubbornProgram: Program = {
  language: "stubborn",
  dependencies: () => [],
  compile: () => ({ step: () => ({ image: stubbornImage, diagnostics: [], output: [] }) }),
  load: (): LoadedImage => ({
    hash: stubbornImage.hash,
    machineVersion: 1,
    describe: () => ({ mode: "driver", triggers: [] }),
    open: (start, state) => stubbornMachine(start.time, state?.[0] ?? 0),
    inspect: () => ({ fibers: [], mailbox: {} }),
  }),
};

/** Its state is the number of its effects. */
function stubbornMachine(time: number, effects: number): Machine {
  let n = effects;
  const sleep = (until: number): Turn => ({
    effects: [{ kind: "sleep", n: ++n, origin, until }],
    steps: 1,
    mailboxBytes: 0,
  });
  return {
    step(arrival: Arrival | undefined) {
      if (arrival === undefined) return sleep(time + hour);
      if (arrival.kind === "signal" && arrival.payload === '"reason"')
        return { effects: [], outcome: { kind: "cancelled", reason: "unwound" }, steps: 1, mailboxBytes: 0 };
      return arrival.kind === "cancel" ? sleep(arrival.time + hour) : { effects: [], steps: 1, mailboxBytes: 0 };
    },
    snapshot: () => Uint8Array.of(n),
  };
}
