/** What the Orchestrator shows of a workflow. */
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import type { ActiveWorkflow, WorkflowStatistics } from "../../core/workflows.ts";
import { instanceState, instanceStates } from "./states.ts";

const text = Type.String();
const optional = Type.Optional;

export const stateSchema = Type.Enum([...instanceStates]);

export const overviewSchema = Type.Object(
  {
    workflowId: text,
    name: text,
    format: Type.Enum(["yaml", "json"]),
    description: optional(text),
    version: text,
    project: text,
    lastRunId: optional(text),
    lastRunStatus: optional(stateSchema),
    lastTriggeredMs: optional(Type.Integer({ description: "In ms since 1970." })),
    avgDurationMs: optional(Type.Number()),
    isAvailable: Type.Boolean(),
    availability: Type.Enum(["available", "unavailable"]),
    workflowRunStats: Type.Object(
      {
        total: Type.Integer(),
        runsLastMonth: Type.Integer(),
        completed: Type.Integer(),
        error: Type.Integer(),
        aborted: Type.Integer(),
        active: Type.Integer(),
        successRatio: optional(Type.Number({ description: "Of the runs that have ended: 0 to 1." })),
        averageDurationMs: optional(Type.Number()),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export type Overview = Static<typeof overviewSchema>;

/** The newest version of every workflow of every project, with what became of the runs of all its versions. */
export async function overviewsOf(engine: Engine, project?: string): Promise<Overview[]> {
  const newest = new Map<string, ActiveWorkflow>();
  for (const each of engine.activeWorkflows()) {
    const key = `${each.project}\0${each.workflow.name}`;
    if ((project === undefined || each.project === project || each.project === "*") && !newest.has(key)) {
      newest.set(key, each);
    }
  }
  const statistics = Map.groupBy(await engine.workflowStatistics(project), ({ name }) => name);
  return [...newest.values()].map((each) => overviewOf(each, statistics.get(each.workflow.name) ?? []));
}

function overviewOf({ workflow, path, project }: ActiveWorkflow, statistics: WorkflowStatistics[]): Overview {
  const { name, title = name, description, version } = workflow;
  const last = statistics.flatMap((each) => each.last ?? []).toSorted((a, b) => b.createdAt - a.createdAt)[0];
  const stats = statsOf(statistics);
  const { averageDurationMs } = stats;
  return {
    workflowId: name,
    name: title,
    format: /\.json(#.*)?$/i.test(path) ? "json" : "yaml",
    ...(description !== undefined && { description }),
    version,
    project,
    ...(last !== undefined && {
      lastRunId: last.runId,
      lastRunStatus: instanceState(last.state),
      lastTriggeredMs: last.createdAt,
    }),
    ...(averageDurationMs !== undefined && { avgDurationMs: averageDurationMs }),
    isAvailable: true,
    availability: "available",
    workflowRunStats: stats,
  };
}

function statsOf(statistics: readonly WorkflowStatistics[]): Overview["workflowRunStats"] {
  const count = (...states: (keyof WorkflowStatistics["runsByState"])[]): number =>
    statistics.reduce((sum, { runsByState }) => sum + states.reduce((n, state) => n + (runsByState[state] ?? 0), 0), 0);
  const [completed, error, aborted] = [count("succeeded"), count("failed"), count("cancelled")];
  const active = count("queued", "running", "waiting", "cancelling", "suspended");
  const ended = completed + error + aborted;
  const timed = statistics.flatMap((each) =>
    each.meanDurationMs === undefined ? [] : [{ mean: each.meanDurationMs, weight: endedOf(each) }],
  );
  const weight = timed.reduce((sum, each) => sum + each.weight, 0);
  return {
    total: ended + active,
    runsLastMonth: statistics.reduce((sum, each) => sum + each.runsLastMonth, 0),
    completed,
    error,
    aborted,
    active,
    ...(ended > 0 && { successRatio: completed / ended }),
    ...(weight > 0 && { averageDurationMs: timed.reduce((sum, each) => sum + each.mean * each.weight, 0) / weight }),
  };
}

function endedOf({ runsByState: { succeeded = 0, failed = 0, cancelled = 0 } }: WorkflowStatistics): number {
  return succeeded + failed + cancelled;
}
