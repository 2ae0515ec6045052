/** Lists of runs: open ones first, the newest first, then those that ended, the last first. They lag behind by what the visibility store takes. */
import type { ListRuns, Page } from "../../../core/engine.ts";
import { hasEnded, type RunState, runStates, type RunSummary } from "../../../core/run.ts";
import { labelsAttribute, stateAttribute, workflowIds } from "../protocol/names.ts";
import type { TemporalContext } from "./context.ts";
import { type Execution, type ExecutionsContext, listExecutions, visibility } from "./executions.ts";
import { label, type LabelKind } from "./labels.ts";
import { cursorOf, pageSize, tokenOf } from "./paging.ts";
import { forEachOf } from "./reach.ts";
import type { RunResults } from "./run-results.ts";
import { runSummary } from "./run-views.ts";

export type ListContext = ExecutionsContext & Pick<TemporalContext, "registry">;

/** Results that are read at a time. */
const readAtATime = 8;
/** Workflow ids in one query. */
const mostIds = 100;

/** Throws REQUEST_INVALID for a cursor that is none. */
export async function listRuns(
  context: ListContext,
  results: RunResults,
  { project, states, definition, limit, cursor }: ListRuns,
): Promise<Page<RunSummary>> {
  const { registry, taskQueue } = context;
  const parts = [visibility.runs(taskQueue)];
  if (project !== undefined) parts.push(labelled(context, "project", project));
  if (definition !== undefined) parts.push(labelled(context, "definition", definition));
  if (states !== undefined) parts.push(inStates(states));
  const query = parts.join(" AND ");
  const token = tokenOf(registry, query, cursor);
  if (states?.length === 0) return { items: [] };
  const { executions, next } = await listExecutions(context, query, pageSize(limit), token);
  const current = await withoutReopened(context, executions);
  const items = await forEachOf(current, readAtATime, (execution) => summaryOf(results, execution));
  return next === undefined ? { items } : { items, next: cursorOf(registry, query, next) };
}

/** With why it failed. */
async function summaryOf(results: RunResults, execution: Execution): Promise<RunSummary> {
  return runSummary(execution, execution.state === "failed" ? await results.of(execution) : undefined);
}

/** Condition on a label: one of some values. */
export function labelled(
  { registry }: Pick<ListContext, "registry">,
  kind: LabelKind,
  ...values: [string, ...string[]]
): string {
  return visibility.oneOf(
    labelsAttribute,
    values.map((value) => label(registry, kind, value)),
  );
}

/** Temporal's words for how a workflow ended. */
export const endedStatuses: Partial<Record<RunState, readonly string[]>> = {
  succeeded: ["Completed"],
  failed: ["Failed", "TimedOut"],
  cancelled: ["Canceled", "Terminated"],
};

/** Condition on the state, as lists know it. */
export function inStates(states: readonly RunState[]): string {
  const statuses = states.flatMap((state) => endedStatuses[state] ?? []);
  const open = states.filter((state) => !hasEnded(state));
  const parts = statuses.length === 0 ? [] : [visibility.oneOf("ExecutionStatus", statuses)];
  if (open.length === openStates.length) parts.push(visibility.isOpen);
  else if (open.length > 0) parts.push(`(${visibility.isOpen} AND ${visibility.oneOf(stateAttribute, open)})`);
  return parts.length === 1 ? parts[0]! : `(${parts.join(" OR ")})`;
}

const openStates = runStates.filter((state) => !hasEnded(state));

/** Without failed executions of runs that an operator has opened again since: a list finds those as well. */
export async function withoutReopened(
  context: ListContext,
  executions: readonly Execution[],
): Promise<readonly Execution[]> {
  const failed = executions.filter(({ state }) => state === "failed");
  const startOfLast = new Map<string, number>();
  for (let from = 0; from < failed.length; from += mostIds) {
    const ids = failed.slice(from, from + mostIds).map(({ runId }) => workflowIds.run(context.taskQueue, runId));
    const query = [
      visibility.runs(context.taskQueue),
      labelled(context, "is", "again"),
      visibility.oneOf("WorkflowId", [...new Set(ids)]),
    ].join(" AND ");
    // Several executions of one run may have been opened again.
    for (let token: Uint8Array | undefined, more = true; more;) {
      const page = await listExecutions(context, query, mostIds * 2, token);
      for (const { runId, startedAt } of page.executions)
        startOfLast.set(runId, Math.max(startOfLast.get(runId) ?? 0, startedAt));
      token = page.next;
      more = token !== undefined;
    }
  }
  return executions.filter(({ runId, startedAt }) => startedAt >= (startOfLast.get(runId) ?? 0));
}
