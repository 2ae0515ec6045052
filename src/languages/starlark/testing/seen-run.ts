/** Driver runs with everything that can be seen of them, to compare the machine with its second tier. */
import type { Image, Limits, RunStart } from "../../../core/program.ts";
import { defaultLimits } from "../../../core/program.ts";
import { Future } from "../api/future.ts";
import type { TierMode } from "../jit/hot-code.ts";
import { LoadedStarlark } from "../run/loaded-image.ts";
import { RunMachine } from "../run/machine.ts";
import type { Value } from "../values/value.ts";
import { startOf, turn } from "./virtual-run.ts";

export interface SeenOptions {
  tier: TierMode;
  /** Steps at a time. */
  budget?: number;
  limits?: Partial<Limits>;
  /** Whether every call of a builtin ends a turn. */
  parking?: boolean;
}

class ParkingMachine extends RunMachine {
  /** The result waits in a future that is ready, so the next arrival delivers it. */
  defer(result: Value): void {
    const future = new Future(0, "value");
    future.state = "ready";
    future.seq = 1;
    future.value = result;
    const waiting = { on: [future], deadline: undefined, timeoutValue: null, select: false, owned: false };
    this.fibers.waits.set(this.vm.current!.id, waiting);
  }
}

/** The turns of a run in which nothing waits, and the states between them. */
export function seen(image: Image, options: SeenOptions): unknown[] {
  const loaded = LoadedStarlark.load(image, options.tier);
  const start: RunStart = startOf(loaded, { limits: { ...defaultLimits, ...options.limits } });
  const machine = options.parking === true ? new ParkingMachine(loaded, start) : new RunMachine(loaded, start);
  const all: unknown[] = [];
  let done = turn(machine, undefined, options.budget);
  for (let seq = 1; done.outcome === undefined && seq < 200; seq++) {
    all.push(done, Buffer.from(machine.snapshot()).toString("latin1"));
    done = turn(
      machine,
      { kind: "answer", seq, time: start.time, effect: 0, value: undefined as never },
      options.budget,
    );
  }
  return [...all, done];
}
