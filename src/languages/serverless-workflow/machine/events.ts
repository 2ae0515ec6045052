/** Events that a run waits for and that it produces. */
import type { AwaitEffect } from "../../../core/effect.ts";
import type { Filter } from "../../../core/filter.ts";
import type { Value } from "../../jq/value.ts";
import { fromJson, toPlainJson } from "../expressions/wire.ts";
import type { EventDataFilter, EventDefinition, ProducedEvent, Template } from "../model.ts";
import { withResultAt } from "../data/place.ts";
import type { EffectRequest } from "./outbox.ts";
import { attribute, outside, payloadOf, type Run } from "./run.ts";
import type { Fiber, Wait } from "./run-state.ts";
import type { Work } from "./work.ts";
import { workflowError } from "./workflow-error.ts";

/** The extension attribute by which an event names the run that it is for. */
const reference = "kogitoprocrefid";

/**
 * Waits for events: for those that fit their definitions' correlation, and for those that name this run. `look` says whether events
 * count that came since the run began (and since the last one of this definition). Changes nothing where it throws.
 */
export function* awaitEvents(run: Run, names: Iterable<string>, look: "back" | "now", fiber?: Fiber): Work {
  const waits: (Wait & { kind: "event" })[] = [];
  for (const event of names) {
    const since: AwaitEffect["since"] = look === "now" ? "now" : (run.state.received.get(event) ?? "start");
    const expected = yield* evaluatedAttributes(run, run.image.event(event), run.dataOf(fiber), fiber);
    waits.push({
      kind: "event",
      event,
      since,
      addressed: false,
      ...(fiber === undefined ? {} : { fiber: fiber.id }),
      ...(expected.length === 0 ? {} : { expected }),
    });
  }
  for (const wait of waits) {
    openAwait(run, wait);
    if (wantedAttributes(run, wait).length > 0) openAwait(run, { ...wait, addressed: true });
  }
}

/** Context attributes whose values are expressions. Throws WorkflowError for what no attribute can hold. */
function* evaluatedAttributes(
  run: Run,
  { name: event, correlation }: EventDefinition,
  data: Value,
  fiber: Fiber | undefined,
): Work<[string, string][]> {
  const found: [string, string][] = [];
  for (const { contextAttributeName, contextAttributeExpression: expression } of correlation) {
    if (expression === undefined) continue;
    const value = yield* run.evaluate.value(expression, data, run.variablesOf(fiber));
    const what = `${contextAttributeName} of the event "${event}"`;
    if (value === null || typeof value === "object")
      throw workflowError("WORKFLOW_EXPRESSION", `${what} has to be a text, a number or a boolean`, "expression");
    if (toPlainJson(value) === undefined)
      throw workflowError("WORKFLOW_SECRET", `${what} would hold a secret, which no event may`);
    found.push([attributeName(contextAttributeName), String(value)]);
  }
  return found;
}

/** Asks for the event of a wait, for the first time or again. */
export function openAwait(run: Run, wait: Wait & { kind: "event" }): void {
  const definition = run.image.event(wait.event);
  const filter: Filter = { types: [definition.type], fields: [] };
  const attributes = wait.addressed
    ? [{ name: reference, anyOf: [run.start.runId] }]
    : wantedAttributes(run, wait).map(([name, value]) => ({ name, anyOf: [value] }));
  if (definition.source !== undefined) attributes.push({ name: "source", anyOf: [definition.source] });
  if (attributes.length > 0) filter.attributes = attributes;
  run.open(wait, { kind: "await", filter, since: wait.since }, definition.at);
}

/** Context attributes whose values are known. */
function wantedAttributes(run: Run, { event, expected = [] }: Wait & { kind: "event" }): [string, string][] {
  return run.image.event(event).correlation.flatMap(({ contextAttributeName, contextAttributeValue: fixed }) => {
    const name = attributeName(contextAttributeName);
    const evaluated = expected.find(([key]) => key === name)?.[1];
    const value = fixed ?? evaluated ?? run.state.correlation.get(name);
    return value === undefined ? [] : [[name, value] as [string, string]];
  });
}

/**
 * An event for this wait came: its payload. Undefined when it is for another run, which may have become clear only after the wait
 * began; then the wait goes on.
 */
