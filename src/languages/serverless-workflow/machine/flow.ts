/** From state to state: entering, leaving, compensation, ends. */
import type { Outcome } from "../../../core/program.ts";
import { isTruthy } from "../../jq/value.ts";
import { toWire } from "../expressions/wire.ts";
import type { End, Next, State } from "../model.ts";
import { advanceEnd, beginEnd, leaveEnd } from "./ending.ts";
import { producedEvent } from "./events.ts";
import type { EffectRequest } from "./outbox.ts";
import type { Run } from "./run.ts";
import { newVisit, type Way } from "./run-state.ts";
import type { Exit } from "./states/exit.ts";
import { prepareState, settleState } from "./states/kinds.ts";
import { openStateTimers, timedOut } from "./timeouts.ts";
import type { Work } from "./work.ts";
import { workflowError } from "./workflow-error.ts";

/** What a state takes of a turn's steps, besides actions and expressions. */
const stateSteps = 100;

/** "waiting": nothing to compute until something arrives. */
export type Progress = "going on" | "waiting" | Outcome;

/** Enters a state; it begins when the run goes on. */
export function enterState(run: Run, name: string): void {
  run.state.visit = newVisit(name, run.time);
}

/** Lets the state compute on when none of its fibers can. Throws WorkflowError. */
export function* advanceState(run: Run): Work<Progress> {
  const { visit } = run.state;
  if (visit === undefined) return run.state.timedOut === true ? runBefore(run) : yield* advanceBetween(run);
  const state = run.stateModel;
  switch (visit.phase) {
    case "begin": {
      run.meter.spend(stateSteps);
      if (state.input !== undefined) {
        const data = yield* run.evaluate.value(state.input, run.state.data);
        run.setData(undefined, data, data);
      }
      openStateTimers(run);
      visit.phase = "prepare";
      return "going on";
    }
    case "prepare":
      yield* prepareState(run, state, visit.isFirst === true);
      visit.phase = "body";
      return "going on";
    case "body": {
      const settled = yield* settleState(run, state);
      if (typeof settled === "string") return settled;
      visit.exit = settled;
      visit.phase = "leave";
      return "going on";
    }
    case "leave":
      return yield* leaveState(run, state, visit.exit!);
  }
}

/** In no state, the run ends, or stays until it is cancelled or its time is over. */
function* advanceBetween(run: Run): Work<Progress> {
  const { ending } = run.state;
  if (ending === undefined) return "waiting";
  return yield* advanceEnd(run, ending, nextOf(run.image.state(ending.way.state), ending.way) as End);
}

/** `stateDataFilter.output`, `metadata.errorMessage`, events; then where the way leads. Changes nothing where it throws. */
function* leaveState(run: Run, state: State, exit: Exit): Work<Progress> {
  const next = nextOf(state, exit);
  const isComplete = exit.by !== "error" && run.visit.skipped !== true;
  let { data } = run.state;
  if (state.output !== undefined && isComplete) data = yield* run.evaluate.value(state.output, data);
  if (state.errorMessage !== undefined && next.kind === "end" && isComplete) {
    const message = yield* run.evaluate.template(state.errorMessage, data);
    if (typeof message === "string" ? message.trim() !== "" : isTruthy(message)) {
      run.setData(undefined, data, data);
      throw workflowError("WORKFLOW_ERROR_END", typeof message === "string" ? message : toWire(message));
    }
  }
  const produced: EffectRequest[] = [];
  for (const event of next.produceEvents) produced.push(yield* producedEvent(run, event, data));
  if (data !== run.state.data) run.setData(undefined, data, data);
  for (const effect of produced) run.outbox.add(effect, run.origin(next.at));
  if (state.compensatedBy !== undefined && isComplete) run.state.completed.push(state.name);
  exitState(run, run.visit.error);
  return follow(run, { state: state.name, ...exit }, next);
}

/** The run is in no state any more. `error` is why the state was not completed. */
export function exitState(run: Run, error?: string): void {
  run.close((wait) => wait.kind !== "detached" && !(wait.kind === "timeout" && wait.of === "workflow"));
  run.leftState(error);
  delete run.state.visit;
}

/** Where a way of a state leads. */
function nextOf(state: State, { by, index }: Exit): Next {
  switch (by) {
    case "condition":
      return (state as State & { type: "switch" }).dataConditions[index]!.next;
    case "event":
      return (state as State & { type: "switch" }).eventConditions[index]!.next;
    case "default":
      return (state as State & { type: "switch" }).defaultCondition!;
    case "error":
      return state.onErrors[index]!.next;
    case "next":
      return (state as Exclude<State, { type: "switch" }>).next;
  }
}

function follow(run: Run, way: Way, next: Next): Progress {
  const { state } = run;
  const detour = state.detours.at(-1);
  if (detour?.kind === "timeout") return workflowTimedOut(run);
  if (state.timedOut === true) return runBefore(run);
  if (detour?.kind === "compensation" && next.kind === "end") return goOnFromDetour(run);
  if (next.compensate && state.completed.length > 0) {
    const states = state.completed.toReversed().map((name) => run.image.state(name).compensatedBy!);
    state.completed = [];
    state.detours.push({ kind: "compensation", states, way });
    return goOnFromDetour(run);
  }
  return arrive(run, way, next);
}

/** The next state that compensates, or else where the run was going. */
function goOnFromDetour(run: Run): Progress {
  const detour = run.state.detours.at(-1);
  if (detour?.kind !== "compensation") throw new TypeError("the run is on no detour");
  const name = detour.states.shift();
  if (name !== undefined) {
    enterState(run, name);
    return "going on";
  }
  run.state.detours.pop();
  const { way } = detour;
  return arrive(run, way, nextOf(run.image.state(way.state), way));
}

function arrive(run: Run, way: Way, next: Next): "going on" {
  if (next.kind === "transition") {
    enterState(run, next.nextState);
    return "going on";
  }
  if (!run.image.workflow.keepActive || next.terminate || next.continueAs !== undefined) {
    beginEnd(run, way);
    return "going on";
  }
  // Only events can start it again; else it stays until it is cancelled or its time is over.
  const first = run.image.state(run.image.workflow.start.stateName);
  if (first.type === "event") enterState(run, first.name);
  return "going on";
}

/** The time of the workflow is over: the run ends, after the state that is to come before that. */
function runBefore(run: Run): Progress {
  const name = run.timeout?.runBefore;
  leaveEnd(run);
  if (name === undefined) return workflowTimedOut(run);
  if (!run.image.hasState(name)) {
    run.warn(`its timeout is to run the state "${name}" before it ends: there is no such state`);
    return workflowTimedOut(run);
  }
  run.state.detours = [{ kind: "timeout" }];
  enterState(run, name);
  return "going on";
}

function workflowTimedOut(run: Run): Outcome {
  return { kind: "failed", error: timedOut(`the workflow "${run.image.workflow.id}"`, run.timeout).failure };
}
