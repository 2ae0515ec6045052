/** Timers of a state, its actions and branches, and of the workflow. */
import type { Location } from "../../../core/errors.ts";
import type { Duration, StateTimeouts } from "../model.ts";
import type { Run } from "./run.ts";
import type { Fiber, Wait } from "./run-state.ts";
import { type WorkflowError, workflowError } from "./workflow-error.ts";

/** Starts the timers of the state that was entered. */
export function openStateTimers(run: Run): void {
  const { timeouts, at } = run.stateModel;
  openTimeout(run, "total", timeouts.stateExec?.total, at);
  openTimeout(run, "single", timeouts.stateExec?.single, at);
}

/** Starts a timer of the state or the workflow when there is a duration. */
export function openTimeout(
  run: Run,
  of: "single" | "total" | "event" | "sleep" | "workflow",
  duration: Duration | undefined,
  at: Location,
): void {
  if (duration !== undefined) run.openTimer({ kind: "timeout", of, until: run.time + duration.ms }, at);
}

/** A further try of an action is a new attempt of its state. */
export function restartSingleTimer(run: Run): void {
  const { timeouts, at } = run.stateModel;
  run.close((wait) => wait.kind === "timeout" && wait.of === "single");
  openTimeout(run, "single", timeouts.stateExec?.single, at);
}

/** The timeouts in force for the actions of a fiber. */
export function timeoutsOf(run: Run, fiber: Fiber): Pick<StateTimeouts, "actionExec" | "branchExec"> {
  const model = run.stateModel;
  return model.type === "parallel" ? model.branches[fiber.part]!.timeouts : model.timeouts;
}

/** The error of a timeout that has passed. */
export function timeoutError(run: Run, wait: Wait & { kind: "timeout" }): WorkflowError {
  const { timeouts, name } = run.stateModel;
  const fiber = "fiber" in wait ? run.fiber(wait.fiber) : undefined;
  switch (wait.of) {
    case "action":
      return timedOut(`an action of the state "${name}"`, fiber && timeoutsOf(run, fiber).actionExec);
    case "branch":
      return timedOut(`a branch of the state "${name}"`, fiber && timeoutsOf(run, fiber).branchExec);
    case "single":
      return timedOut(`the state "${name}"`, timeouts.stateExec?.single);
    default:
      return timedOut(`the state "${name}"`, timeouts.stateExec?.total);
  }
}

/** `what` took longer than it may. */
export function timedOut(what: string, duration: Duration | undefined): WorkflowError {
  const text = duration === undefined ? "" : ` (${duration.text})`;
  return workflowError("WORKFLOW_TIMEOUT", `${what} took longer than its timeout${text}`, "timeout");
}
