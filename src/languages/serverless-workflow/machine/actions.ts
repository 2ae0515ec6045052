/** Fibers: how actions are performed, one after the other. */
import type { Failure } from "../../../core/failure.ts";
import type { Value } from "../../jq/value.ts";
import { withoutSecrets } from "../data/json.ts";
import { toPlainJson, toWire } from "../expressions/wire.ts";
import { type AnsweredCall, prepareCall, type PreparedCall, readAnswer } from "../functions/call.ts";
import { statusOf } from "../functions/error-match.ts";
import type { Action, EventCall, FunctionCall, SubflowCall } from "../model.ts";
import { definitionNamed } from "./definition-named.ts";
import { actionOf } from "./action-lists.ts";
import { callContext } from "./call-context.ts";
import { filterResult } from "./data-filter.ts";
import { awaitEvents, producedEvent } from "./events.ts";
import { tryAgainLater } from "./retries.ts";
import type { Run } from "./run.ts";
import type { CallAnswer, Fiber } from "./run-state.ts";
import { timeoutsOf } from "./timeouts.ts";
import type { Work } from "./work.ts";
import { WorkflowError, workflowError } from "./workflow-error.ts";

/** What an action takes of a turn's steps, besides its expressions. */
const actionSteps = 50;

/** Lets a fiber compute until it waits or is done. Throws WorkflowError for an action that has failed for good. */
export function* advanceFiber(run: Run, fiber: Fiber): Work {
  while (fiber.phase !== "waiting" && fiber.phase !== "done") {
    const action = actionOf(run, fiber);
    if (action === undefined) fiber.phase = "done";
    else yield* advanceAction(run, fiber, action);
    if (run.meter.isUsedUp) yield;
  }
}

function* advanceAction(run: Run, fiber: Fiber, action: Action): Work {
  if (fiber.phase === "next") return yield* enterAction(run, fiber, action);
  try {
    if (fiber.phase === "perform") yield* perform(run, fiber, action);
    else yield* complete(run, fiber, action, fiber.answer);
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    const final = tryFailed(run, fiber, error);
    if (final !== undefined) throw final;
  }
}

/** A try of the fiber's action has failed: the error when it has failed for good, undefined when there will be another try. */
export function tryFailed(run: Run, fiber: Fiber, error: WorkflowError): WorkflowError | undefined {
  run.close((wait) => "fiber" in wait && wait.fiber === fiber.id && isOfTry(wait));
  const action = actionOf(run, fiber)!;
  return tryAgainLater(run, fiber, action, error.failure) ? undefined : withTries(error, fiber);
}

/** Whether a wait ends with the try of an action, unlike that for the branch's timeout. */
function isOfTry(wait: { kind: string; of?: string }): boolean {
  return wait.kind !== "timeout" || wait.of === "action";
}

function withTries(error: WorkflowError, { tries }: Fiber): WorkflowError {
  return tries <= 1 ? error : new WorkflowError({ ...error.failure, attempts: tries });
}

/** Condition and `sleep.before`. */
function* enterAction(run: Run, fiber: Fiber, action: Action): Work {
  run.meter.spend(actionSteps);
  const data = run.dataOf(fiber);
  if (action.condition !== undefined) {
    const isWanted = yield* run.evaluate.isTrue(action.condition, data, run.variablesOf(fiber));
    if (!isWanted) {
      fiber.action++;
      return;
    }
  }
  fiber.entered = run.time;
  fiber.tries = 0;
  delete fiber.firstCall;
  if (action.before === undefined) fiber.phase = "perform";
  else pause(run, fiber, action, action.before.ms, "perform");
}

function pause(run: Run, fiber: Fiber, action: Action, ms: number, leadsTo: "perform" | "next"): void {
  fiber.phase = "waiting";
  run.openTimer({ kind: "pause", fiber: fiber.id, until: run.time + ms, leadsTo }, action.at, action.id);
}

/** Does what the action is for; what takes long leaves the fiber waiting. */
function* perform(run: Run, fiber: Fiber, action: Action): Work {
  if (fiber.tries++ === 0) fiber.firstTry = run.time;
  const data = run.dataOf(fiber);
  const { fromStateData } = action.filter;
  const input =
    fromStateData === undefined ? data : yield* run.evaluate.value(fromStateData, data, run.variablesOf(fiber));
  switch (action.does.kind) {
    case "function":
      return yield* callFunction(run, fiber, { action, does: action.does, input });
    case "event":
      return yield* callByEvent(run, fiber, { action, does: action.does, input });
    case "subflow":
      return callSubflow(run, fiber, { action, does: action.does, input });
  }
}

/** What an action does, and the data that it sees. */
interface Doing<Does> {
  action: Action;
  does: Does;
  input: Value;
}

