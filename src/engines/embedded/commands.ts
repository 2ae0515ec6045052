/** Commands of operators: to runs that are open, and to those that have failed and can be repaired. */
import type { OperatorCommand } from "../../core/arrival.ts";
import { hasEnded } from "../../core/run.ts";
import type { Settled } from "../../core/workflows.ts";
import { type CommandedRun, describeCommand, requireFit } from "../run/command-fit.ts";
import type { ActiveRun } from "./active-run.ts";
import { requireJson } from "./control.ts";
import type { Core } from "./core.ts";
import { reopen, requireRepairable } from "./reopen.ts";
import { runStart } from "./run-start.ts";
import type { StoredRun } from "./store/runs.ts";
import { inspectable } from "./views.ts";
import { committedOrDropped, settledNow } from "./workflows.ts";

/**
 * Gives a command to an open run, or opens a failed one with it; resolves once that is on disk. Throws RUN_ALREADY_ENDED,
 * RUN_NOT_REPAIRABLE, RUN_NOT_FAILED, NOT_FOUND (of the node), REQUEST_JSON_MALFORMED.
 */
export async function commandRun(
  core: Core,
  row: StoredRun,
  command: OperatorCommand,
): Promise<{ settled: Promise<Settled> }> {
  requireJson("a command", command.payload);
  if (core.active.get(row.id)?.outcome !== undefined) {
    core.wake();
    await core.committer.committed();
    return commandRun(core, core.data.runs.find(row.id) ?? row, command);
  }
  const open = core.find(row.id);
  if (open === undefined && !hasEnded(row.status)) return commandSuspended(core, row, command);
  if (open === undefined) requireRepairable(core, row);
  // A run that failed is looked into while it is closed: what is refused leaves it failed.
  requireFit(commandedRun(core, row, open), command);
  const run = open ?? reopen(core, row, describeCommand(command));
  core.mail.send(run, { kind: "command", command });
  const settled = core.settling.when(row.id);
  await committedOrDropped(core, row.id);
  return { settled };
}

function commandedRun(core: Core, row: StoredRun, active: ActiveRun | undefined): CommandedRun {
  const image = core.image(row.version);
  return {
    runId: row.uuid,
    describe: () => image.describe(),
    nodes() {
      const state = inspectable(active, row);
      return state === undefined ? undefined : (image.inspect(runStart(core, row), state).nodes ?? []);
    },
  };
}

/** A suspended run finds the command when it is resumed. */
async function commandSuspended(
  core: Core,
  row: StoredRun,
  command: OperatorCommand,
): Promise<{ settled: Promise<Settled> }> {
  core.data.inbox.add(core.committer.batch, row.id, { kind: "command", command });
  core.wake();
  await core.committer.committed();
  return { settled: Promise.resolve(settledNow(core, row)) };
}
