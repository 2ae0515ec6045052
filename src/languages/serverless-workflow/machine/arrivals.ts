/** What arrivals do to a run: whoever waits for one can go on. */
import type { AnswerArrival, EventArrival } from "../../../core/arrival.ts";
import type { Failure } from "../../../core/failure.ts";
import type { WireText } from "../../../core/wire.ts";
import type { Value } from "../../jq/value.ts";
import { fromWire } from "../expressions/wire.ts";
import { breakFibersOff } from "./action-lists.ts";
import { takeAnswer, tryFailed } from "./actions.ts";
import { takeCheck } from "./ending.ts";
import { receiveEvent } from "./events.ts";
import { exitState } from "./flow.ts";
import { outside, type Run } from "./run.ts";
import type { Fiber, Wait } from "./run-state.ts";
import { giveBranchUp } from "./states/parallel.ts";
import { timeoutError } from "./timeouts.ts";
import { WorkflowError } from "./workflow-error.ts";

/** An error that an arrival causes, and the fiber that it is for. */
export interface Caused {
  error: WorkflowError;
  fiber?: Fiber;
}

/** Takes an arrival. What is not waited for any more does nothing. */
export function receive(run: Run, arrival: AnswerArrival | EventArrival): Caused | undefined {
  const wait = run.state.waits.get(arrival.effect);
  if (wait === undefined) return undefined;
  run.state.waits.delete(arrival.effect);
  if (arrival.kind === "event") {
    if (wait.kind === "event") takeEvent(run, wait, arrival);
    return undefined;
  }
  return takeResult(run, wait, arrival);
}

function takeEvent(run: Run, wait: Wait & { kind: "event" }, { event, position }: EventArrival): void {
  const payload = receiveEvent(run, wait, event, position);
  if (payload === undefined) return;
  if (wait.fiber === undefined) run.state.visit?.events.set(wait.event, payload);
  else answerFiber(run.fiber(wait.fiber), payload);
}

function answerFiber(fiber: Fiber | undefined, answer: Value | undefined): void {
  if (fiber === undefined) return;
  fiber.phase = "answered";
  if (answer !== undefined) fiber.answer = answer;
}

function takeResult(run: Run, wait: Wait, arrival: AnswerArrival): Caused | undefined {
  switch (wait.kind) {
    case "pause": {
      const fiber = run.fiber(wait.fiber);
      if (fiber !== undefined) fiber.phase = wait.leadsTo;
      return undefined;
    }
    case "call":
      return forFiber(run, wait.fiber, (fiber) => takeAnswer(run, fiber, resultOf(arrival)));
    case "child":
      return forFiber(run, wait.fiber, (fiber) => {
        const result = resultOf(arrival);
        if ("error" in result) throw new WorkflowError(result.error);
        answerFiber(fiber, wait.awaited ? result.value : undefined);
      });
    case "detached":
      if (arrival.error !== undefined) run.warn(`the call of "${wait.action}" failed: ${arrival.error.message}`);
      return undefined;
    case "timeout":
      return timePassed(run, wait);
    case "check":
      return caught(() => takeCheck(run, arrival));
    case "event":
      return undefined;
  }
}

function resultOf({ value, error }: AnswerArrival): { value: Value } | { error: Failure } {
  if (error !== undefined) return { error };
  const text = value ?? ("null" as WireText);
  return { value: outside("the answer", "FUNCTION_ANSWER_INVALID", () => fromWire(text)) };
}

function forFiber(run: Run, id: number, take: (fiber: Fiber) => void): Caused | undefined {
  const fiber = run.fiber(id);
  if (fiber === undefined) return undefined;
  try {
    take(fiber);
  } catch (error) {
    if (error instanceof WorkflowError) return failed(run, fiber, error);
    throw error;
  }
  return undefined;
}

function caught(take: () => void): Caused | undefined {
  try {
    take();
  } catch (error) {
    if (error instanceof WorkflowError) return { error };
    throw error;
  }
  return undefined;
}

function failed(run: Run, fiber: Fiber, error: WorkflowError): Caused | undefined {
  const final = tryFailed(run, fiber, error);
  return final === undefined ? undefined : { error: final, fiber };
}

function timePassed(run: Run, wait: Wait & { kind: "timeout" }): Caused | undefined {
  switch (wait.of) {
    case "sleep":
      return undefined;
    case "event":
      run.visit.eventsOver = true;
      run.close((other) => other.kind === "event" && other.fiber === undefined);
      return undefined;
    case "workflow":
      return workflowTimePassed(run);
    case "branch": {
      const model = run.stateModel;
      if (model.type === "parallel" && giveBranchUp(run, model, wait.fiber)) return undefined;
      return { error: timeoutError(run, wait) };
    }
    case "action": {
      const fiber = run.fiber(wait.fiber);
      return fiber === undefined ? undefined : failed(run, fiber, timeoutError(run, wait));
    }
    case "single":
    case "total":
      return { error: timeoutError(run, wait) };
  }
}

/** The state under way is broken off when that is asked for, or when it does nothing but sleep or wait for events; else it is the last. */
function workflowTimePassed(run: Run): undefined {
  run.state.timedOut = true;
  if (run.state.visit !== undefined && (run.timeout?.interrupt === true || onlyWaits(run))) {
    breakFibersOff(run, "the time of the workflow is over");
    exitState(run, "the time of the workflow is over");
  }
}

const workUnderWay: ReadonlySet<Wait["kind"]> = new Set(["call", "child", "check"]);

/** Is no work under way that would be lost? An event may never come, and a sleep does nothing. */
function onlyWaits(run: Run): boolean {
  const waits = [...run.state.waits.values()];
  const waiting = waits.some(
    (wait) => wait.kind === "event" || wait.kind === "pause" || (wait.kind === "timeout" && wait.of === "sleep"),
  );
  return waiting && waits.every(({ kind }) => !workUnderWay.has(kind));
}
