/** Calls and their answers on one line each, for the history: HTTP and GitLab as people write them, other actions as they are. */
import type { CallEffect } from "../../core/effect.ts";
import { decodeWire, encodeWire, SecretText, type WireText, type WireValue } from "../../core/wire.ts";

/** Characters of what may be long. */
const most = 200;

/**
 * "http POST http://127.0.0.1/tasks (Make/makeTask)": without headers and body; secrets are `***`. "gitlab PUT projects/1/issues/7
 * {"labels":"bug"}": with the body, which is short as a rule.
 */
export function describeCall({ action, input, origin }: CallEffect): string {
  const request = action === "http" || action === "gitlab" ? objectOf(input) : undefined;
  const target = request && textOf(request[action === "http" ? "url" : "path"]);
  const method = request?.["method"];
  if (target === undefined || typeof method !== "string") return `${action} ${short(input)}`;
  // A call of GitLab is mostly made by a function of the library, whose name tells nothing.
  const name = origin.label ?? (action === "gitlab" ? undefined : origin.node);
  const more = action === "gitlab" ? `${queryOf(request!["query"])}${bodyOf(request!["body"])}` : "";
  return `${action} ${method} ${short(oneLine(target) + more)}${name === undefined ? "" : ` (${name})`}`;
}

function queryOf(query: WireValue | undefined): string {
  if (!Array.isArray(query) || query.length === 0) return "";
  const parts = query.map((pair) => (Array.isArray(pair) ? pair.map((part) => textOf(part) ?? "…").join("=") : "…"));
  return `?${oneLine(parts.join("&"))}`;
}

/** As it is in the input: secrets are names there. */
function bodyOf(body: WireValue | undefined): string {
  return body === undefined || body === null ? "" : ` ${encodeWire(body)}`;
}

/** "201 {"id":"task-1"}" for an answer of HTTP or of GitLab, which are known by their form. */
export function describeAnswer(value: WireText): string {
  const answer = value.startsWith('{"status_code":') ? objectOf(value) : undefined;
  const { status_code: code, status, body } = answer ?? {};
  if (typeof code !== "number" || body === undefined) return short(value);
  if (typeof status !== "string") return body === null ? `${code}` : `${code} ${short(encodeWire(body))}`;
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
