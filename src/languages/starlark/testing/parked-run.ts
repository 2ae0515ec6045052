/** Driver runs in which every call of a builtin waits, and in which the machine is written down and made anew at each of them. */
import assert from "node:assert/strict";
import type { Image, RunStart, Turn } from "../../../core/program.ts";
import { Future } from "../api/future.ts";
import type { TierMode } from "../jit/hot-code.ts";
import { LoadedStarlark } from "../run/loaded-image.ts";
import { RunMachine } from "../run/machine.ts";
import { readState, writeState } from "../run/state-codec.ts";
import type { Value } from "../values/value.ts";
import { turn } from "./virtual-run.ts";

/** What a run did, all turns together. */
export interface RunEssence {
  lines: string[];
  outcome: Turn["outcome"];
  steps: number;
}

/** Answers of calls that wait only because of `DeferringMachine` are those of an effect that no run has. */
const noEffect = 0;

class DeferringMachine extends RunMachine {
  /** The result waits in a future that is ready: the next arrival, whatever it is, makes the fiber see it. */
  defer(result: Value): void {
    const future = new Future(noEffect, "value");
    future.state = "ready";
    future.seq = 1;
    future.value = result;
    const waiting = { on: [future], deadline: undefined, timeoutValue: null, select: false, owned: false };
    this.fibers.waits.set(this.vm.current!.id, waiting);
  }
}

/** A run in which nothing waits, to its end. */
export function runThrough(image: Image, start: RunStart, tier: TierMode = "never"): RunEssence {
  const machine = new RunMachine(LoadedStarlark.load(image, tier), start);
  return essenceOf([turn(machine, undefined)]);
}

/**
 * The same run, stored and taken up again at every call. Every state is written twice, and again by the machine that was made of
 * it, and must be the same bytes each time. `each` sees every state.
 */
export function runParked(
  image: Image,
  start: RunStart,
  each: (state: Uint8Array) => void = () => {},
  tier: TierMode = "never",
): RunEssence {
  const turns: Turn[] = [];
  let loaded = LoadedStarlark.load(image, tier);
  let machine = new DeferringMachine(loaded, start);
  let done = turn(machine, undefined);
  for (let seq = 1; done.outcome === undefined; seq++) {
    turns.push(done);
    const state = writeState(machine);
    assert.deepEqual(writeState(machine), state, "written twice");
    each(state);
    // Every so often the image is decoded anew as well: nothing of the old machine is left then.
    if (seq % 8 === 0) loaded = LoadedStarlark.load(image, tier);
    machine = new DeferringMachine(loaded, start);
    readState(machine, state);
    assert.deepEqual(writeState(machine), state, "written again by a restored machine");
    done = turn(machine, { kind: "answer", seq, time: start.time, effect: noEffect });
  }
  return essenceOf([...turns, done]);
}

function essenceOf(turns: readonly Turn[]): RunEssence {
  const effects = turns.flatMap((one) => one.effects);
  return {
    lines: effects.flatMap((effect) => (effect.kind === "log" ? [effect.message] : [])),
    outcome: turns.at(-1)!.outcome,
    steps: turns.reduce((sum, one) => sum + one.steps, 0),
  };
}
