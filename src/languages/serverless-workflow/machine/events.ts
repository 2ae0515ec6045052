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
 * Waits for an event: for one that fits the definition's correlation, and for one that names this run. `look` says whether events
 * count that came since the run began (and since the last one of this definition).
 */
export function awaitEvent(run: Run, name: string, look: "back" | "now", fiber?: Fiber): void {
  const since: AwaitEffect["since"] = look === "now" ? "now" : (run.state.received.get(name) ?? "start");
  const definition = run.image.event(name);
  const wait = { kind: "event" as const, event: name, since, ...(fiber === undefined ? {} : { fiber: fiber.id }) };
  openAwait(run, { ...wait, addressed: false });
  if (wantedAttributes(run, definition).length > 0) openAwait(run, { ...wait, addressed: true });
}

/** Asks for the event of a wait, for the first time or again. */
export function openAwait(run: Run, wait: Wait & { kind: "event" }): void {
  const definition = run.image.event(wait.event);
  const filter: Filter = { types: [definition.type], fields: [] };
  const attributes = wait.addressed
    ? [{ name: reference, anyOf: [run.start.runId] }]
    : wantedAttributes(run, definition).map(([name, value]) => ({ name, anyOf: [value] }));
  if (definition.source !== undefined) attributes.push({ name: "source", anyOf: [definition.source] });
  if (attributes.length > 0) filter.attributes = attributes;
  run.open(wait, { kind: "await", filter, since: wait.since }, definition.at);
}

/** Context attributes whose values are known. */
function wantedAttributes(run: Run, definition: EventDefinition): [string, string][] {
  return definition.correlation.flatMap(({ contextAttributeName, contextAttributeValue: fixed }) => {
    const name = attributeName(contextAttributeName);
    const value = fixed ?? run.state.correlation.get(name);
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
  const isMeant = addressee === undefined ? fits(run, definition, event) : addressee === run.start.runId;
  if (!isMeant) {
    openAwait(run, { ...wait, since: position });
    return undefined;
  }
  run.state.received.set(wait.event, position);
  learnCorrelation(run, definition, event);
  run.close((other) => other.kind === "event" && other.event === wait.event && other.fiber === wait.fiber);
  return payloadOf(definition, event);
}

function fits(run: Run, definition: EventDefinition, event: Value): boolean {
  return wantedAttributes(run, definition).every(([name, value]) => attribute(event, name) === value);
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
