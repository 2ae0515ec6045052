/** Calls and their answers on one line each, for the history: HTTP as people write it, other actions as they are. */
import type { CallEffect } from "../../core/effect.ts";
import { decodeWire, SecretText, type WireText, type WireValue } from "../../core/wire.ts";

/** Characters of what may be long. */
const most = 200;

/** "http POST http://127.0.0.1/tasks (Make/makeTask)": without headers and body; secrets are `***`. */
export function describeCall({ action, input, origin }: CallEffect): string {
  const request = action === "http" ? objectOf(input) : undefined;
  const url = request && textOf(request["url"]);
  const method = request?.["method"];
  if (url === undefined || typeof method !== "string") return `${action} ${short(input)}`;
  const name = origin.label ?? origin.node;
  return `${action} ${method} ${short(oneLine(url))}${name === undefined ? "" : ` (${name})`}`;
}

/** "201 {"id":"task-1"}" for an answer of HTTP, which is known by its form. */
export function describeAnswer(value: WireText): string {
  const answer = value.startsWith('{"status_code":') ? objectOf(value) : undefined;
  const { status_code: code, status, body } = answer ?? {};
  if (typeof code !== "number" || typeof status !== "string" || body === undefined) return short(value);
  if (body instanceof Uint8Array) return `${status}, ${body.length} bytes`;
  // Cut before and after: a body may have many megabytes.
  const text = typeof body === "string" ? oneLine(body.slice(0, most * 5)) : "";
  return text === "" ? oneLine(status) : `${code} ${short(text)}`;
}

/** A text of at most 200 characters. */
export function short(text: string): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function objectOf(text: WireText): { [key: string]: WireValue } | undefined {
  try {
    const value = decodeWire(text);
    const isPlain = value !== null && typeof value === "object" && !(value instanceof Uint8Array);
    return isPlain && !Array.isArray(value) && !(value instanceof SecretText) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function textOf(value: WireValue | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (!(value instanceof SecretText)) return undefined;
  return value.parts.map((part) => (typeof part === "string" ? part : "***")).join("");
}
