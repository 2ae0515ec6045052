/** What each type of state has beside what all have. */
import type {
  ActionMode,
  Branch,
  CallbackState,
  DataCondition,
  EventCondition,
  EventState,
  ForeachState,
  InjectState,
  Next,
  OnEvents,
  OperationState,
  ParallelState,
  SleepState,
  State,
  SwitchState,
} from "../model.ts";
import { readAction, readActions, readEventDataFilter } from "./actions.ts";
import { Fields } from "./fields.ts";
import type { Parsing } from "./parsing.ts";
import { readDuration, readOwnTimeouts } from "./timeouts.ts";
import { readNext, requireEvent } from "./transitions.ts";
import { describe, jsonTextOf, placeOf, type DataNode } from "./tree.ts";

/** What all states have. */
export type StateBasis = Omit<OperationState, "type" | "actionMode" | "actions" | "next">;

interface StateReading {
  fields: Fields;
  basis: StateBasis;
  next: Next;
  parsing: Parsing;
}

/** Fields of states that `readState` looks at. */
export const plainFields = [
  "stateDataFilter",
  "timeouts",
  "onErrors",
  "metadata",
  "compensatedBy",
  "usedForCompensation",
  "end",
  "transition",
];

export const stateReaders: Record<State["type"], (reading: StateReading) => State | undefined> = {
  event: readEventState,
  operation: readOperationState,
  switch: readSwitchState,
  sleep: readSleepState,
  parallel: readParallelState,
  inject: readInjectState,
  foreach: readForeachState,
  callback: readCallbackState,
};

function readActionMode(fields: Fields, otherwise: ActionMode, key = "actionMode"): ActionMode {
  return fields.oneOf(["sequential", "parallel"], key) ?? otherwise;
}

function readOperationState({ fields, basis, next, parsing }: StateReading): OperationState {
  const actionMode = readActionMode(fields, "sequential");
  return { ...basis, type: "operation", actionMode, actions: readActions(fields, basis.name, parsing), next };
}

function readEventState({ fields, basis, next, parsing }: StateReading): EventState | undefined {
  const exclusive = fields.boolean(true, "exclusive");
  const nodes = fields.list("onEvents");
  if (nodes.length === 0) parsing.problems.error(`${fields.what} has no onEvents: it waits for nothing`, fields.node);
  const onEvents = nodes.flatMap((node, i) => readOnEvents(node, `${basis.name}/${i + 1}`, parsing) ?? []);
  return { ...basis, type: "event", exclusive, onEvents, next };
}

function readOnEvents(node: DataNode, id: string, parsing: Parsing): OnEvents | undefined {
  const fields = Fields.of(node, `onEvents ${id}`, parsing.problems);
  if (fields === undefined) return undefined;
  const names = fields.texts("eventRefs", "eventRef");
  if (names.length === 0) fields.required("eventRefs");
  for (const { text, node: at } of names) requireEvent(text, at, parsing);
  const onEvents: OnEvents = {
    eventRefs: [...new Set(names.map(({ text }) => text))],
    actionMode: readActionMode(fields, "sequential"),
    actions: readActions(fields, id, parsing),
    eventDataFilter: readEventDataFilter(fields, parsing),
    at: placeOf(node),
  };
  fields.end();
  return onEvents;
}

function readSwitchState({ fields, basis, parsing }: StateReading): SwitchState {
  const dataConditions = fields
    .list("dataConditions")
    .flatMap((node) => readDataCondition(node, fields, parsing) ?? []);
  const eventConditions = fields
    .list("eventConditions")
    .flatMap((node) => readEventCondition(node, fields, parsing) ?? []);
  if (dataConditions.length > 0 && eventConditions.length > 0) {
    parsing.problems.error(
      `${fields.what} has dataConditions and eventConditions: it can have one of them`,
      fields.node,
    );
  }
  const defaultCondition = readDefaultCondition(fields, parsing);
  if (dataConditions.length + eventConditions.length === 0 && defaultCondition === undefined) {
    parsing.problems.error(`${fields.what} has no dataConditions and no eventConditions`, fields.node);
  }
  const state: SwitchState = { ...basis, type: "switch", dataConditions, eventConditions };
  return defaultCondition === undefined ? state : { ...state, defaultCondition };
}

/** An object with a transition or an end; a text is the state to go to. */
function readDefaultCondition(fields: Fields, parsing: Parsing): Next | undefined {
  const node = fields.get("defaultCondition", "default");
  if (node === undefined) return undefined;
  const what = `defaultCondition of ${fields.what}`;
  if (node.kind === "scalar") {
    const nextState = fields.text("defaultCondition", "default") ?? "";
    return { kind: "transition", nextState, produceEvents: [], compensate: false, at: placeOf(node) };
  }
  const inner = Fields.of(node, what, parsing.problems);
  if (inner === undefined) return undefined;
  const next = readNext(inner, parsing);
  inner.end("name", "metadata");
  return next;
}

function readDataCondition(node: DataNode, state: Fields, parsing: Parsing): DataCondition | undefined {
  const fields = Fields.of(node, `dataConditions of ${state.what}`, parsing.problems);
  if (fields === undefined) return undefined;
  const name = fields.text("name");
  if (fields.get("condition") === undefined) fields.required("condition");
  const condition = parsing.texts.required(fields.get("condition"), `a condition of ${state.what}`);
  const next = readNext(fields, parsing);
  fields.end("metadata");
  if (condition === undefined) return undefined;
  return { ...(name !== undefined && { name }), condition, next, at: placeOf(node) };
}

