/** What operators and other systems ask of a run: cancel, resume, signal, command. Each resolves once it is in Temporal. */
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";
import type { OperatorCommand } from "../../../core/arrival.ts";
import { catalogue, type ErrorCode } from "../../../core/error-catalogue.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import { uuidv7 } from "../../../core/ids.ts";
import type { Settled } from "../../../core/workflows.ts";
import { workflowIds } from "../protocol/names.ts";
import { runUpdates } from "../protocol/run.ts";
import type { TemporalContext } from "./context.ts";
import { type Execution, handleOf, requireRun } from "./executions.ts";
import { learnProject } from "./project-keys.ts";
import { reach } from "./reach.ts";
import { reopen, requireFitting, requireRepairable } from "./reopening.ts";
import { noAnswer } from "./run-queries.ts";
import type { Settling } from "./settling.ts";
import { tell } from "./spawning.ts";

/** A run may end, or be opened, while it is told something: then it is looked at again. */
const mostLooks = 5;

/**
 * Asks a run to end; a second request ends it at once. One that failed and could be repaired is given up: it ends as cancelled.
 * Throws NOT_FOUND, RUN_ALREADY_ENDED.
 */
export async function cancelRun(context: TemporalContext, runId: string, reason: string): Promise<void> {
  for (let look = 0; look < mostLooks; look++) {
    const execution = await requireRun(context, runId);
    const message = { kind: "cancel" as const, id: newId(context), reason };
    if (execution.endedAt === undefined) {
      if (execution.state === "suspended") await unpause(context, execution);
      if (await tell(context, execution.runId, message)) return;
    } else if (await giveUp(context, execution, message)) return;
  }
  throw changing(runId);
}

async function giveUp(
  context: TemporalContext,
  execution: Execution,
  message: { kind: "cancel"; id: string; reason: string },
): Promise<boolean> {
  return reopen(context, await requireGivenUp(context, execution), { message });
}

/** One that cannot be opened again has ended, whatever the reason. */
async function requireGivenUp(context: TemporalContext, execution: Execution): ReturnType<typeof requireRepairable> {
  try {
    return await requireRepairable(context, execution);
  } catch (error) {
    if (!(error instanceof AutoFlowError && error.code === "RUN_NOT_REPAIRABLE")) throw error;
    throw alreadyEnded(execution);
  }
}

/** Lets a run go on that was paused in Temporal; anything else is left alone. Throws NOT_FOUND, RUN_ALREADY_ENDED. */
export async function resumeRun(context: TemporalContext, runId: string): Promise<void> {
  const execution = await requireRun(context, runId);
  if (execution.endedAt !== undefined) throw alreadyEnded(execution);
  if (execution.state === "suspended") await unpause(context, execution);
}

async function unpause(context: TemporalContext, { runId }: Execution): Promise<void> {
  const { client, namespace, taskQueue } = context;
  const request = {
    namespace,
    workflowId: workflowIds.run(taskQueue, runId),
    reason: "resumed",
    requestId: newId(context),
  };
  await reach(client, () => client.workflowService.unpauseWorkflowExecution(request));
}

/** False when there is no such open run. Throws REQUEST_JSON_MALFORMED. */
export async function signalRun(
  context: TemporalContext,
  runId: string,
  name: string,
  payload: string,
): Promise<boolean> {
  requireJson("a signal", payload);
  await learnProject(context, runId);
  return tell(context, runId, { kind: "signal", id: newId(context), name, payload });
}

/**
 * Gives a command to an open run, or opens a failed one with it. Throws NOT_FOUND (also of the node), RUN_ALREADY_ENDED,
 * RUN_NOT_REPAIRABLE, RUN_NOT_FAILED, REQUEST_JSON_MALFORMED.
 */
export async function commandRun(
  context: TemporalContext,
  settling: Settling,
  runId: string,
  command: OperatorCommand,
): Promise<{ settled: Promise<Settled> }> {
  requireJson("a command", command.payload);
  for (let look = 0; look < mostLooks; look++) {
    const execution = await requireRun(context, runId);
    const isDone =
      execution.endedAt !== undefined
        ? await openWith(context, execution, command)
        : execution.state === "suspended"
          ? await tellCommand(context, execution.runId, command)
          : await update(context, execution.runId, command);
    if (isDone) return { settled: settling.when(execution.runId) };
  }
  throw changing(runId);
}

/** A run that failed is looked into while it is closed: what is refused leaves it failed. */
async function openWith(context: TemporalContext, execution: Execution, command: OperatorCommand): Promise<boolean> {
  const repairable = await requireRepairable(context, execution);
  await requireFitting(context, repairable, command);
  if (await reopen(context, repairable, { command })) return true;
  // Two operators at once: one has opened it, and the other's command, which fitted as well, follows.
  return tellCommand(context, execution.runId, command);
}

function tellCommand(context: TemporalContext, runId: string, command: OperatorCommand): Promise<boolean> {
  return tell(context, runId, { kind: "command", id: newId(context), command });
}

/** False when the run has ended in between. */
async function update(context: TemporalContext, runId: string, command: OperatorCommand): Promise<boolean> {
  return (await executeUpdate<null>(context, runId, runUpdates.command, [command])) !== undefined;
}

/** Longer than another worker waits for the task that one has taken along which died: ten seconds. */
const updatePatienceMs = 15_000;

/** What an update of a run answers; undefined when the run has ended. Throws what the run refuses with, and TEMPORAL_UNAVAILABLE. */
export async function executeUpdate<Answer>(
  context: TemporalContext,
  runId: string,
  name: string,
  args: [unknown, ...unknown[]],
): Promise<Answer | null | undefined> {
  const handle = handleOf(context, runId);
  const options = { args, updateId: newId(context) };
  const giveUpAt = performance.now() + updatePatienceMs;
  for (;;) {
    try {
      return (
        (await reach(context.client, () => handle.executeUpdate<Answer, [unknown, ...unknown[]]>(name, options))) ??
        null
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      if (error instanceof WorkflowUpdateFailedError) throw refusalOf(error);
      if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw error;
      // The same update is asked for again, by its id: it is made once.
      if (performance.now() > giveUpAt) throw noAnswer(runId);
    }
  }
}

/** What the run's workflow says about a command that it does not take. */
function refusalOf(error: WorkflowUpdateFailedError): unknown {
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || !Object.hasOwn(catalogue, cause.type ?? "")) return error;
  const hint: unknown = cause.details?.[0];
  return new AutoFlowError(cause.type as ErrorCode, cause.message, typeof hint === "string" ? { hint } : {});
}

function alreadyEnded({ runId, state }: Execution): AutoFlowError {
  return new AutoFlowError("RUN_ALREADY_ENDED", `the run ${runId} has ended: ${state}`);
}

function changing(runId: string): AutoFlowError {
  const message = `the run ${runId} ended and was opened again and again meanwhile`;
  return new AutoFlowError("RUN_ALREADY_ENDED", message, { hint: "Look at it, then try again." });
}

function newId({ clock, random }: Pick<TemporalContext, "clock" | "random">): string {
  return uuidv7(clock.now(), random.bytes(10));
}

/** Throws REQUEST_JSON_MALFORMED. */
function requireJson(what: string, payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AutoFlowError("REQUEST_JSON_MALFORMED", `the payload of ${what} is JSON: ${(error as Error).message}`);
  }
}
