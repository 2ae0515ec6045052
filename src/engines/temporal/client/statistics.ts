/** What became of the runs of workflows, counted by Temporal's lists. */
import type { RunState } from "../../../core/run.ts";
import type { WorkflowStatistics } from "../../../core/workflows.ts";
import { compareValues } from "../../run/run-condition.ts";
import { compareVersions } from "../../run/workflow-index.ts";
import { stateAttribute } from "../protocol/names.ts";
import type { TemporalContext } from "./context.ts";
import { countByStatus, countExecutions, listExecutions, visibility } from "./executions.ts";
import { forEachOf } from "./reach.ts";
import { endedStatuses, labelled, type ListContext } from "./run-list.ts";

const monthMs = 30 * 86_400_000;
/** The mean duration is that of so many runs that ended last. */
const sampled = 200;
/** Workflows that are counted at a time. */
const countedAtATime = 4;

export type StatisticsContext = ListContext & Pick<TemporalContext, "clock" | "images">;

/** Of every workflow that is active or lately was, by name and version. */
export async function workflowStatistics(
  context: StatisticsContext,
  project: string | undefined,
): Promise<WorkflowStatistics[]> {
  const known = await knownWorkflows(context, project);
  const statistics = await forEachOf(known, countedAtATime, async ({ name, version, isActive }) => {
    const counted = await statisticsOf(context, project, name, version);
    return isActive || counted.last !== undefined ? [counted] : [];
  });
  return statistics.flat().toSorted((a, b) => compareValues(a.name, b.name) || compareVersions(a.version, b.version));
}

interface KnownWorkflow {
  name: string;
  version: string;
  isActive: boolean;
}

/** Those that runs may be of: active versions that the project can start, and all that were active before. */
async function knownWorkflows(
  { registry, images, log }: StatisticsContext & { log?: TemporalContext["log"] },
  project: string | undefined,
) {
  const known = new Map<string, KnownWorkflow>();
  const add = (workflow: { name: string; version: string }, isActive: boolean): void => {
    const { name, version } = workflow;
    const key = JSON.stringify([name, version]);
    known.set(key, { name, version, isActive: isActive || (known.get(key)?.isActive ?? false) });
  };
  for (const record of registry.state.definitions) {
    const isSeen = project === undefined || record.project === project || record.project === "*";
    if (record.workflow !== undefined) add(record.workflow, isSeen && record.removed === undefined);
    for (const { imageHash } of record.earlier) {
      try {
        const { workflow } = (await images.load(imageHash)).describe();
        if (workflow !== undefined) add(workflow, false);
      } catch (error) {
        log?.debug("an earlier version of a definition cannot be counted", { image: imageHash, error: String(error) });
      }
    }
  }
  return [...known.values()];
}

async function statisticsOf(
  context: StatisticsContext,
  project: string | undefined,
  name: string,
  version: string,
): Promise<WorkflowStatistics> {
  const parts = [
    visibility.runs(context.taskQueue),
    labelled(context, "workflow", name),
    labelled(context, "version", version),
  ];
  if (project !== undefined) parts.push(labelled(context, "project", project));
  const query = parts.join(" AND ");
  const since = visibility.compared("StartTime", ">=", context.clock.now() - monthMs);
  const [runsByState, runsLastMonth, open, ended] = await Promise.all([
    runsInStates(context, query),
    countExecutions(context, `${query} AND ${since}`),
    listExecutions(context, `${query} AND ${visibility.isOpen}`, sampled),
    listExecutions(context, `${query} AND ${visibility.hasEnded}`, sampled),
  ]);
  const statistics: WorkflowStatistics = { name, version, runsByState, runsLastMonth };
  const durations = ended.executions.map(({ about, endedAt = about.createdAt }) => endedAt - about.createdAt);
  if (durations.length > 0) statistics.meanDurationMs = durations.reduce((sum, ms) => sum + ms, 0) / durations.length;
  const [last] = [...open.executions, ...ended.executions].toSorted((a, b) => b.about.createdAt - a.about.createdAt);
  if (last !== undefined) statistics.last = { runId: last.runId, state: last.state, createdAt: last.about.createdAt };
  return statistics;
}

/** How many of the executions that a query finds are in which state; those that are in none are left out. */
export async function runsInStates(
  context: Pick<ListContext, "client" | "namespace" | "taskQueue" | "registry">,
  query: string,
): Promise<Partial<Record<RunState, number>>> {
  const byStatus = await countByStatus(context, query);
  const counts: Partial<Record<RunState, number>> = {};
  const count = (state: RunState, runs: number): void => {
    if (runs > 0) counts[state] = runs;
  };
  let open = [...byStatus.values()].reduce((sum, runs) => sum + runs, 0);
  for (const state of ["succeeded", "failed", "cancelled"] as const) {
    const runs = endedStatuses[state]!.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
    open -= runs;
    // Each run that was opened again has failed in an execution before.
    if (state === "failed" && runs > 0)
      count(state, runs - (await countExecutions(context, `${query} AND ${labelled(context, "is", "again")}`)));
    else count(state, runs);
  }
  if (open <= 0) return counts;
  const told = ["waiting", "cancelling", "suspended", "queued"] as const;
  const runs = await Promise.all(
    told.map((state) =>
      countExecutions(context, `${query} AND ${visibility.isOpen} AND ${visibility.oneOf(stateAttribute, [state])}`),
    ),
  );
  for (const [at, state] of told.entries()) {
    count(state, runs[at]!);
    open -= runs[at]!;
  }
  count("running", open);
  return counts;
}