export function receiveEvent(
  run: Run,
  wait: Wait & { kind: "event" },
  text: string,
  position: number,
): Value | undefined {
  const event = outside("the event", "EVENT_INVALID", () => fromJson(text));
  const definition = run.image.event(wait.event);
  const addressee = attribute(event, reference);
  const isMeant = addressee === undefined ? fits(run, wait, event) : addressee === run.start.runId;
  if (!isMeant) {
    openAwait(run, { ...wait, since: position });
    return undefined;
  }
  run.state.received.set(wait.event, position);
  learnCorrelation(run, definition, event);
  run.close((other) => other.kind === "event" && other.event === wait.event && other.fiber === wait.fiber);
  return payloadOf(definition, event);
}

function fits(run: Run, wait: Wait & { kind: "event" }, event: Value): boolean {
  return wantedAttributes(run, wait).every(([name, value]) => attribute(event, name) === value);
}

/** The first event of a run says what the others have to carry. */
export function learnCorrelation(run: Run, definition: EventDefinition, event: Value): void {
  for (const { contextAttributeName, contextAttributeValue: fixed } of definition.correlation) {
    const name = attributeName(contextAttributeName);
    const value = fixed ?? attribute(event, name);
    if (value !== undefined && !run.state.correlation.has(name)) run.state.correlation.set(name, value);
  }
}

/** `data` with the payload of an event in it, as an event data filter says. */
export function* withPayload(run: Run, filter: EventDataFilter, data: Value, payload: Value): Work<Value> {
  if (!filter.useData) return data;
  const value = filter.data === undefined ? payload : yield* run.evaluate.value(filter.data, payload);
  if (filter.toStateData === undefined) return value === null ? data : run.merge(data, value);
  const path = filter.toStateData.path ?? (yield* run.evaluate.path(filter.toStateData, data));
  return withResultAt(run.merge, data, path, value);
}

/** The effect that produces an event. `data` is what templates are evaluated for, and the event's data without one. */
export function* producedEvent(
  run: Run,
  produced: Pick<ProducedEvent, "eventRef" | "contextAttributes"> & { data?: Template },
  data: Value,
  fiber?: Fiber,
): Work<EffectRequest> {
  const definition = run.image.event(produced.eventRef);
  const variables = run.variablesOf(fiber);
  const payload = produced.data === undefined ? data : yield* run.evaluate.template(produced.data, data, variables);
  const text = toPlainJson(payload);
  if (text === undefined) {
    throw workflowError("WORKFLOW_SECRET", `the event "${definition.name}" would hold a secret, which no event may`);
  }
  const extensions = originExtensions(run);
  for (const { contextAttributeName, contextAttributeValue } of definition.correlation) {
    const value = contextAttributeValue ?? run.state.correlation.get(attributeName(contextAttributeName));
    if (value !== undefined) setAttribute(extensions, contextAttributeName, value);
  }
  for (const [name, value] of yield* evaluatedAttributes(run, definition, data, fiber))
    setAttribute(extensions, name, value);
  for (const { name, value } of produced.contextAttributes) {
    setAttribute(extensions, name, yield* run.evaluate.template(value, data, variables));
  }
  const { subject, source = definition.source, ...rest } = extensions;
  return {
    kind: "emit",
    type: definition.type,
    data: text,
    extensions: rest,
    ...(source === undefined ? {} : { source: String(source) }),
    ...(subject === undefined ? {} : { subject: String(subject) }),
  };
}

/** What tells others where an event comes from, so that they can answer this run. */
function originExtensions(run: Run): Record<string, string | number | boolean> {
  const { id, version } = run.image.workflow;
  return { kogitoprocid: id, kogitoprocinstanceid: run.start.runId, kogitoprocversion: version, kogitoproctype: "SW" };
}

/** As CloudEvents write it: lower-case letters and digits only (CloudEvents 1.0, section 3.1). */
function attributeName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Null leaves an attribute out. */
function setAttribute(extensions: Record<string, string | number | boolean>, name: string, value: Value): void {
  const plain = attributeName(name);
  if (plain === "" || value === null) return;
  const text = typeof value === "object" ? toPlainJson(value) : value;
  if (text === undefined || (typeof text === "string" && text.includes("\uFDD0"))) {
    throw workflowError("WORKFLOW_SECRET", `the context attribute "${name}" would hold a secret, which no event may`);
  }
  extensions[plain] = text;
}
