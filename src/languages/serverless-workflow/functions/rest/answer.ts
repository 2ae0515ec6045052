/** What an HTTP answer means to a workflow. */
import type { Failure } from "../../../../core/failure.ts";
import { retryAfterMs } from "../../../../core/retry-after.ts";
import type { JqObject, Value } from "../../../jq/value.ts";
import type { AnsweredCall, CallResult } from "../call.ts";
import { parseJson } from "../json-text.ts";
import { problemOf } from "../problem.ts";

/** Of whose call the answer is. */
export interface Asked {
  name: string;
  operation: string;
  failOnStatusCode: boolean;
}

/** The result, or a failure for a status of 400 or more where that is one. `answer` is the http action's. */
export function readHttpAnswer(asked: Asked, answer: Value, now: number): AnsweredCall {
  const fields = answer instanceof Map ? answer : new Map<string, Value>();
  const statusCode = fields.get("status_code");
  if (typeof statusCode !== "number") {
    return {
      failure: problemOf(
        asked.name,
        "the action answered with something that is no HTTP answer",
        "FUNCTION_ANSWER_INVALID",
      ),
    };
  }
  const headers = headersOf(fields.get("headers"));
  const status = fields.get("status");
  const statusMessage = typeof status === "string" ? status.slice(String(statusCode).length).trim() : "";
  const text = fields.get("body");
  const body = typeof text === "string" ? text : "";
  if (statusCode >= 400 && asked.failOnStatusCode)
    return { failure: statusFailure(asked, { statusCode, statusMessage, headers, body, now }) };
  const value = contentOf(body, headers);
  if (value === undefined) {
    const message = `the answer of ${asked.operation} says that it is JSON, and is not: ${JSON.stringify(body.slice(0, 200))}`;
    return {
      failure: { ...problemOf(asked.name, message, "FUNCTION_ANSWER_INVALID"), details: { status_code: statusCode } },
    };
  }
  const result: CallResult = { value, statusCode, statusMessage, headers };
  return { result };
}

function headersOf(pairs: Value | undefined): JqObject {
  const headers: JqObject = new Map();
  for (const pair of Array.isArray(pairs) ? pairs : []) {
    const [name, value] = Array.isArray(pair) ? pair : [];
    if (typeof name !== "string" || typeof value !== "string") continue;
    const key = name.toLowerCase();
    const earlier = headers.get(key);
    headers.set(key, typeof earlier === "string" ? `${earlier}, ${value}` : value);
  }
  return headers;
}

/** Null for an empty body; undefined for JSON that is none. What says no type is JSON when it can be read as such. */
function contentOf(body: string, headers: JqObject): Value | undefined {
  if (body.trim() === "") return null;
  const type = headers.get("content-type");
  if (typeof type !== "string") return parseJson(body) ?? body;
  return /^[^;]*\bjson\b/i.test(type) ? parseJson(body) : body;
}

/** Statuses that say "again later", as the http action has them; a 500 may go away as well. */
const retryable = new Set([408, 425, 429, 500, 502, 503, 504]);

interface Answered {
  statusCode: number;
  statusMessage: string;
  headers: JqObject;
  body: string;
  now: number;
}

function statusFailure(
  { name, operation }: Asked,
  { statusCode, statusMessage, headers, body, now }: Answered,
): Failure {
  const said = body.trim() === "" ? "" : `: ${body.trim().slice(0, 500)}`;
  const retryAfter = headers.get("retry-after");
  const waitMs = retryAfterMs(typeof retryAfter === "string" ? retryAfter : undefined, now);
  return {
    type: "http",
    code: "HTTP_STATUS",
    message: `${name}: ${operation} answered with status code ${statusCode}${statusMessage === "" ? "" : ` (${statusMessage})`}${said}`,
    retryable: retryable.has(statusCode),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    details: { status_code: statusCode, body: body.slice(0, 2048) },
  };
}
