/** Runs as Temporal knows them: their workflows, one by one and in lists. Lists lag behind by what the visibility store takes. */
import { type Client, WorkflowNotFoundError, type WorkflowExecutionInfo } from "@temporalio/client";
import { executionInfoFromRaw } from "@temporalio/client/lib/helpers.js";
import { AutoFlowError } from "../../../core/errors.ts";
import { type RunState, runStates } from "../../../core/run.ts";
import { parseRunId } from "./run-ids.ts";
import { runIdOf, stateAttribute, workflowIds, workflowTypes } from "../protocol/names.ts";
import { memoKeys, type RunLive, type RunMemo } from "../protocol/run.ts";
import type { TemporalContext } from "./context.ts";
import { unlessGone } from "./first-input.ts";
import { reach } from "./reach.ts";

export type ExecutionsContext = Pick<TemporalContext, "client" | "namespace" | "taskQueue">;

/** The last execution of a run's workflow, as a list or a description tells it. */
export interface Execution {
  runId: string;
  /** Temporal's own id of this execution. */
  executionId: string;
  about: RunMemo;
  /** How it stands: of an open one, when that was last worth telling. */
  state: RunState;
  live?: RunLive;
  /** It ended without an outcome of the run: somebody terminated it, or it ran into a limit of Temporal's. */
  broken?: string;
  /** Epoch ms. */
  startedAt: number;
  endedAt?: number;
}

/** Events that a workflow has before its first turn: it started, and a task for it was scheduled and taken. */
const eventsOfStart = 3;

/** Finds a run's workflow; undefined when there is none, or it was removed with the namespace's retention. */
export async function describeRun(context: ExecutionsContext, runId: string): Promise<Execution | undefined> {
  const id = parseRunId(runId);
  if (id === undefined) return undefined;
  try {
    const info = await reach(context.client, () => handleOf(context, id).describe());
    return executionOf(info, info.historyLength > eventsOfStart);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Throws NOT_FOUND. */
export async function requireRun(context: ExecutionsContext, runId: string): Promise<Execution> {
  const execution = await describeRun(context, runId);
  if (execution === undefined) throw noSuchRun(runId);
  return execution;
}

export function noSuchRun(runId: string): AutoFlowError {
  return new AutoFlowError("NOT_FOUND", `there is no run ${runId}`);
}

/** Whether a run is not open, or not there. */
export async function hasEnded({ client, namespace, taskQueue }: ExecutionsContext, runId: string): Promise<boolean> {
  const execution = { workflowId: workflowIds.run(taskQueue, runId) };
  const answer = await unlessGone(
    () => client.workflowService.describeWorkflowExecution({ namespace, execution }),
    client,
  );
  return answer === undefined || Boolean(answer.workflowExecutionInfo?.closeTime);
}

/** Of a run's current execution, or of one of its earlier ones. */
export function handleOf(
  { client, taskQueue }: Pick<ExecutionsContext, "client" | "taskQueue">,
  runId: string,
  executionId?: string,
): ReturnType<Client["workflow"]["getHandle"]> {
  return client.workflow.getHandle(workflowIds.run(taskQueue, runId), executionId);
}

/** A page of runs that a query finds: open ones first, the newest first, then those that ended, the last first. */
export async function listExecutions(
  { client, namespace }: ExecutionsContext,
  query: string,
  pageSize: number,
  token?: Uint8Array,
): Promise<{ executions: Execution[]; next?: Uint8Array }> {
  const { workflowService, options } = client.workflow;
  const response = await reach(client, () =>
    workflowService.listWorkflowExecutions({ namespace, query, pageSize, ...(token && { nextPageToken: token }) }),
  );
  const found: Execution[] = [];
  for (const raw of response.executions) {
    const info = await executionInfoFromRaw(raw, options.loadedDataConverter, raw, namespace);
    // Lists do not tell how long the history of an open one is.
    const execution = executionOf(info, true);
    if (execution !== undefined) found.push(execution);
  }
  const { nextPageToken } = response;
  return nextPageToken === null || nextPageToken === undefined || nextPageToken.length === 0
    ? { executions: found }
    : { executions: found, next: nextPageToken };
}

/** How many workflows a query finds. */
export async function countExecutions({ client }: ExecutionsContext, query: string): Promise<number> {
  return (await reach(client, () => client.workflow.count(query))).count;
}

/** The same by Temporal's status. */
export async function countByStatus({ client }: ExecutionsContext, query: string): Promise<Map<string, number>> {
  const { groups } = await reach(client, () => client.workflow.count(`${query} GROUP BY ExecutionStatus`));
  return new Map(groups.map(({ count, groupValues }) => [String(groupValues[0]?.[0]), count]));
}

/** Undefined for what is no run of ours. `begun`: whether a turn of it may have been computed. */
function executionOf(info: Omit<WorkflowExecutionInfo, "raw">, begun: boolean): Execution | undefined {
  const runId = runIdOf(info.workflowId);
  const about = info.memo?.[memoKeys.about] as RunMemo | undefined;
  if (runId === undefined || about === undefined) return undefined;
  const live = info.memo?.[memoKeys.live] as RunLive | undefined;
  // oxlint-disable-next-line typescript/no-deprecated -- what replaces it wants keys that are known beforehand
  const attribute = info.searchAttributes[stateAttribute]?.[0];
  const { state, broken } = stateOf(info.status.name, live?.state ?? attribute, begun);
  return {
    runId,
    executionId: info.runId,
    about,
    state,
    startedAt: info.startTime.getTime(),
    ...(live !== undefined && { live }),
    ...(broken !== undefined && { broken }),
    ...(info.closeTime !== undefined && { endedAt: info.closeTime.getTime() }),
  };
}

function stateOf(status: string, told: unknown, begun: boolean): { state: RunState; broken?: string } {
  switch (status) {
    case "COMPLETED":
      return { state: "succeeded" };
    case "FAILED":
      return { state: "failed" };
    case "CANCELLED":
      return { state: "cancelled" };
    case "TERMINATED":
      return { state: "cancelled", broken: "its workflow was terminated" };
    case "TIMED_OUT":
      return { state: "failed", broken: "its workflow ran into a timeout of Temporal" };
    case "PAUSED":
      return { state: "suspended" };
    default:
      if (!begun) return { state: "queued" };
      return { state: runStates.find((state) => state === told) ?? "running" };
  }
}

/** Parts of queries. */
export const visibility = {
  /** The runs of an instance, each once: executions that another one has followed are left out. */
  runs: (taskQueue: string): string =>
    `TaskQueue = ${quoted(taskQueue)} AND WorkflowType = ${quoted(workflowTypes.run)} AND ExecutionStatus != 'ContinuedAsNew'`,
  quoted,
  /** Also one that is paused, whose status not every server has a word for. */
  isOpen: "CloseTime IS NULL",
  hasEnded: "CloseTime IS NOT NULL",
  /** `time` is epoch ms. */
  compared: (attribute: "StartTime" | "CloseTime", operator: ">=" | "<=" | "<", time: number): string =>
    `${attribute} ${operator} ${quoted(new Date(time).toISOString())}`,
  oneOf: (attribute: string, values: readonly string[]): string =>
    values.length === 1
      ? `${attribute} = ${quoted(values[0]!)}`
      : `${attribute} IN (${values.map((value) => quoted(value)).join(", ")})`,
};

function quoted(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
