/** Where a run goes: transitions, ends, the events they produce. */
import type { ContinueAs, End, Next, ProducedEvent, Template } from "../model.ts";
import { Fields } from "./fields.ts";
import { tellUnknown, type Parsing } from "./parsing.ts";
import { readWorkflowTimeout } from "./timeouts.ts";
import { describe, placeOf, type DataNode } from "./tree.ts";

/**
 * `transition` or `end` of a state, a condition or an error handler. Without both it is an end, which is told unless `mayLack`
 * (states used for compensation).
 */
export function readNext(fields: Fields, parsing: Parsing, mayLack = false): Next {
  const { problems } = parsing;
  const transition = fields.get("transition", "nextState");
  const end = fields.get("end");
  const isEnd = end !== undefined && !isFalse(end);
  if (transition !== undefined) {
    if (isEnd) {
      problems.warn("two-ways-on", `${fields.what} has a transition and an end: the transition is taken`, end);
    }
    const next = readTransition(fields, transition, parsing);
    if (next !== undefined) return next;
  }
  if (isEnd) return readEnd(end, parsing);
  if (!mayLack && transition === undefined) {
    problems.warn("missing-next", `${fields.what} has neither transition nor end: the run ends there`, fields.node);
  }
  return plainEnd(fields.node);
}

function isFalse(node: DataNode): boolean {
  return node.kind === "scalar" && String(node.value).toLowerCase() === "false";
}

function plainEnd(node: DataNode): End {
  return { kind: "end", terminate: false, produceEvents: [], compensate: false, at: placeOf(node) };
}

function readTransition(around: Fields, node: DataNode, parsing: Parsing): Next | undefined {
  const at = placeOf(node);
  if (node.kind === "scalar") {
    const nextState = around.text("transition", "nextState") ?? "";
    if (nextState.trim() !== "") return { kind: "transition", nextState, produceEvents: [], compensate: false, at };
    parsing.problems.error(`the transition of ${around.what} names no state`, node);
    return undefined;
  }
  const fields = Fields.of(node, `transition of ${around.what}`, parsing.problems);
  if (fields === undefined) return undefined;
  const nextState = fields.required("nextState");
  const produceEvents = readProducedEvents(fields, parsing);
  const compensate = fields.boolean(false, "compensate");
  fields.end();
  if (nextState === undefined) return undefined;
  return { kind: "transition", nextState, produceEvents, compensate, at };
}

/** true, "true", or an object. */
function readEnd(node: DataNode, parsing: Parsing): End {
  if (node.kind !== "map") {
    const isTrue = node.kind === "scalar" && String(node.value).toLowerCase() === "true";
    if (!isTrue) parsing.problems.error(`end has to be true or an object, got ${describe(node)}`, node);
    return plainEnd(node);
  }
  const fields = new Fields(node, "end", parsing.problems);
  const continueAs = readContinueAs(fields, parsing);
  const end: End = {
    kind: "end",
    terminate: fields.boolean(false, "terminate"),
    produceEvents: readProducedEvents(fields, parsing),
    compensate: fields.boolean(false, "compensate"),
    ...(continueAs !== undefined && { continueAs }),
    at: placeOf(node),
  };
  fields.end();
  return end;
}

/** A workflow's id, or an object. */
function readContinueAs(around: Fields, parsing: Parsing): ContinueAs | undefined {
  const node = around.get("continueAs");
  if (node === undefined) return undefined;
  if (node.kind === "scalar") {
    const workflowId = around.text("continueAs");
    return workflowId === undefined ? undefined : { workflowId, at: placeOf(node) };
  }
  const fields = Fields.of(node, "continueAs", parsing.problems);
  const workflowId = fields?.required("workflowId");
  if (fields === undefined || workflowId === undefined) return undefined;
  const version = fields.text("version");
  const data = readNextInput(fields.get("data"), parsing);
  const workflowTimeout = readWorkflowTimeout(fields);
  fields.end();
  return {
    workflowId,
    ...(version !== undefined && { version }),
    ...(data !== undefined && { data }),
    ...(workflowTimeout !== undefined && { workflowTimeout }),
    at: placeOf(node),
  };
}

/** A text is an expression, and nothing else. */
function readNextInput(node: DataNode | undefined, parsing: Parsing): Template | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "scalar" || typeof node.value !== "string") return parsing.texts.template(node);
  const expression = parsing.texts.required(node, "data of continueAs");
  return expression === undefined ? undefined : { kind: "expression", expression };
}

function readProducedEvents(around: Fields, parsing: Parsing): ProducedEvent[] {
  const found: ProducedEvent[] = [];
  for (const node of around.list("produceEvents", "produceEvent")) {
    const fields = Fields.of(node, `produceEvents of ${around.what}`, parsing.problems);
    const eventRef = fields?.required("eventRef");
    if (fields === undefined || eventRef === undefined) continue;
    requireEvent(eventRef, fields.get("eventRef") ?? node, parsing);
    const data = fields.get("data");
    const contextAttributes = readContextAttributes(fields, parsing);
    fields.end();
    found.push({
      eventRef,
      ...(data !== undefined && { data: parsing.texts.template(data) }),
      contextAttributes,
      at: placeOf(node),
    });
  }
  return found;
}

/** `contextAttributes`: values may be expressions. */
export function readContextAttributes(around: Fields, { texts }: Parsing): { name: string; value: Template }[] {
  const fields = around.object("contextAttributes");
  return (fields?.node.entries ?? []).map(({ key, value }) => ({ name: key, value: texts.template(value) }));
}

/** Tells when no event of this name is defined. */
export function requireEvent(name: string, node: DataNode, { events, problems }: Parsing): void {
  if (!events.has(name)) tellUnknown(problems, { kind: "event", name, known: events.keys(), node });
}