function* callFunction(run: Run, fiber: Fiber, { action, does, input }: Doing<FunctionCall>): Work {
  const { definition, plan } = run.image.function(does.refName);
  const variables = run.variablesOf(fiber);
  if (plan.kind === "expression") {
    const value = yield* run.evaluate.value(definition.expression!, input, variables);
    return yield* complete(run, fiber, action, value);
  }
  const args =
    does.arguments === undefined ? undefined : yield* run.evaluate.template(does.arguments, input, variables);
  const context = yield* callContext(run, fiber, does);
  const prepared = prepareCall(plan, args, context);
  if (prepared.kind === "problem") throw new WorkflowError(prepared.failure);
  if (prepared.kind === "log") {
    const { level, message } = prepared;
    run.outbox.add({ kind: "log", level, message: withoutSecrets(message) }, run.origin(action.at, action.id));
    return yield* complete(run, fiber, action, undefined);
  }
  for (const warning of prepared.warnings) run.warn(warning);
  if (does.invoke === "async") {
    askFor(run, { kind: "detached", action: action.name }, action, prepared);
    return yield* complete(run, fiber, action, undefined);
  }
  const n = askFor(run, { kind: "call", fiber: fiber.id }, action, prepared, fiber.firstCall);
  fiber.firstCall ??= n;
  fiber.phase = "waiting";
  limitTime(run, fiber, action);
}

function askFor(
  run: Run,
  wait: { kind: "call"; fiber: number } | { kind: "detached"; action: string },
  action: Action,
  { action: name, input, timeoutMs }: PreparedCall & { kind: "call" },
  repeats?: number,
): number {
  const effect = {
    kind: "call" as const,
    action: name,
    input: toWire(input),
    // The workflow's own retries are the machine's; the engine makes one attempt.
    retry: { maxAttempts: 1 },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(repeats === undefined ? {} : { repeats }),
  };
  return run.open(wait, effect, action.at, action.id);
}

/** Starts the timer for one try of an action. */
function limitTime(run: Run, fiber: Fiber, action: Action, duration = timeoutsOf(run, fiber).actionExec): void {
  if (duration === undefined) return;
  const until = run.time + duration.ms;
  run.openTimer({ kind: "timeout", of: "action", fiber: fiber.id, until }, action.at, action.id);
}

/** The answer to a fiber's call has come: its result is taken when the fiber goes on. Throws WorkflowError for a failure. */
export function takeAnswer(run: Run, fiber: Fiber, answer: { value: Value } | { error: Failure }): void {
  const does = actionOf(run, fiber)!.does as FunctionCall;
  const { plan } = run.image.function(does.refName);
  const answered: AnsweredCall = readAnswer(plan, answer, run.time);
  if ("failure" in answered) {
    run.state.answered = answeredOf(answered.failure);
    throw new WorkflowError(answered.failure);
  }
  const { value, statusCode, statusMessage, headers } = answered.result;
  run.state.answered = {
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(statusMessage === undefined ? {} : { statusMessage }),
    ...(headers === undefined ? {} : { headers }),
  };
  fiber.phase = "answered";
  fiber.answer = value;
}

function answeredOf(failure: Failure): CallAnswer {
  const statusCode = statusOf(failure);
  return statusCode === undefined ? {} : { statusCode };
}

function* callByEvent(run: Run, fiber: Fiber, { action, does, input }: Doing<EventCall>): Work {
  const { triggerEventRef, resultEventRef, resultEventTimeout } = does;
  if (triggerEventRef !== undefined) {
    const { contextAttributes, data } = does;
    const produced = { eventRef: triggerEventRef, contextAttributes, ...(data === undefined ? {} : { data }) };
    const effect = yield* producedEvent(run, produced, input, fiber);
    run.outbox.add(effect, run.origin(action.at, action.id));
  }
  if (resultEventRef === undefined || does.invoke === "async") return yield* complete(run, fiber, action, undefined);
  // It answers the event that is produced in this very turn, so nothing older is meant.
  yield* awaitEvents(run, [resultEventRef], triggerEventRef === undefined ? "back" : "now", fiber);
  fiber.phase = "waiting";
  limitTime(run, fiber, action, resultEventTimeout ?? timeoutsOf(run, fiber).actionExec);
}

function callSubflow(run: Run, fiber: Fiber, { action, does, input }: Doing<SubflowCall>): void {
  const text = toPlainJson(input);
  if (text === undefined) {
    throw workflowError("WORKFLOW_SECRET", `the input of the workflow "${does.workflowId}" would hold a secret`);
  }
  const awaited = does.invoke === "sync";
  const effect = {
    kind: "spawn" as const,
    definition: definitionNamed(does.workflowId, does.version),
    input: text,
    awaited,
    onParentEnd: does.onParentComplete === "terminate" ? ("cancel" as const) : ("continue" as const),
  };
  run.open({ kind: "child", fiber: fiber.id, awaited }, effect, action.at, action.id);
  fiber.phase = "waiting";
  if (awaited) limitTime(run, fiber, action);
}

/** The action has done what it is for: its result, if any, goes into the data, and the fiber goes on behind it. */
function* complete(run: Run, fiber: Fiber, action: Action, result: Value | undefined): Work {
  if (result !== undefined) {
    const filtered = yield* filterResult(run, fiber, action.filter, result);
    run.setData(fiber, filtered.data, filtered.result ?? null);
    run.state.previous = filtered.result ?? result;
    if (filtered.result !== undefined) fiber.result = filtered.result;
  }
  run.close((wait) => "fiber" in wait && wait.fiber === fiber.id && isOfTry(wait));
  leaveAction(run, fiber, action);
}

/** Goes on behind an action. `error` is why it did not do what it was to do. */
export function leaveAction(run: Run, fiber: Fiber, action: Action, error?: string): void {
  delete fiber.answer;
  run.leftAction(fiber, action, error);
  fiber.action++;
  if (action.after !== undefined && error === undefined) pause(run, fiber, action, action.after.ms, "next");
  else fiber.phase = "next";
}
