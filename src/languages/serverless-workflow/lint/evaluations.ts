/** Every place of a workflow where an expression is evaluated, and on what. */
import type { Location } from "../../../core/errors.ts";
import type { Action, EventDataFilter, Expression, Next, State, Template, Workflow } from "../model.ts";
import { waysOn } from "../document/check-names.ts";

export interface Evaluation {
  expression: Expression;
  /** "data": the state's data. "other": what an action or event gave, or a filtered part of the data. */
  on: "data" | "other";
  /** As a literal it would be this; absent where it has to be an expression. */
  literal?: string;
}

/** In the order of the states. Targets, which are written and not read, are left out. */
export function evaluationsOf(workflow: Workflow): Evaluation[] {
  const found: Evaluation[] = [];
  for (const state of workflow.states) inState(state, found);
  for (const { expression } of workflow.functions) if (expression !== undefined) found.push({ expression, on: "data" });
  return found;
}

function inState(state: State, found: Evaluation[]): void {
  const onData = (expression: Expression | undefined): void => {
    if (expression !== undefined) found.push({ expression, on: "data" });
  };
  onData(state.input);
  onData(state.output);
  if (state.errorMessage !== undefined) inTemplate(state.errorMessage, "data", found);
  if (state.type === "switch") for (const { condition } of state.dataConditions) onData(condition);
  if (state.type === "foreach") onData(state.inputCollection);
  for (const action of actionsOf(state)) inAction(action, found);
  for (const filter of eventFiltersOf(state))
    if (filter.data !== undefined) found.push({ expression: filter.data, on: "other" });
  for (const { next } of waysOn(state)) inNext(next, found);
}

function inAction({ does, condition, filter }: Action, found: Evaluation[]): void {
  const on = filter.fromStateData === undefined ? "data" : "other";
  if (condition !== undefined) found.push({ expression: condition, on: "data" });
  if (filter.fromStateData !== undefined) found.push({ expression: filter.fromStateData, on: "data" });
  if (filter.results !== undefined) found.push({ expression: filter.results, on: "other" });
  if (does.kind === "function" && does.arguments !== undefined) inTemplate(does.arguments, on, found);
  if (does.kind !== "event") return;
  if (does.data !== undefined) inTemplate(does.data, on, found);
  for (const { value } of does.contextAttributes) inTemplate(value, on, found);
}

function inNext(next: Next, found: Evaluation[]): void {
  for (const { data, contextAttributes } of next.produceEvents) {
    if (data !== undefined) inTemplate(data, "data", found);
    for (const { value } of contextAttributes) inTemplate(value, "data", found);
  }
  if (next.kind === "end" && next.continueAs?.data !== undefined) inTemplate(next.continueAs.data, "data", found);
}

function inTemplate(template: Template, on: Evaluation["on"], found: Evaluation[]): void {
  if (template.kind === "expression") {
    const { expression, literal } = template;
    found.push({ expression, on, ...(literal !== undefined && { literal }) });
  }
  if (template.kind === "array") for (const item of template.items) inTemplate(item, on, found);
  if (template.kind === "object") for (const { value } of template.entries) inTemplate(value, on, found);
}

/** Literal texts of arguments, with the place of the action that has them. */
export function literalTexts(workflow: Workflow): { text: string; at: Location }[] {
  const found: { text: string; at: Location }[] = [];
  for (const state of workflow.states) {
    for (const { does, at } of actionsOf(state)) {
      if (does.kind === "function" && does.arguments !== undefined) textsIn(does.arguments, at, found);
    }
  }
  return found;
}

function textsIn(template: Template, at: Location, found: { text: string; at: Location }[]): void {
  if (template.kind === "literal") {
    const walk = (value: unknown): void => {
      if (typeof value === "string") found.push({ text: value, at });
      else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) walk(inner);
    };
    walk(JSON.parse(template.json));
  }
  if (template.kind === "array") for (const item of template.items) textsIn(item, at, found);
  if (template.kind === "object") for (const { value } of template.entries) textsIn(value, at, found);
}

/** All actions of a state. */
export function actionsOf(state: State): Action[] {
  switch (state.type) {
    case "operation":
    case "foreach":
      return state.actions;
    case "event":
      return state.onEvents.flatMap(({ actions }) => actions);
    case "parallel":
      return state.branches.flatMap(({ actions }) => actions);
    case "callback":
      return state.action === undefined ? [] : [state.action];
    default:
      return [];
  }
}

/** The filters for events that a state waits for. */
export function eventFiltersOf(state: State): EventDataFilter[] {
  if (state.type === "event") return state.onEvents.map(({ eventDataFilter }) => eventDataFilter);
  if (state.type === "callback") return [state.eventDataFilter];
  return state.type === "switch" ? state.eventConditions.map(({ eventDataFilter }) => eventDataFilter) : [];
}
