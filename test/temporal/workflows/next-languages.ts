/** The toy language as a later release might have it: what was a timer is a call, and it takes more steps. */
import type { Turn } from "../../../src/core/program.ts";
import type { WireText } from "../../../src/core/wire.ts";
import { LoadedImages } from "../../../src/engines/temporal/sandbox/loaded-images.ts";
import { toyProgram } from "../../../src/engines/testing/toy-program.ts";

const toy = toyProgram();

function changed(turn: Turn): Turn {
  const effects = turn.effects.map((effect) =>
    effect.kind === "sleep" && effect.until < Date.now() + 1000
      ? { kind: "call" as const, n: effect.n, origin: effect.origin, action: "echo", input: "0" as WireText }
      : effect,
  );
  return { ...turn, effects, steps: turn.steps + 1 };
}

export const images = new LoadedImages([
  {
    ...toy,
    load(image) {
      const loaded = toy.load(image);
      return {
        ...loaded,
        machineVersion: 2,
        open(start, state) {
          const machine = loaded.open(start, state);
          return {
            step(arrival, budget) {
              const turn = machine.step(arrival, budget);
              return turn === "running" ? turn : changed(turn);
            },
            snapshot: () => machine.snapshot(),
            data: () => machine.data!(),
          };
        },
      };
    },
  },
]);
