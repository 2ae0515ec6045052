/**
 * Wire text: how values cross the border between a Program and an engine. It is JSON, so people and tools can read it, with
 * markers for what JSON lacks. A marker is an object with exactly one key:
 *
 *   {"$bytes": "<base64>"}   bytes, or a string that is not valid UTF-8
 *   {"$float": "nan"}        also "+inf", "-inf"; a finite float is written with a point or an exponent: 1.0, 1e+30
 *   {"$secret": [...]}       a text with secrets in it: literal strings and {"name": "TOKEN"}, with "as": "json" or
 *                            "percent" where the value has to be encoded so; the values are filled in inside the action
 *                            and nowhere else
 *   {"$blob": {...}}         a handle to bytes that are kept outside
 *
 * A user's object whose only key starts with "$" gets one more "$" in front, so user data can never become a marker. Effects'
 * inputs and actions' answers are wire text. Events, signals and run inputs come from outside and are plain JSON: nothing in
 * them is a marker.
 */
import { fromBase64 as decodeBase64, toBase64 as encodeBase64 } from "./base64.ts";

declare const wireBrand: unique symbol;

export type WireText = string & { readonly [wireBrand]: true };

/** How a secret's value is written into the text around it: as in a string of JSON, or percent-encoded; as it is when absent. */
export type SecretEncoding = "json" | "percent";

/** A piece of a text: literal, or the place of a secret. */
export type SecretPart = string | { name: string; as?: SecretEncoding };

/** A text with secrets in it. Their values exist only inside an action while it runs. */
export class SecretText {
  readonly parts: readonly SecretPart[];
  constructor(parts: readonly SecretPart[]) {
    this.parts = parts;
  }
}

/** What wire text holds, on the JavaScript side (actions, tests). Integers past 2^53 become bigint. */
export type WireValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | SecretText
  | WireValue[]
  | { [key: string]: WireValue };

/** Lists and objects in each other: what is nested deeper is no wire text. Starlark writes none deeper than 500. */
const maxDepth = 1000;

/** Wire text of a value. An integral `number` is written as an integer. Throws RangeError when it is nested too deeply. */
export function encodeWire(value: WireValue): WireText {
  return encode(value, 0) as WireText;
}

/** The value of a wire text. Throws SyntaxError when it is not one. Objects have no prototype. */
export function decodeWire(text: WireText): WireValue {
  requireShallow(text);
  return revive(JSON.parse(text, keepBigIntegers) as Parsed);
}

/** Looks at brackets only: whatever else is wrong with the text, JSON.parse finds. */
function requireShallow(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = endOfString(text, i);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth) throw new SyntaxError(`nested more than ${maxDepth} deep`);
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}

/** The position of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function encode(value: WireValue, depth: number): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "bigint":
      return value.toString();
    case "number":
      return Number.isFinite(value) ? String(value) : `{"$float":"${floatName(value)}"}`;
    case "boolean":
      return value ? "true" : "false";
    default:
  }
  if (value === null) return "null";
  if (depth > maxDepth) throw new RangeError(`nested more than ${maxDepth} deep`);
  if (Array.isArray(value)) return `[${value.map((element) => encode(element, depth + 1)).join(",")}]`;
  if (value instanceof Uint8Array) return `{"$bytes":"${toBase64(value)}"}`;
  if (value instanceof SecretText) return `{"$secret":${JSON.stringify(value.parts)}}`;
  const keys = Object.keys(value);
  const mark = keys.length === 1 && keys[0]!.startsWith("$") ? "$" : "";
  return `{${keys.map((key) => `${JSON.stringify(mark + key)}:${encode(value[key]!, depth + 1)}`).join(",")}}`;
}

function floatName(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "+inf" : "-inf";
}

type Parsed = null | boolean | number | bigint | string | Parsed[] | { [key: string]: Parsed };

function keepBigIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function revive(value: Parsed): WireValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(revive);
  const keys = Object.keys(value);
  const only = keys.length === 1 ? keys[0]! : "";
  if (only.startsWith("$")) return reviveMarker(only, value[only]!);
  const result = Object.create(null) as { [key: string]: WireValue };
  for (const key of keys) result[key] = revive(value[key]!);
  return result;
}

function reviveMarker(key: string, content: Parsed): WireValue {
  if (key === "$bytes" && typeof content === "string") return fromBase64(content);
  if (key === "$secret" && Array.isArray(content)) return new SecretText(content as SecretText["parts"]);
  if (key === "$float") return content === "nan" ? Number.NaN : content === "-inf" ? -Infinity : Infinity;
  const result = Object.create(null) as { [key: string]: WireValue };
  result[key.startsWith("$$") ? key.slice(1) : key] = revive(content);
  return result;
}

/** Base64 of bytes. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return encodeBase64(binary);
}

/** Bytes of base64. Throws SyntaxError for what is none. */
export function fromBase64(text: string): Uint8Array {
  const binary = decodeBase64(text);
  if (binary === undefined) throw new SyntaxError("a $bytes marker does not hold base64");
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
