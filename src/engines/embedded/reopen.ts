/** Runs that have failed and can be repaired are opened again. */
import { AutoFlowError } from "../../core/errors.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import type { StoredOutcome, StoredRun } from "./store/runs.ts";

/** A failed run, open again from the next commit on. Throws RUN_ALREADY_ENDED, RUN_NOT_REPAIRABLE. */
export function reopen(core: Core, row: StoredRun, why: string): ActiveRun {
  requireRepairable(core, row);
  return core.reopen(row, `opened again by an operator: ${why}`);
}

/** Throws RUN_ALREADY_ENDED, RUN_NOT_REPAIRABLE for a run that has ended and cannot be opened again. */
export function requireRepairable(core: Core, row: StoredRun): void {
  const outcome = JSON.parse(row.outcome ?? "null") as StoredOutcome | null;
  if (outcome?.kind !== "failed") {
    throw new AutoFlowError("RUN_ALREADY_ENDED", `the run ${row.uuid} has ended: ${row.status}`);
  }
  const refuse = (reason: string): AutoFlowError =>
    new AutoFlowError("RUN_NOT_REPAIRABLE", `the run ${row.uuid} cannot be opened again: ${reason}`);
  if (outcome.repairable !== true || row.state === undefined) throw refuse(`it failed with ${outcome.error.code}`);
  if (core.expiring.has(row.id)) throw refuse("it is being removed, since it ended long ago");
  if (row.identity !== undefined && core.data.runs.findOpenByIdentity(row.identity) !== undefined)
    throw refuse("another run has been started in its place");
}
