/** Actions: what states do (specification, "Action Definition"). */
import type {
  Action,
  ActionDataFilter,
  ActionRetry,
  Duration,
  EventCall,
  EventDataFilter,
  FunctionCall,
  Invoke,
  RetryDefinition,
  SubflowCall,
} from "../model.ts";
import { Fields } from "./fields.ts";
import { tellUnknown, type Parsing } from "./parsing.ts";
import { readDuration } from "./timeouts.ts";
import { readContextAttributes, requireEvent } from "./transitions.ts";
import { placeOf, type DataNode } from "./tree.ts";

/** All of a list; ids are `prefix` and the number. */
export function readActions(fields: Fields, prefix: string, parsing: Parsing): Action[] {
  return fields.list("actions").flatMap((node, i) => readAction(node, `${prefix}/${i + 1}`, parsing) ?? []);
}

/** Undefined after telling what is wrong. */
export function readAction(node: DataNode, id: string, parsing: Parsing): Action | undefined {
  const fields = Fields.of(node, `action ${id}`, parsing.problems);
  if (fields === undefined) return undefined;
  const given = fields.text("name");
  const does = readWhat(fields, parsing);
  const sleep = readSleep(fields);
  const condition = parsing.texts.required(fields.get("condition"), `condition of ${fields.what}`);
  const filter = readActionDataFilter(fields, parsing);
  const retry = readRetry(fields, parsing);
  fields.end("id", "metadata", "description");
  if (does === undefined) return undefined;
  return {
    id,
    name: given === undefined || given.trim() === "" ? nameOf(does) : given,
    does,
    ...sleep,
    ...(condition !== undefined && { condition }),
    filter,
    ...(retry !== undefined && { retry }),
    at: placeOf(node),
  };
}

function nameOf(does: Action["does"]): string {
  if (does.kind === "function") return does.refName;
  if (does.kind === "subflow") return does.workflowId;
  return does.triggerEventRef ?? does.resultEventRef ?? "event";
}

function readWhat(fields: Fields, parsing: Parsing): Action["does"] | undefined {
  const functionRef = fields.get("functionRef");
  const eventRef = fields.get("eventRef");
  const subFlowRef = fields.get("subFlowRef", "subflowRef");
  const given = [functionRef, eventRef, subFlowRef].filter((one) => one !== undefined);
  if (given.length !== 1) {
    const what = given.length === 0 ? "has none" : "has several";
    const message = `${fields.what} has to have one of functionRef, eventRef and subFlowRef: it ${what}`;
    parsing.problems.error(message, given[1] ?? fields.node);
    return undefined;
  }
  if (functionRef !== undefined) return readFunctionCall(fields, functionRef, parsing);
  if (eventRef !== undefined) return readEventCall(fields, eventRef, parsing);
  return readSubflowCall(fields, subFlowRef!, parsing);
}

function readFunctionCall(around: Fields, node: DataNode, parsing: Parsing): FunctionCall | undefined {
  const { problems, functions, texts } = parsing;
  if (node.kind === "scalar") {
    const refName = around.text("functionRef") ?? "";
    requireFunction(refName, node, parsing);
    return { kind: "function", refName, invoke: "sync" };
  }
  const fields = Fields.of(node, `functionRef of ${around.what}`, problems);
  const refName = fields?.required("refName");
  if (fields === undefined || refName === undefined) return undefined;
  if (!functions.has(refName)) requireFunction(refName, fields.get("refName")!, parsing);
  const given = fields.get("arguments", "parameters");
  const selectionSet = fields.text("selectionSet");
  const invoke = readInvoke(fields);
  fields.end();
  return {
    kind: "function",
    refName,
    ...(given !== undefined && { arguments: texts.template(given) }),
    ...(selectionSet !== undefined && { selectionSet }),
    invoke,
  };
}

function requireFunction(name: string, node: DataNode, { functions, problems }: Parsing): void {
  if (!functions.has(name)) tellUnknown(problems, { kind: "function", name, known: functions.keys(), node });
}

/** A text is the event that is produced. The names of versions before 0.8 are taken too. */
function readEventCall(around: Fields, node: DataNode, parsing: Parsing): EventCall | undefined {
  if (node.kind === "scalar") {
    const triggerEventRef = around.text("eventRef") ?? "";
    requireEvent(triggerEventRef, node, parsing);
    return { kind: "event", triggerEventRef, contextAttributes: [], invoke: "sync" };
  }
  const fields = Fields.of(node, `eventRef of ${around.what}`, parsing.problems);
  if (fields === undefined) return undefined;
  const triggerEventRef = fields.text("triggerEventRef", "produceEventRef");
  const resultEventRef = fields.text("resultEventRef", "consumeEventRef");
  if (triggerEventRef === undefined && resultEventRef === undefined) fields.required("triggerEventRef");
  const produced = fields.get("triggerEventRef", "produceEventRef");
  const consumed = fields.get("resultEventRef", "consumeEventRef");
  if (triggerEventRef !== undefined) requireEvent(triggerEventRef, produced!, parsing);
  if (resultEventRef !== undefined) requireEvent(resultEventRef, consumed!, parsing);
  const resultEventTimeout = readDuration(fields, "resultEventTimeout", "consumeEventTimeout");
  const data = fields.get("data");
  const contextAttributes = readContextAttributes(fields, parsing);
  const invoke = readInvoke(fields);
  fields.end();
  return {
    kind: "event",
    ...(triggerEventRef !== undefined && { triggerEventRef }),
    ...(resultEventRef !== undefined && { resultEventRef }),
    ...(resultEventTimeout !== undefined && { resultEventTimeout }),
    ...(data !== undefined && { data: parsing.texts.template(data) }),
    contextAttributes,
    invoke,
  };
}

