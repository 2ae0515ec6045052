/** Events as logs keep them, read again: in the sandbox and outside. */
import { fromBase64 } from "../../../core/base64.ts";
import { eventDataText, eventText, type NewEvent } from "../../../core/event.ts";
import { type Filter, matchesFilter, matchesType } from "../../../core/filter.ts";
import type { AppendItem, LoggedItem } from "./log.ts";

export function eventOf(project: string, { attributes, body, base64, overlay, cause }: LoggedItem): NewEvent {
  return {
    project,
    attributes,
    body: base64 === true ? bytesOf(body) : new TextEncoder().encode(body),
    overlay,
    ...(cause !== undefined && { cause }),
  };
}

/** As scripts see it. */
export function textOfItem(item: LoggedItem): string {
  return eventText(eventOf("", item));
}

/** Parsed; undefined when there is none, or it is no JSON. */
export function dataOfItem(item: LoggedItem): unknown {
  const text = eventDataText(eventOf("", item));
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Without what only the log needs to know. */
export function plainItem({ attributes, body, base64, overlay, cause }: LoggedItem): LoggedItem {
  return {
    attributes,
    body,
    ...(base64 !== undefined && { base64 }),
    overlay,
    ...(cause !== undefined && { cause }),
  };
}

/** Whether a run that looks back may take an event. One that names a run is for that one only, if it waits for the type. */
export function mayTake(
  filter: Filter,
  runId: string,
  { item, heldBy, named }: Pick<AppendItem, "heldBy" | "named"> & { item: LoggedItem },
  data: () => unknown,
): boolean {
  const { attributes } = item;
  if (heldBy !== undefined) return false;
  if (named !== undefined) return named === runId && filter.types.some((type) => matchesType(type, attributes.type));
  return matchesFilter(filter, attributes, filter.fields.length > 0 ? data() : undefined);
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(fromBase64(base64) ?? "", (character) => character.charCodeAt(0));
}
