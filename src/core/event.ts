/** Events: CloudEvents 1.0, and what AutoFlow keeps of one in its log. */
import { AutoFlowError } from "./errors.ts";

/** The context attributes of a CloudEvent (CloudEvents 1.0, section 3) and its extensions. */
export interface EventAttributes {
  id: string;
  source: string;
  type: string;
  subject?: string;
  /** RFC 3339. */
  time?: string;
  datacontenttype?: string;
  dataschema?: string;
  /** Extension attributes: lower-case names, scalar values. */
  extensions?: Record<string, string | number | boolean>;
}

/** An event on its way into the log. */
export interface NewEvent {
  /** The project whose scripts may see it, as in GitLab: a number in decimal, or a full path. */
  project: string;
  attributes: EventAttributes;
  /** The data byte for byte as it was received; empty when there is none. */
  body: Uint8Array;
  /** JSON object text whose members are put before those of `body` to give `data`; "" for none. */
  overlay: string;
  /** When a flag holds the event back: it is stored and starts nothing. The name of the flag. */
  heldBy?: string;
  /** Set when a run emitted it. */
  cause?: EventCause;
}

/** Where an event that a run emitted comes from, so that loops end. */
export interface EventCause {
  runId: string;
  /** 1 for an event emitted by a run that an outside event started. */
  hops: number;
}

/** An event in the log. `seq` is its position, ascending in the order of acceptance. */
export interface LoggedEvent extends NewEvent {
  seq: number;
  /** Epoch ms. */
  receivedAt: number;
}

/** At this many hops an event starts nothing more. */
export const maxHops = 32;

/** An acknowledged event is known by (project, source, id) for this long. */
export const dedupeHorizonMs = 30 * 86_400_000;

/** How far an `await` looks back, at most. */
export const lookBackMs = 24 * 3_600_000;

// Made when first used: where Programs run there may be none, and they need other things of this file.
const utf8: { decoder?: InstanceType<typeof TextDecoder> } = {};

/**
 * The event as scripts and people see it: the JSON text of a CloudEvent in structured mode. `data` is the received JSON with
 * the overlay's members in front; a body that is not JSON appears as a string.
 */
export function eventText(event: NewEvent): string {
  const { id, source, type, subject, time, datacontenttype, dataschema, extensions } = event.attributes;
  const head = JSON.stringify({
    specversion: "1.0",
    id,
    source,
    type,
    subject,
    time,
    datacontenttype,
    dataschema,
    ...extensions,
  });
  const data = eventDataText(event);
  return data === undefined ? head : `${head.slice(0, -1)},"data":${data}}`;
}

/** The JSON text of the event's data, or undefined when it has none. */
export function eventDataText(event: Pick<NewEvent, "attributes" | "body" | "overlay">): string | undefined {
  if (event.body.length === 0) return event.overlay === "" ? undefined : event.overlay;
  const text = utf8Decoder().decode(event.body).trim();
  if (!isJsonContent(event.attributes.datacontenttype)) return JSON.stringify(text);
  if (event.overlay === "" || !text.startsWith("{")) return text;
  const rest = text.slice(1).trimStart();
  return rest === "}" ? event.overlay : `${event.overlay.slice(0, -1)},${rest}`;
}

function utf8Decoder(): InstanceType<typeof TextDecoder> {
  utf8.decoder ??= new TextDecoder("utf-8");
  return utf8.decoder;
}

/** Whether a media type says JSON; CloudEvents without a datacontenttype are JSON (section 3.1.1). */
export function isJsonContent(mediaType: string | undefined): boolean {
  return mediaType === undefined || /^[^;]*[/+]json\s*(;|$)/i.test(mediaType);
}

/** Throws EVENT_INVALID unless the required attributes are there and are non-empty strings. */
export function requireEventAttributes(attributes: Record<string, unknown>): void {
  for (const name of ["id", "source", "type"]) {
    const value = attributes[name];
    if (typeof value === "string" && value !== "") continue;
    const got = value === undefined ? "nothing" : JSON.stringify(value);
    throw new AutoFlowError("EVENT_INVALID", `a CloudEvent needs a non-empty string "${name}", got ${got}`);
  }
}
