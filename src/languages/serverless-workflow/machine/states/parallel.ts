/** Parallel states: branches side by side, each on a copy of the data. */
import type { ParallelState } from "../../model.ts";
import { startFiber } from "../action-lists.ts";
import type { Run } from "../run.ts";
import { byNext, isDone, type Settled } from "./exit.ts";
import { mergeFibers } from "./operation.ts";

export function prepareParallel(run: Run, state: ParallelState): void {
  const { data } = run.state;
  for (const [part, branch] of state.branches.entries()) {
    const fiber = startFiber(run, { part, own: { data, base: data } });
    const { branchExec } = branch.timeouts;
    if (branchExec === undefined) continue;
    const until = run.time + branchExec.ms;
    run.openTimer({ kind: "timeout", of: "branch", fiber: fiber.id, until }, branch.at);
  }
}

export function settleParallel(run: Run, state: ParallelState): Settled {
  for (const fiber of run.visit.fibers) {
    if (isDone(fiber)) run.close((wait) => "fiber" in wait && wait.fiber === fiber.id);
  }
  if (run.visit.fibers.filter(isDone).length < state.numCompleted) return "waiting";
  mergeFibers(run);
  return byNext;
}

/** Gives a branch up whose time is over, when enough others remain; else it answers false. */
export function giveBranchUp(run: Run, state: ParallelState, id: number): boolean {
  const { visit } = run;
  if (state.completionType === "allOf" || visit.fibers.length - 1 < state.numCompleted) return false;
  run.close((wait) => "fiber" in wait && wait.fiber === id);
  visit.fibers = visit.fibers.filter((fiber) => fiber.id !== id);
  return true;
}
