/**
 * CloudEvents 1.0 over HTTP: binary, structured and batched mode (HTTP protocol binding, section 3; JSON event format). Data is kept
 * byte for byte: it is cut out of the envelope, never written anew.
 */
import { AutoFlowError } from "../core/errors.ts";
import { isJsonContent, type EventAttributes, type NewEvent } from "../core/event.ts";
import { isObject, type JsonObject } from "./body-fields.ts";
import { checkedAttributes, invalid, type GivenAttributes } from "./cloudevent-attributes.ts";
import { headerText, type Headers } from "./headers.ts";
import { parseJsonBody } from "./json-body.ts";
import { skipSpace, sliceMember, type Slice } from "./json-slices.ts";

const encoder = new TextEncoder();
const noBytes = new Uint8Array(0);

/**
 * The events of a request, for a project. The mode follows the content type:
 *
 *   application/cloudevents+json         one event
 *   application/cloudevents-batch+json   an array of events; it may be empty
 *   anything, with ce-* headers          one event, whose data is the body
 *   application/json                     one event or an array, where `specversion` may be left out
 *
 * A body that is accepted is accepted whole. Throws EVENT_INVALID, which names the attribute (and for a batch the event), and
 * REQUEST_JSON_MALFORMED.
 */
export function parseCloudEvents(headers: Headers, body: Uint8Array, project: string): NewEvent[] {
  const contentType = headerText(headers, "content-type");
  const mediaType = contentType?.replace(/\s*;.*$/s, "").toLowerCase() ?? "";
  if (mediaType === "application/cloudevents+json") return structuredEvents({ json: body, project, isPlain: false });
  if (mediaType === "application/cloudevents-batch+json") return batchedEvents({ json: body, project, isPlain: false });
  if (mediaType.startsWith("application/cloudevents")) throw unknownFormat(mediaType);
  if (headers["ce-specversion"] !== undefined) return [binaryEvent(headers, contentType, body, project)];
  if (mediaType === "application/json") return structuredEvents({ json: body, project, isPlain: true });
  throw unknownFormat(mediaType);
}

function unknownFormat(mediaType: string): AutoFlowError {
  const got = mediaType === "" ? "no content type" : `content type ${mediaType}`;
  return new AutoFlowError(
    "EVENT_INVALID",
    `a request with ${got} and without ce-specversion is no CloudEvent in JSON`,
    {
      hint: "Send application/cloudevents+json, application/cloudevents-batch+json, or ce-* headers with any content type.",
    },
  );
}

// Structured and batched mode

/** JSON text that holds one or more events. */
interface Envelopes {
  json: Uint8Array;
  project: string;
  /** Whether `specversion` may be left out. */
  isPlain: boolean;
}

function structuredEvents({ json, project, isPlain }: Envelopes): NewEvent[] {
  const parsed = parseJsonBody(json, "the body");
  const envelopes = { json, project, isPlain };
  if (isPlain && Array.isArray(parsed)) return eventsInArray(parsed, envelopes);
  return [eventAt(startOfJson(json), parsed, envelopes).event];
}

function batchedEvents(envelopes: Envelopes): NewEvent[] {
  const parsed = parseJsonBody(envelopes.json, "the body");
  if (!Array.isArray(parsed)) throw new AutoFlowError("EVENT_INVALID", "a batch of CloudEvents is a JSON array");
  return eventsInArray(parsed, envelopes);
}

function eventsInArray(batch: unknown[], envelopes: Envelopes): NewEvent[] {
  const { json } = envelopes;
  let before = startOfJson(json);
  return batch.map((envelope, index) => {
    try {
      const { event, end } = eventAt(skipSpace(json, before + 1), envelope, envelopes);
      before = skipSpace(json, end);
      return event;
    } catch (error) {
      throw inBatch(error, index);
    }
  });
}

function inBatch(error: unknown, index: number): unknown {
  if (!(error instanceof AutoFlowError)) return error;
  const { code, message, hint, data } = error;
  return new AutoFlowError(code, `event ${index + 1} of the batch: ${message}`, { hint, data: { ...data, index } });
}

/** The event whose JSON object begins at `at`, and where that ends. `envelope` is the object, parsed. */
function eventAt(
  at: number,
  envelope: unknown,
  { json, project, isPlain }: Envelopes,
): { event: NewEvent; end: number } {
  if (!isObject(envelope)) throw new AutoFlowError("EVENT_INVALID", "a CloudEvent is a JSON object");
  const { member, end } = sliceMember(json, at, "data");
  const attributes = checkedAttributes(isPlain ? { specversion: "1.0", ...envelope } : envelope);
  const body = dataBytes(envelope, attributes.datacontenttype, member, json);
  return { event: { project, attributes, body, overlay: "" }, end };
}

/** JSON event format, section 3.1: JSON data as it stands, other text as a string, other bytes in base64. */
function dataBytes(
  envelope: JsonObject,
  contentType: string | undefined,
  slice: Slice | undefined,
  json: Uint8Array,
): Uint8Array {
  const { data, data_base64: base64 } = envelope;
  if (base64 !== undefined && base64 !== null) {
    if (slice !== undefined)
      throw new AutoFlowError("EVENT_INVALID", 'a CloudEvent has "data" or "data_base64", not both');
    return requireData(fromBase64(base64), contentType);
  }
  if (slice === undefined) return noBytes;
  if (isJsonContent(contentType)) return json.subarray(slice.start, slice.end);
  if (typeof data === "string") return encoder.encode(data);
  if (data === null) return noBytes;
  throw invalid("data", data, `has to be a string, since datacontenttype is "${contentType}"`);
}

function fromBase64(value: unknown): Uint8Array {
  if (typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    return Buffer.from(value, "base64");
  }
  throw invalid("data_base64", value, "is not base64");
}

// Binary mode

function binaryEvent(headers: Headers, contentType: string | undefined, body: Uint8Array, project: string): NewEvent {
  const given: GivenAttributes = {};
  for (const name in headers) {
    if (!name.startsWith("ce-")) continue;
    const attribute = name.slice(3);
    if (/^(data|data_base64|datacontenttype)$/.test(attribute)) {
      throw new AutoFlowError(
        "EVENT_INVALID",
        `the header ${name} is not allowed: the body is the data, content-type its type`,
      );
    }
    given[attribute] = decodeHeader(headerText(headers, name) ?? "");
  }
  if (contentType !== undefined) given["datacontenttype"] = contentType;
  const attributes: EventAttributes = checkedAttributes(given);
  return { project, attributes, body: requireData(body, attributes.datacontenttype), overlay: "" };
}

/** HTTP protocol binding, section 3.1.3.2: unquote, then decode the percent-encoded UTF-8. A "%" that encodes nothing stays. */
function decodeHeader(value: string): string {
  const text = /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, "$1") : value;
  if (!text.includes("%")) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

// JSON

/** Returns the data when it is what its type says: data that is JSON becomes part of JSON texts. */
function requireData(data: Uint8Array, contentType: string | undefined): Uint8Array {
  if (data.length === 0 || !isJsonContent(contentType)) return data;
  try {
    parseJsonBody(data, "data");
    return data;
  } catch (cause) {
    const why =
      contentType === undefined ? "it has no content type, which means JSON" : `its content type is ${contentType}`;
    throw new AutoFlowError("EVENT_INVALID", `the CloudEvent's data is not valid JSON, and ${why}`, { cause });
  }
}

/** Behind the byte order mark, which the decoder skips, and white space. */
function startOfJson(json: Uint8Array): number {
  return skipSpace(json, json[0] === 0xef ? 3 : 0);
}
