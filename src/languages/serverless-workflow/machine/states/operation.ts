/** Operation states: actions one after the other, or side by side. */
import { mergeChanges } from "../../data/merge.ts";
import type { OperationState } from "../../model.ts";
import { startFiber } from "../action-lists.ts";
import type { Run } from "../run.ts";
import { allDone, byNext, type Settled } from "./exit.ts";

/** Side by side, each action works on a copy of the data, so that which one is faster makes no difference. */
export function prepareOperation(run: Run, state: OperationState): void {
  if (state.actionMode === "sequential") {
    startFiber(run, { part: 0 });
    return;
  }
  const { data } = run.state;
  for (const action of state.actions.keys()) startFiber(run, { part: 0, action, own: { data, base: data } });
}

export function settleOperation(run: Run): Settled {
  if (!allDone(run)) return "waiting";
  mergeFibers(run);
  return byNext;
}

/** Merges what fibers made of their copies into the data, in the order in which they were started. */
export function mergeFibers(run: Run): void {
  for (const fiber of run.visit.fibers) {
    const { own } = fiber;
    if (own === undefined || fiber.phase !== "done") continue;
    run.state.data = mergeChanges(run.image.merge, run.state.data, own.base, own.data);
    delete fiber.own;
  }
}
