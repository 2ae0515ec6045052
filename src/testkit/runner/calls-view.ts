/** The calls of runs, as tests and people see them. */
import { decodeWire, SecretText, type WireValue } from "../../core/wire.ts";
import { patternOf } from "../http-stubs.ts";
import type { PerformedCall, SimulatedProject } from "../simulated-project.ts";

type Fields = { [name: string]: WireValue };

interface CallRecord extends Fields {
  action: string;
  method: string;
  target: string;
  status: number | null;
  error: { code: string; message: string; details: WireValue } | null;
}

/** A list of records for `testing.calls`. */
export function describeCalls({ calls }: SimulatedProject, given: Readonly<Record<string, WireValue>>): WireValue {
  const { action, method, target } = given;
  const pattern = typeof target === "string" ? patternOf(target.replace(/^\//, "")) : undefined;
  return calls
    .filter((call) => typeof action !== "string" || call.action === action)
    .map((call) => [call, requestOf(call)] as const)
    .filter(([, request]) => typeof method !== "string" || request.method === method.toUpperCase())
    .filter(([, request]) => pattern === undefined || pattern.test(request.target))
    .map(([call, request]) => describeCall(call, request));
}

/** "http GET https://example.com/a -> 200", for people. */
export function showCall(performed: PerformedCall): string {
  const { action, method, target, status, error } = describeCall(performed, requestOf(performed));
  const attempt = performed.call.attempt > 1 ? ` (attempt ${performed.call.attempt})` : "";
  return `${action} ${method} ${target}${attempt} -> ${error?.message ?? status ?? "no answer"}`;
}

interface Request {
  input: Fields;
  method: string;
  target: string;
}

function requestOf({ call }: PerformedCall): Request {
  const input = decodeWire(call.input) as Fields;
  const target = shown(input["url"] ?? input["path"] ?? "").replace(/^\//, "");
  return { input, method: input["method"] as string, target };
}

/** What GitLab answers may be long lists: they are read last. */
function describeCall({ action, call, at, answer }: PerformedCall, { input, method, target }: Request): CallRecord {
  const headers = (input["headers"] ?? []) as [string, WireValue][];
  const value = answer !== undefined && "value" in answer ? (decodeWire(answer.value) as Fields) : undefined;
  const error = answer !== undefined && "error" in answer ? answer.error : undefined;
  return {
    action,
    method,
    target,
    query: input["query"] ?? [],
    body: bodyOf(input["body"]),
    headers: Object.fromEntries(headers.map(([name, text]) => [name, shown(text)])),
    attempt: call.attempt,
    status: (value?.["status_code"] ?? null) as number | null,
    error:
      error === undefined
        ? null
        : { code: error.code, message: error.message, details: (error.details ?? null) as WireValue },
    run: call.runId,
    at: new Date(at).toISOString(),
  };
}

/** JSON is read, as what was sent is told best by its values. */
function bodyOf(body: WireValue | undefined): WireValue {
  if (body === undefined || body === null) return null;
  const text = body instanceof SecretText ? shown(body) : body;
  if (typeof text !== "string") return hidden(text);
  try {
    return JSON.parse(text) as WireValue;
  } catch {
    return text;
  }
}

/** Secrets are `***`. */
function shown(value: WireValue): string {
  if (!(value instanceof SecretText)) return typeof value === "string" ? value : JSON.stringify(value);
  return value.parts.map((part) => (typeof part === "string" ? part : "***")).join("");
}

function hidden(value: WireValue): WireValue {
  if (value instanceof SecretText) return shown(value);
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hidden(member)]));
}
