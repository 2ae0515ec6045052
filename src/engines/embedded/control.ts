/** What operators and other systems ask of a run: cancel, resume, signal. Each resolves once it is on disk. */
import { AutoFlowError } from "../../core/errors.ts";
import { hasEnded } from "../../core/run.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { reopen } from "./reopen.ts";
import type { StoredOutcome, StoredRun } from "./store/runs.ts";
import { endNow } from "./turns.ts";

/** A cancelled run has so long to unwind. */
const cancelDeadlineMs = 300_000;

/**
 * Asks a run to end; a second request, or the deadline, ends it at once. One that failed and could be repaired is given up: it ends
 * as cancelled. Throws RUN_ALREADY_ENDED.
 */
export async function cancelRun(core: Core, row: StoredRun, reason: string): Promise<void> {
  if (hasEnded(row.status)) return giveUp(core, row, reason);
  if (core.keyed.isHeld(row)) {
    core.keyed.cancelHeld(row.id, reason);
    core.wake();
    return core.committer.committed();
  }
  if (row.status === "suspended") core.data.runs.resume(core.committer.batch, row.id, core.now);
  core.deaths.delete(row.id);
  const run = core.active.get(row.id) ?? core.find(row.id);
  if (run === undefined) {
    core.wake();
    await core.committer.committed();
    const loaded = core.find(row.id);
    if (loaded === undefined) return;
    return cancelRun(core, { ...row, status: "running" }, reason);
  }
  if (run.status === "cancelling") {
    endNow(core, run, { kind: "cancelled", reason });
  } else {
    askToEnd(core, run, reason);
  }
  core.wake();
  await core.committer.committed();
}

async function giveUp(core: Core, row: StoredRun, reason: string): Promise<void> {
  const outcome = JSON.parse(row.outcome ?? "null") as StoredOutcome | null;
  if (outcome?.kind !== "failed" || outcome.repairable !== true)
    throw new AutoFlowError("RUN_ALREADY_ENDED", `the run ${row.uuid} has ended: ${row.status}`);
  askToEnd(core, reopen(core, row, "cancel"), reason);
  core.wake();
  await core.committer.committed();
}

/** Asks an open run to unwind, within the next commit; at the deadline it ends without. */
export function askToEnd(core: Core, run: ActiveRun, reason: string): void {
  core.markCancelling(run);
  core.mail.send(run, { kind: "cancel", reason });
  armCancelDeadline(core, run.record.id, reason);
}

/** A run that is cancelling ends at the deadline, whatever it is doing then. */
export function armCancelDeadline(core: Core, id: number, reason = "its clean-up took longer than it may"): void {
  core.after(cancelDeadlineMs, () => {
    const run = core.find(id);
    if (run?.status === "cancelling") endNow(core, run, { kind: "cancelled", reason });
  });
}

/** Lets a suspended run go on; its deaths are forgotten. Anything else is left alone. */
export async function resumeRun(core: Core, row: StoredRun): Promise<void> {
  if (hasEnded(row.status))
    throw new AutoFlowError("RUN_ALREADY_ENDED", `the run ${row.uuid} has ended: ${row.status}`);
  if (row.status !== "suspended") return;
  core.data.runs.resume(core.committer.batch, row.id, core.now);
  core.deaths.delete(row.id);
  core.wake();
  await core.committer.committed();
  core.find(row.id);
}

/** False when there is no such open run. Throws REQUEST_JSON_MALFORMED. */
export async function signalRun(core: Core, runId: string, name: string, payload: string): Promise<boolean> {
  requireJson("a signal", payload);
  if (!core.mail.signal(runId, name, payload)) return false;
  core.wake();
  await core.committer.committed();
  return true;
}

/** Throws REQUEST_JSON_MALFORMED. */
export function requireJson(what: string, payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AutoFlowError("REQUEST_JSON_MALFORMED", `the payload of ${what} is JSON: ${(error as Error).message}`);
  }
}
