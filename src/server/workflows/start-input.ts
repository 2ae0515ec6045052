/** What a request starts a workflow with. */
import { AutoFlowError } from "../../core/errors.ts";
import { isObject } from "../../events/body-fields.ts";
import { sliceMember } from "../../events/json-slices.ts";

export interface StartInput {
  /** JSON text of an object: numbers and the order of keys are as they were sent. */
  text: string;
  /** The same, parsed. */
  value: Record<string, unknown>;
  /** What came beside `workflowdata`. */
  beside: Record<string, unknown>;
}

const wrapper = "workflowdata";

/**
 * The body as a whole, or what it has under `workflowdata`; nothing is an empty object. Throws REQUEST_JSON_MALFORMED, and
 * REQUEST_INVALID for what is no object.
 */
export function readStartInput(body: string): StartInput {
  if (body.trim() === "") return { text: "{}", value: {}, beside: {} };
  const whole = parse(body);
  if (!isObject(whole)) throw noObject("the body", whole);
  if (!Object.hasOwn(whole, wrapper)) return { text: body, value: whole, beside: {} };
  const { [wrapper]: value, ...beside } = whole;
  if (!isObject(value)) throw noObject(`"${wrapper}"`, value);
  return { text: memberText(body, wrapper), value, beside };
}

/** The text of a member of a JSON object's text. */
export function memberText(body: string, name: string): string {
  const bytes = new TextEncoder().encode(body);
  const { member } = sliceMember(bytes, bytes.indexOf(0x7b), name);
  return new TextDecoder().decode(bytes.subarray(member?.start ?? 0, member?.end ?? 0));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    const { message } = cause as Error;
    throw new AutoFlowError("REQUEST_JSON_MALFORMED", `the body is not valid JSON: ${message}`, { cause });
  }
}

function noObject(what: string, value: unknown): AutoFlowError {
  const got = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
  return new AutoFlowError("REQUEST_INVALID", `${what} has to be a JSON object, and is ${got}`);
}
