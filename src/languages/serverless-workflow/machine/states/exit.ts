/** How a state comes to its end. */
import type { Run } from "../run.ts";
import type { Fiber, Way } from "../run-state.ts";

/** By which of its ways a state is left. */
export type Exit = Omit<Way, "state">;

/** "waiting": until something arrives. "going on": it has just started something that can compute. */
export type Settled = Exit | "waiting" | "going on";

export const byNext: Exit = { by: "next", index: 0 };

export const byDefault: Exit = { by: "default", index: 0 };

/** Whether all fibers of the state are done. */
export function allDone(run: Run): boolean {
  return run.visit.fibers.every(isDone);
}

export function isDone({ phase }: Fiber): boolean {
  return phase === "done";
}

/** Whether the state still waits for one of its events. */
export function awaitsEvent(run: Run): boolean {
  return run.state.waits.values().some((wait) => wait.kind === "event" && wait.fiber === undefined);
}

/** No event is waited for any more. */
export function closeEvents(run: Run): void {
  run.close(
    (wait) => (wait.kind === "event" && wait.fiber === undefined) || (wait.kind === "timeout" && wait.of === "event"),
  );
}