function readSubflowCall(around: Fields, node: DataNode, parsing: Parsing): SubflowCall | undefined {
  if (node.kind === "scalar") {
    const workflowId = around.text("subFlowRef", "subflowRef") ?? "";
    return { kind: "subflow", workflowId, invoke: "sync", onParentComplete: "terminate" };
  }
  const fields = Fields.of(node, `subFlowRef of ${around.what}`, parsing.problems);
  const workflowId = fields?.required("workflowId");
  if (fields === undefined || workflowId === undefined) return undefined;
  const version = fields.text("version");
  const onParentComplete = fields.oneOf(["continue", "terminate"], "onParentComplete") ?? "terminate";
  const invoke = readInvoke(fields);
  fields.end();
  return { kind: "subflow", workflowId, ...(version !== undefined && { version }), invoke, onParentComplete };
}

function readInvoke(fields: Fields): Invoke {
  return fields.oneOf(["sync", "async"], "invoke") ?? "sync";
}

function readSleep(around: Fields): { before?: Duration; after?: Duration } {
  const fields = around.object("sleep");
  if (fields === undefined) return {};
  const before = readDuration(fields, "before");
  const after = readDuration(fields, "after");
  fields.end();
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function readActionDataFilter(around: Fields, { texts }: Parsing): ActionDataFilter {
  const fields = around.object("actionDataFilter");
  if (fields === undefined) return { useResults: true };
  const fromStateData = texts.required(fields.get("fromStateData"), `fromStateData of ${around.what}`);
  const useResults = fields.boolean(true, "useResults");
  const results = texts.required(fields.get("results"), `results of ${around.what}`);
  const toStateData = texts.target(fields.get("toStateData"), `toStateData of ${around.what}`);
  fields.end();
  return {
    ...(fromStateData !== undefined && { fromStateData }),
    useResults,
    ...(results !== undefined && { results }),
    ...(toStateData !== undefined && { toStateData }),
  };
}

/** `eventDataFilter`. */
export function readEventDataFilter(around: Fields, { texts }: Parsing): EventDataFilter {
  const fields = around.object("eventDataFilter");
  if (fields === undefined) return { useData: true };
  const useData = fields.boolean(true, "useData");
  const data = texts.required(fields.get("data"), `eventDataFilter.data of ${around.what}`);
  const toStateData = texts.target(fields.get("toStateData"), `toStateData of ${around.what}`);
  fields.end();
  return { useData, ...(data !== undefined && { data }), ...(toStateData !== undefined && { toStateData }) };
}

/** Specification, "Retrying Actions". Retries that are not defined leave an action with one attempt, and are told. */
function readRetry(fields: Fields, parsing: Parsing): ActionRetry | undefined {
  const name = fields.text("retryRef");
  const retryable = readErrorNames(fields, "retryableErrors", parsing);
  const nonRetryable = readErrorNames(fields, "nonRetryableErrors", parsing);
  if (name === undefined && !parsing.autoRetries) return undefined;
  const policy = name === undefined ? defaultRetry(fields) : parsing.retries.get(name);
  if (policy === undefined) {
    const message = `there is no retry "${name}": a failure of ${fields.what} is final`;
    parsing.problems.warn("undefined-retry", message, fields.get("retryRef")!);
    return undefined;
  }
  const isListed = retryable.length > 0 && !parsing.autoRetries;
  return { policy, on: isListed ? retryable : "any", except: nonRetryable };
}

/** Specification, "Automatic retries": what it recommends. */
function defaultRetry({ node }: Fields): RetryDefinition {
  const second = { ms: 1000, text: "PT1S" };
  return { name: "", delay: second, multiplier: 2, maxDelay: { ms: 3_600_000, text: "PT1H" }, at: placeOf(node) };
}

function readErrorNames(fields: Fields, key: string, { errors, problems }: Parsing): string[] {
  return fields.texts(key).flatMap(({ text, node }) => {
    if (errors.has(text)) return [text];
    problems.warn("undefined-error", `there is no error "${text}": it is left out of ${key}`, node);
    return [];
  });
}
