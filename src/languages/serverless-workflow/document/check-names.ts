/** Names that only the whole workflow knows: states that are gone to, secrets, auth. */
import type { Location } from "../../../core/errors.ts";
import type { Next, State, Workflow } from "../model.ts";
import { nearest } from "./nearest.ts";
import type { Problems } from "./problems.ts";

/** Tells of transitions to states that are not there, and of compensation that is no compensation. */
export function checkNames(workflow: Workflow, problems: Problems): void {
  const states = new Map(workflow.states.map((state) => [state.name, state]));
  const names = [...states.keys()];
  const requireState = (name: string, at: Location): void => {
    if (states.has(name)) return;
    const meant = nearest(name, names);
    problems.error(`there is no state "${name}"${meant === undefined ? "" : `; did you mean ${meant}?`}`, at);
  };
  requireState(workflow.start.stateName, workflow.start.at);
  const before = workflow.workflowTimeout;
  if (before?.runBefore !== undefined) requireState(before.runBefore, before.at);
  for (const state of workflow.states) {
    if (state.name === "#start" || state.name === "#end") {
      problems.error(`"${state.name}" is the name of a node of the graph: a state cannot have it`, state.at);
    }
    for (const { next } of waysOn(state)) if (next.kind === "transition") requireState(next.nextState, next.at);
    if (state.compensatedBy === undefined) continue;
    requireState(state.compensatedBy, state.at);
    if (states.get(state.compensatedBy)?.usedForCompensation !== false) continue;
    const message = `state "${state.compensatedBy}" compensates "${state.name}", and lacks usedForCompensation: true`;
    problems.warn("compensation", message, states.get(state.compensatedBy)!.at);
  }
  const auth = new Set(workflow.auth.map(({ name }) => name));
  for (const { name, authRef, at } of workflow.functions) {
    if (authRef === undefined || auth.has(authRef)) continue;
    problems.warn("undefined-auth", `function "${name}" names the auth "${authRef}", and there is none`, at);
  }
}

export interface WayOn {
  next: Next;
  kind: "next" | "condition" | "default" | "event" | "error";
  label?: string;
}

/** Every way out of a state, in its order. */
export function waysOn(state: State): WayOn[] {
  const ways: WayOn[] = [];
  if (state.type === "switch") {
    for (const { name, condition, next } of state.dataConditions) {
      ways.push({ next, kind: "condition", label: name ?? condition.text });
    }
    for (const { name, eventRef, next } of state.eventConditions)
      ways.push({ next, kind: "event", label: name ?? eventRef });
    if (state.defaultCondition !== undefined) ways.push({ next: state.defaultCondition, kind: "default" });
  } else ways.push({ next: state.next, kind: "next" });
  for (const { errors, next } of state.onErrors) {
    ways.push({ next, kind: "error", label: errors === "any" ? "any error" : errors.join(", ") });
  }
  return ways;
}
