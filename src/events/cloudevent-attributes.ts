/** The attributes of a CloudEvent (CloudEvents 1.0, section 3), checked one by one. */
import { AutoFlowError } from "../core/errors.ts";
import { requireEventAttributes, type EventAttributes } from "../core/event.ts";

/** What an attribute may be when it arrives; JSON's null is the same as leaving it out (JSON format, section 2.2). */
export type GivenAttributes = Record<string, unknown>;

/** Checks what has been given and returns it as attributes. Throws EVENT_INVALID, naming the attribute. */
export function checkedAttributes(given: GivenAttributes): EventAttributes {
  if (given["specversion"] !== "1.0") throw invalid("specversion", given["specversion"], 'has to be "1.0"');
  for (const name of ["id", "source", "type"]) {
    if (typeof given[name] === "object" && given[name] !== null) throw invalid(name, given[name], "has to be a string");
  }
  requireEventAttributes(given);
  const attributes: EventAttributes = {
    id: checkedText("id", given["id"]),
    source: checked("source", given["source"], isUriReference, "is not a URI reference"),
    type: checkedText("type", given["type"]),
  };
  for (const name in given) {
    const value = given[name];
    if (value !== null && value !== undefined) addAttribute(attributes, name, value);
  }
  return attributes;
}

/** An error about one attribute. */
export function invalid(name: string, value: unknown, problem: string): AutoFlowError {
  const got = value === undefined ? "it is not there" : `got ${short(value)}`;
  return new AutoFlowError("EVENT_INVALID", `the CloudEvent's attribute "${name}" ${problem}; ${got}`, {
    data: { attribute: name },
  });
}

function addAttribute(attributes: EventAttributes, name: string, value: unknown): void {
  switch (name) {
    case "specversion":
    case "id":
    case "source":
    case "type":
    case "data":
    case "data_base64":
      return;
    case "subject":
      attributes.subject = checkedText(name, value);
      return;
    case "time":
      attributes.time = checked(name, value, isTime, 'is not a time such as "2026-11-02T14:06:51Z"');
      return;
    case "datacontenttype":
      attributes.datacontenttype = checked(name, value, isMediaType, "is not a media type");
      return;
    case "dataschema":
      attributes.dataschema = checked(name, value, isUri, "is not an absolute URI");
      return;
    default:
      attributes.extensions ??= {};
      attributes.extensions[checkedName(name)] = checkedExtension(name, value);
  }
}

function checkedName(name: string): string {
  if (/^[a-z0-9]+$/.test(name)) return name;
  throw new AutoFlowError("EVENT_INVALID", `the CloudEvent's attribute name ${short(name)} is not allowed`, {
    hint: "Names of attributes consist of the letters a to z in lower case and digits.",
    data: { attribute: name },
  });
}

function checkedExtension(name: string, value: unknown): string | number | boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isInteger(value) && value === (value | 0)) return value;
  if (typeof value === "string" && isText(value)) return value;
  throw invalid(name, value, "has to be a string, a boolean or an integer of 32 bits");
}

function checkedText(name: string, value: unknown): string {
  return checked(name, value, isText, "has a control character or half of a surrogate pair");
}

function checked(name: string, value: unknown, isRight: (text: string) => boolean, problem: string): string {
  if (typeof value !== "string" || value === "") throw invalid(name, value, "has to be a non-empty string");
  if (!isRight(value)) throw invalid(name, value, problem);
  return value;
}

/** CloudEvents 1.0, section 3.1.1, "String". */
function isText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text.isWellFormed();
}

function isUriReference(text: string): boolean {
  return /^[^\s<>"{}|\\^`]+$/.test(text) && isText(text);
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:./i.test(text) && isUriReference(text);
}

/** RFC 3339, section 5.6; a leap second is a time as well. */
function isTime(text: string): boolean {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i.exec(text);
  if (match === null) return false;
  return !Number.isNaN(Date.parse(`${match[1]}T${match[2]}:${match[3] === "60" ? "59" : match[3]}Z`));
}

/** RFC 2046; parameters are not looked at. */
function isMediaType(text: string): boolean {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;.*)?$/.test(text) && isText(text);
}

/** Of a composed value only what it is: writing it out could take long, or overflow the stack. */
function short(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
