/** The activity `perform`: one attempt of a call, by an action of this process. */
import { ApplicationFailure, CancelledFailure, Context } from "@temporalio/activity";
import type { Action, ActionAnswer, ActionCall } from "../../../core/action.ts";
import type { Failure } from "../../../core/failure.ts";
import { idempotencyKey } from "../../../core/ids.ts";
import type { Log, Observer } from "../../../core/ports.ts";
import { type Activities, endingWorker, type PerformInput } from "../protocol/activities.ts";

export interface PerformContext {
  /** By name. */
  actions: ReadonlyMap<string, Action>;
  log: Log;
  observer: Observer;
}

/** An attempt that may take longer is that of a long call. */
const longCallMs = 50_000;
/** An attempt that takes longer tells the server that it goes on, and hears so that nobody waits for it any more. */
const firstHeartbeatMs = 1000;
const heartbeatsMs = 3000;
/** Bytes of an answer as it is sent, as JSON: Temporal takes two megabytes. */
const mostAnswerBytes = 1.5 * 1024 * 1024;

/** Answers failures as data; throws when the worker ends, or nobody waits for the attempt any more. */
export function performing(context: PerformContext): Activities["perform"] {
  return async (input) => {
    const action = context.actions.get(input.call.action);
    if (action === undefined) return { error: unknownAction(input.call.action) };
    const timeoutMs = input.call.timeoutMs ?? action.timeoutMs;
    if (timeoutMs > longCallMs && input.isLong !== true) return "long";
    const answer = await attempt(context, action, { input, timeoutMs });
    return "value" in answer ? answer : { ...answer, retry: action.retry };
  };
}

interface Attempt {
  input: PerformInput;
  timeoutMs: number;
}

async function attempt(context: PerformContext, action: Action, { input, timeoutMs }: Attempt): Promise<ActionAnswer> {
  const activity = Context.current();
  const startedAt = performance.now();
  const made = makeAnswer(context, action, actionCall(input, timeoutMs, activity));
  const answer = bounded(action, made instanceof Promise ? await whileAlive(activity, made) : made);
  context.observer.attemptEnded(action.name, "value" in answer, performance.now() - startedAt);
  return answer;
}

/** Temporal makes an attempt again whose worker has died; what became of it is as unknown as of any other, so it counts. */
function actionCall(
  { runId, project, call, attempt, since, epoch }: PerformInput,
  timeoutMs: number,
  { info, cancellationSignal }: Context,
): ActionCall {
  return {
    input: call.input,
    runId,
    project,
    attempt: attempt + info.attempt - 1,
    firstAttemptAt: since ?? info.scheduledTimestampMs,
    idempotencyKey: idempotencyKey(runId, call.repeats ?? call.n, epoch),
    timeoutMs,
    signal: cancellationSignal,
  };
}

/** An action answers what the outside world does; what it throws is a defect. */
function makeAnswer(context: PerformContext, action: Action, call: ActionCall): ActionAnswer | Promise<ActionAnswer> {
  const unexpected = (error: unknown): ActionAnswer => {
    context.log.error("an action threw", { action: action.name, error: String(error) });
    const message = `the action ${action.name} failed`;
    return { error: { type: "action", code: "ACTION_INPUT_INVALID", message, retryable: false } };
  };
  try {
    const answer = action.perform(call);
    return answer instanceof Promise ? answer.catch(unexpected) : answer;
  } catch (error) {
    return unexpected(error);
  }
}

/**
 * The answer of an attempt that takes its time. One that is aborted gives none, whatever the action makes of it: nobody waits for it,
 * or it is made again by another worker.
 */
async function whileAlive(activity: Context, answer: Promise<ActionAnswer>): Promise<ActionAnswer> {
  let timer = setTimeout(beat, firstHeartbeatMs);
  function beat(): void {
    activity.heartbeat();
    timer = setTimeout(beat, heartbeatsMs);
  }
  try {
    const settled = await answer;
    if (!activity.cancellationSignal.aborted) return settled;
    throw aborted(activity.cancellationSignal);
  } finally {
    clearTimeout(timer);
  }
}

/** Temporal has an attempt made again that fails, and none that was cancelled. */
function aborted({ reason }: AbortSignal): Error {
  const isShutdown = reason instanceof CancelledFailure && reason.message === "WORKER_SHUTDOWN";
  if (isShutdown) return ApplicationFailure.retryable("the worker ends", endingWorker);
  return new CancelledFailure("nobody waits for the attempt any more");
}

function bounded({ name }: Action, answer: ActionAnswer): ActionAnswer {
  // As JSON a character has six bytes at most.
  if ("value" in answer && answer.value.length * 6 <= mostAnswerBytes) return answer;
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  if (bytes <= mostAnswerBytes) return answer;
  const message = `the answer of ${name} has ${bytes} bytes; a run on Temporal can be given ${mostAnswerBytes}`;
  return { error: { type: "action", code: "LIMIT_ANSWER", message, retryable: false } };
}

function unknownAction(name: string): Failure {
  const message = `there is no action ${JSON.stringify(name)}`;
  return { type: "action", code: "ACTION_UNKNOWN", message, retryable: false };
}
