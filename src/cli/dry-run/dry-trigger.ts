/** Which handler a dry run is of, and the event that it gets. */
import { randomUUID } from "node:crypto";
import { AutoFlowError } from "../../core/errors.ts";
import { requireEventAttributes } from "../../core/event.ts";
import { type FilteredAttributes, matchesFilter } from "../../core/filter.ts";
import type { TriggerDescription } from "../../core/program.ts";
import { scheduledEvent } from "../../engines/run/scheduled-event.ts";

export interface StartingEvent {
  trigger: string;
  /** JSON text of a CloudEvent. */
  text: string;
  /** The project that it tells of, where it does. */
  project?: string;
}

/** The trigger of this name, or the only one. Throws REQUEST_INVALID. */
export function chooseTrigger(triggers: readonly TriggerDescription[], name: string | undefined): TriggerDescription {
  const names = triggers.map((trigger) => trigger.name);
  const chosen =
    name === undefined && triggers.length === 1 ? triggers[0] : triggers.find((trigger) => trigger.name === name);
  if (chosen !== undefined) return chosen;
  const problem =
    name === undefined
      ? "the script has several handlers, and it is not said which"
      : `there is no handler ${JSON.stringify(name)}`;
  throw new AutoFlowError("REQUEST_INVALID", problem, {
    hint: names.length === 0 ? "The script registers none." : `Name one with --trigger: ${names.join(", ")}.`,
  });
}

/**
 * The event for a trigger, of what is given: JSON text of a CloudEvent, of what `autoflow events show -o json` prints, or of the data
 * alone. Without it, a trigger of the clock is due at `now` (epoch ms). Throws REQUEST_INVALID, EVENT_INVALID.
 */
export function startingEvent(
  trigger: TriggerDescription,
  given: string | undefined,
  { path, now }: { path: string; now: number },
): StartingEvent {
  const { name } = trigger;
  if (given === undefined) {
    if (trigger.schedule !== undefined) return { trigger: name, text: scheduledEvent({ path }, name, now) };
    throw new AutoFlowError("REQUEST_INVALID", `the handler ${name} needs an event`, {
      hint: "Give one with --event: JSON, @file, or - for standard input. `autoflow events show ID -o json` prints one that has come.",
    });
  }
  const event = readEvent(trigger, given, now);
  const { data, ...attributes } = event;
  requireEventAttributes(attributes);
  if (trigger.schedule === undefined && !matchesFilter(trigger.filter, attributes as FilteredAttributes, data)) {
    throw new AutoFlowError(
      "REQUEST_INVALID",
      `the handler ${name} is not for this event: its filter wants another one`,
      {
        hint: `It is for ${trigger.filter.types.join(", ")}; see where the script registers it.`,
      },
    );
  }
  const project = projectOf(data);
  return { trigger: name, text: JSON.stringify(event), ...(project !== undefined && { project }) };
}

function readEvent({ name, filter }: TriggerDescription, given: string, now: number): Record<string, unknown> {
  const value: unknown = JSON.parse(given);
  const object = isRecord(value) ? value : {};
  if (typeof object["specversion"] === "string") return object;
  const { attributes, data } = object;
  if (isRecord(attributes) && typeof attributes["type"] === "string")
    return { specversion: "1.0", ...attributes, data };
  const [type = "", ...others] = filter.types;
  if (type === "" || type.endsWith("*") || others.length > 0) {
    throw new AutoFlowError(
      "REQUEST_INVALID",
      `the handler ${name} is for several types of events, and --event has data only`,
      {
        hint: 'Give a CloudEvent: {"specversion": "1.0", "id": …, "source": …, "type": …, "data": …}.',
      },
    );
  }
  const time = new Date(now).toISOString();
  return { specversion: "1.0", id: randomUUID(), source: "/autoflow/cli", type, time, data: value };
}

function projectOf(data: unknown): string | undefined {
  const project = isRecord(data) ? data["project"] : undefined;
  const id = isRecord(project) ? project["id"] : undefined;
  return typeof id === "number" ? String(id) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
