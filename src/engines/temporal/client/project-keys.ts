/** Keys per project: what is known to belong to a project is encrypted with its key from the first payload on. */
import { workflowIds } from "../protocol/names.ts";
import type { TemporalContext } from "./context.ts";
import { describeRun, type ExecutionsContext } from "./executions.ts";
import { parseRunId } from "./run-ids.ts";

type Scoped = Pick<TemporalContext, "scopes">;

/** A workflow that is about to be started or told something belongs to a project. */
export function belongsTo(
  { scopes, registry }: Scoped & { registry: Pick<TemporalContext["registry"], "digest"> },
  workflowId: string,
  project: string,
): void {
  scopes?.note(workflowId, registry.digest("log", project));
}

/** Runs that came of one another, and a run and its long calls, are of one project. */
export function belongsWith(
  { scopes, taskQueue }: Scoped & Pick<TemporalContext, "taskQueue">,
  runId: string,
  workflowId: string,
): void {
  scopes?.note(workflowIds.run(taskQueue, runId), scopes.of(workflowId));
}

/**
 * Before a run is told something by a process that may never have heard of it, or by a run that may be of another project: its memo
 * tells whose it is.
 */
export async function learnProject(context: Scoped & ExecutionsContext, runId: string): Promise<void> {
  const { scopes, taskQueue } = context;
  const id = parseRunId(runId);
  if (scopes === undefined || id === undefined || scopes.of(workflowIds.run(taskQueue, id)) !== undefined) return;
  await describeRun(context, id);
}
