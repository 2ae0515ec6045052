/** The log of a project as its clients talk to it. */
import {
  WithStartWorkflowOperation,
  type WorkflowUpdateHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  isGrpcServiceError,
} from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import type { EventDecision } from "../../../core/engine.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import { uuidv7 } from "../../../core/ids.ts";
import {
  type AppendItem,
  type AppendOutcome,
  type Candidate,
  type LogInput,
  type LogMemo,
  logMemoKey,
  logQueries,
  logRenews,
  logSignals,
  logUpdates,
  type LogView,
  type RunReport,
} from "../protocol/log.ts";
import { workflowIds, workflowTypes } from "../protocol/names.ts";
import type { TemporalContext } from "./context.ts";
import { explained, pause, question, reach } from "./reach.ts";

export type LogContext = Pick<
  TemporalContext,
  "client" | "namespace" | "taskQueue" | "clock" | "random" | "registry" | "log"
>;

/** So long an append is tried; then whoever sent the events is told, and may send them again. */
const patienceMs = 60_000;
/** One request: the server answers it by then, or it is asked again. */
const requestMs = 20_000;
/** Between requests: the first is made again at once, as when the log is about to continue in a new execution. */
const againMs = { first: 30, most: 500 };

const never = new AbortController().signal;

export function logId({ taskQueue, registry }: Pick<LogContext, "taskQueue" | "registry">, project: string): string {
  return workflowIds.log(taskQueue, registry.digest("log", project));
}

/**
 * Appends a batch, to a log that is begun if need be. `onDurable` is called as soon as the events cannot be lost any more; the answer
 * comes when what they start is started. Throws TEMPORAL_UNAVAILABLE: then they are in the log or not, and may be sent again.
 */
export async function appendBatch(
  context: LogContext,
  project: string,
  items: AppendItem[],
  onDurable: () => void,
): Promise<AppendOutcome[]> {
  const { client, clock, random } = context;
  const updateId = uuidv7(clock.now(), random.bytes(10));
  return patiently(context, async () => {
    const handle = await client.withDeadline(Date.now() + requestMs, () =>
      client.workflow.startUpdateWithStart<LogWorkflow, AppendOutcome[], [AppendItem[]]>(logUpdates.append, {
        args: [items],
        updateId,
        startWorkflowOperation: beginning(context, project),
        waitForStage: "ACCEPTED",
      }),
    );
    const answer = await answerAtHand(context, handle);
    onDurable();
    return answer ?? (await client.withDeadline(Date.now() + requestMs, () => handle.result()));
  });
}

/** Has a log decide on a run that has a key and whose time has come. Answers once it is started. Throws TEMPORAL_UNAVAILABLE. */
export function startInLog(context: LogContext, project: string, candidate: Candidate): Promise<EventDecision> {
  const { client } = context;
  return patiently(context, () =>
    client.withDeadline(Date.now() + requestMs, () =>
      client.workflow.executeUpdateWithStart<LogWorkflow, EventDecision, [Candidate]>(logUpdates.start, {
        args: [candidate],
        startWorkflowOperation: beginning(context, project),
      }),
    ),
  );
}

/** Again and again, while another try may go well. */
async function patiently<T>({ clock }: LogContext, work: () => Promise<T>): Promise<T> {
  const giveUpAt = clock.now() + patienceMs;
  for (let pauseMs = againMs.first; ; pauseMs = Math.min(2 * pauseMs, againMs.most)) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || clock.now() > giveUpAt) throw explained(error);
      await pause(pauseMs, never);
    }
  }
}

/** An answer, or a refusal, that came together with the acceptance. Whatever needs a request of its own is too late. */
async function answerAtHand(
  { client }: LogContext,
  handle: WorkflowUpdateHandle<AppendOutcome[]>,
): Promise<AppendOutcome[] | undefined> {
  try {
    return await client.withDeadline(Date.now() - 1, () => handle.result());
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return undefined;
    throw error;
  }
}

type LogWorkflow = (input: LogInput) => Promise<void>;

function beginning(context: LogContext, project: string): WithStartWorkflowOperation<LogWorkflow> {
  return new WithStartWorkflowOperation<LogWorkflow>(workflowTypes.log, {
    ...beginOptions(context, project),
    workflowIdConflictPolicy: "USE_EXISTING",
  });
}

function beginOptions(
  context: LogContext,
  project: string,
): { workflowId: string; taskQueue: string; args: [LogInput]; memo: Record<string, unknown> } {
  const memo: LogMemo = { project, after: 0, since: context.clock.now(), earlier: [] };
  return {
    workflowId: logId(context, project),
    taskQueue: context.taskQueue,
    args: [{ project }],
    memo: { [logMemoKey]: memo },
  };
}

/** Resolves when the reports are durable. */
export async function sendReports(context: LogContext, project: string, reports: readonly RunReport[]): Promise<void> {
  const { client } = context;
  await reach(client, () =>
    client.workflow.signalWithStart(workflowTypes.log, {
      ...beginOptions(context, project),
      signal: logSignals.report,
      signalArgs: [reports],
    }),
  );
}

/** Has it begin a new workflow task. */
export async function wakeLog(context: LogContext, project: string): Promise<void> {
  const { client } = context;
  await reach(client, () => client.workflow.getHandle(logId(context, project)).signal(logSignals.go));
}

/** Where it ends; 0 when there is none. */
export async function logEnd(context: LogContext, project: string): Promise<number> {
  return (await ask<number>(context, project, logQueries.end)) ?? 0;
}

/** How it stands; undefined when there is none. */
export function logView(context: LogContext, project: string): Promise<LogView | undefined> {
  return ask<LogView>(context, project, logQueries.view);
}

/** The run that another one waits for, which has the same key; undefined for one that waits for none. */
export function holderOf(context: LogContext, project: string, runId: string): Promise<string | undefined> {
  return ask<string>(context, project, logQueries.holder, runId);
}

async function ask<T>(context: LogContext, project: string, query: string, ...args: string[]): Promise<T | undefined> {
  const { client } = context;
  try {
    const handle = client.workflow.getHandle(logId(context, project));
    return await question(client, () => handle.query<T, string[]>(query, ...args));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function isRenewing(error: unknown): boolean {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === logRenews;
}

/** Codes of gRPC after which the same request may go well. */
const transientCodes = new Set<number>([1, 2, 4, 5, 8, 9, 10, 13, 14]);

function isTransient(error: unknown): boolean {
  if (isRenewing(error)) return true;
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof WorkflowNotFoundError) return true;
  if (error instanceof AutoFlowError || !(error instanceof Error)) return false;
  const cause = isGrpcServiceError(error) ? error : error.cause;
  if (!isGrpcServiceError(cause)) return false;
  const details = cause.details.toLowerCase();
  if (details.includes("exceeds size limit") || details.includes("larger than max")) return false;
  return transientCodes.has(cause.code);
}