function readEventCondition(node: DataNode, state: Fields, parsing: Parsing): EventCondition | undefined {
  const fields = Fields.of(node, `eventConditions of ${state.what}`, parsing.problems);
  const eventRef = fields?.required("eventRef");
  if (fields === undefined || eventRef === undefined) return undefined;
  requireEvent(eventRef, fields.get("eventRef")!, parsing);
  const name = fields.text("name");
  const eventDataFilter = readEventDataFilter(fields, parsing);
  const next = readNext(fields, parsing);
  fields.end("metadata");
  return { ...(name !== undefined && { name }), eventRef, eventDataFilter, next, at: placeOf(node) };
}

/** The duration is its own, or that of its stateExecTimeout. */
function readSleepState({ fields, basis, next, parsing }: StateReading): SleepState | undefined {
  const isGiven = fields.get("duration", "sleep") !== undefined;
  const duration = readDuration(fields, "duration", "sleep") ?? (isGiven ? undefined : basis.timeouts.stateExec?.total);
  if (duration !== undefined) return { ...basis, type: "sleep", duration, next };
  if (!isGiven) parsing.problems.error(`${fields.what} has no duration`, fields.node);
  return undefined;
}

function readParallelState({ fields, basis, next, parsing }: StateReading): ParallelState | undefined {
  const nodes = fields.list("branches");
  if (nodes.length === 0) parsing.problems.error(`${fields.what} has no branches`, fields.node);
  const names = new Set<string>();
  const branches = nodes.flatMap((node, i) => readBranch(node, { index: i, names, basis, parsing }) ?? []);
  const completionType = fields.oneOf(["allOf", "atLeast", "and", "xor", "n_of_m"] as const, "completionType");
  const count = fields.number({ least: 1, most: Math.max(1, nodes.length), integer: true }, "numCompleted");
  const isAll = completionType === undefined || completionType === "allOf" || completionType === "and";
  if (!isAll && completionType !== "xor" && count === undefined && fields.get("numCompleted") === undefined) {
    fields.required("numCompleted");
  }
  const numCompleted = isAll ? branches.length : completionType === "xor" ? 1 : (count ?? branches.length);
  return { ...basis, type: "parallel", branches, completionType: isAll ? "allOf" : "atLeast", numCompleted, next };
}

interface BranchPlace {
  index: number;
  names: Set<string>;
  basis: StateBasis;
  parsing: Parsing;
}

function readBranch(node: DataNode, { index, names, basis, parsing }: BranchPlace): Branch | undefined {
  const fields = Fields.of(node, `branch ${index + 1} of state "${basis.name}"`, parsing.problems);
  if (fields === undefined) return undefined;
  let name = fields.text("name") ?? `branch ${index + 1}`;
  if (names.has(name)) {
    parsing.problems.warn("duplicate-branch", `there are two branches of the name "${name}"`, node);
    name = `${name} (${index + 1})`;
  }
  names.add(name);
  const { actionExec, branchExec } = readOwnTimeouts(fields, basis.timeouts);
  const timeouts = { ...(actionExec !== undefined && { actionExec }), ...(branchExec !== undefined && { branchExec }) };
  const actions = readActions(fields, `${basis.name}/${name}`, parsing);
  fields.end("metadata");
  return { name, actions, timeouts, at: placeOf(node) };
}

function readInjectState({ fields, basis, next, parsing }: StateReading): InjectState | undefined {
  const node = fields.get("data");
  if (node !== undefined && node.kind !== "map") {
    parsing.problems.error(`data of ${fields.what} has to be an object, got ${describe(node)}`, node);
    return undefined;
  }
  if (node === undefined) {
    parsing.problems.warn("missing-data", `${fields.what} has no data: it injects nothing`, fields.node);
  }
  return { ...basis, type: "inject", data: node === undefined ? "{}" : jsonTextOf(node), next };
}

function readForeachState({ fields, basis, next, parsing }: StateReading): ForeachState | undefined {
  const { texts, problems } = parsing;
  if (fields.get("inputCollection") === undefined) fields.required("inputCollection");
  const inputCollection = texts.required(fields.get("inputCollection"), `inputCollection of ${fields.what}`);
  const outputCollection = texts.target(fields.get("outputCollection"), `outputCollection of ${fields.what}`);
  const iterationParam = variableName(fields.text("iterationParam"));
  const batchSize = fields.number({ least: 1, integer: true }, "batchSize");
  const mode = readActionMode(fields, "parallel", "mode");
  const actions = readActions(fields, basis.name, parsing);
  if (actions.length === 0 && fields.list("actions").length === 0) {
    problems.warn("no-actions", `${fields.what} has no actions`, fields.node);
  }
  if (inputCollection === undefined) return undefined;
  return {
    ...basis,
    type: "foreach",
    inputCollection,
    ...(outputCollection !== undefined && { outputCollection }),
    ...(iterationParam !== undefined && { iterationParam }),
    mode,
    ...(batchSize !== undefined && { batchSize }),
    actions,
    next,
  };
}

/** The name of a variable that is written `item`, `$item` or `${ .item }`; undefined for anything else. */
export function variableName(text: string | undefined): string | undefined {
  return /^(?:\$\{\s*\.?|\$)?([A-Za-z_]\w*)\s*\}?$/.exec(text?.trim() ?? "")?.[1];
}

function readCallbackState({ fields, basis, next, parsing }: StateReading): CallbackState | undefined {
  const node = fields.get("action");
  const action = node === undefined ? undefined : readAction(node, `${basis.name}/1`, parsing);
  const eventRef = fields.required("eventRef");
  if (eventRef !== undefined) requireEvent(eventRef, fields.get("eventRef")!, parsing);
  const eventDataFilter = readEventDataFilter(fields, parsing);
  if (eventRef === undefined) return undefined;
  return { ...basis, type: "callback", ...(action !== undefined && { action }), eventRef, eventDataFilter, next };
}
