/** What many verbs accept: durations, moments, retry options, labels, payloads. */
import { parseDuration } from "../../../core/duration.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { RetryPolicy } from "../../../core/retry.ts";
import { decodeJson } from "../library/json-decode.ts";
import { encodeJson } from "../library/json-encode.ts";
import type { ParameterSpec, Thread } from "../library/builtin.ts";
import { Duration, Time } from "../values/time.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { Struct } from "../values/struct.ts";
import { toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { Float, type Value } from "../values/value.ts";

/** Longer waits are refused: they are mistakes of unit. */
const maxDurationMs = 100 * 365 * 86_400_000;

/** The parameters that every verb which makes a call accepts. */
export const callParameters: ParameterSpec[] = [
  {
    name: "timeout",
    type: "duration | None",
    default: "None",
    passing: "keyword",
    doc: "How long one attempt may take.",
  },
  {
    name: "retry",
    type: "bool | int | dict | None",
    default: "None",
    passing: "keyword",
    doc:
      "Attempts in all as a number, False for one attempt, or a dict with max_attempts, initial, factor, max and expires. " +
      "Without it, the action's own policy.",
  },
  { name: "label", type: "string | None", default: "None", passing: "keyword", doc: "A name to show to people." },
];

/** What the arguments of `callParameters` say. */
export function callOptions(
  verb: string,
  args: { readonly [name: string]: Value | undefined },
): { retry?: Partial<RetryPolicy>; timeoutMs?: number; label: string | undefined } {
  const retry = retryOption(verb, args["retry"] ?? null);
  const timeout = args["timeout"] ?? null;
  return {
    ...(retry === undefined ? {} : { retry }),
    ...(timeout === null ? {} : { timeoutMs: durationMs(verb, "timeout", timeout) }),
    label: textOption(verb, "label", args["label"]),
  };
}

/** Milliseconds of a duration: one of `time`, a text such as "1h30m", or a number of seconds. */
export function durationMs(verb: string, name: string, value: Value): number {
  const ms = readDuration(verb, name, value);
  if (ms < 0) throw new EvalError(`${verb}: ${name}: a duration cannot be negative`);
  if (ms > maxDurationMs) throw new EvalError(`${verb}: ${name}: longer than 100 years`);
  return ms;
}

function readDuration(verb: string, name: string, value: Value): number {
  if (typeof value === "number") return value * 1000;
  if (value instanceof Float && Number.isFinite(value.value)) return value.value * 1000;
  if (value instanceof Duration) return Number(value.nanoseconds) / 1e6;
  if (typeof value === "string") {
    try {
      return parseDuration(toText(value));
    } catch (error) {
      if (error instanceof AutoFlowError) throw new EvalError(`${verb}: ${name}: ${error.message}. ${error.hint}`);
      throw error;
    }
  }
  throw new EvalError(
    `${verb}: ${name}: got ${typeName(value)}, want a duration: a text such as "1h30m", seconds, or a time.duration`,
  );
}

/** Epoch ms of a moment: a time of `time`, an RFC 3339 text, or seconds since 1970. */
export function momentMs(verb: string, value: Value): number {
  if (value instanceof Time) return Number(value.unixNano) / 1e6;
  if (typeof value === "number") return checkMoment(verb, value * 1000);
  if (value instanceof Float) return checkMoment(verb, value.value * 1000);
  if (typeof value === "string") {
    if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value)) {
      throw new EvalError(`${verb}: not an RFC 3339 time, such as "2026-11-24T09:00:00Z": ${toText(value)}`);
    }
    return checkMoment(verb, Date.parse(value));
  }
  throw new EvalError(`${verb}: got ${typeName(value)}, want a time, an RFC 3339 text or seconds since 1970`);
}

function checkMoment(verb: string, ms: number): number {
  if (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15) return ms;
  throw new EvalError(`${verb}: there is no such time`);
}

/** A text or None, as JavaScript text. */
export function textOption(verb: string, name: string, value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return toText(value);
  throw new EvalError(`${verb}: for parameter ${name}: got ${typeName(value)}, want string`);
}

/** JSON text: a string is one already and is checked, any other value is written as JSON. */
export function jsonText(thread: Thread, verb: string, value: Value): string {
  if (typeof value !== "string") return toText(encodeJson(thread, value));
  try {
    decodeJson(thread, value);
  } catch (error) {
    if (error instanceof EvalError) throw new EvalError(`${verb}: payload_json is not JSON: ${error.message}`);
    throw error;
  }
  return toText(value);
}

function retryOption(verb: string, value: Value): Partial<RetryPolicy> | undefined {
  if (value === null || value === true) return undefined;
  if (value === false) return { maxAttempts: 1 };
  if (typeof value === "number") return { maxAttempts: attempts(verb, value) };
  if (value instanceof Dict) return retryPolicy(verb, value.entries());
  if (value instanceof Struct)
    return retryPolicy(
      verb,
      value.names.map((name, i) => [name, value.values[i]!]),
    );
  throw new EvalError(`${verb}: retry: got ${typeName(value)}, want a number of attempts, False, a dict or None`);
}

function retryPolicy(verb: string, entries: Iterable<[Value, Value]>): Partial<RetryPolicy> {
  const policy: Partial<RetryPolicy> = {};
  for (const [name, value] of entries) {
    if (name === "max_attempts") policy.maxAttempts = attempts(verb, value);
    else if (name === "initial") policy.initialMs = durationMs(verb, "retry initial", value);
    else if (name === "max") policy.maxMs = durationMs(verb, "retry max", value);
    else if (name === "expires") policy.expiresMs = durationMs(verb, "retry expires", value);
    else if (name === "factor") policy.factor = factor(verb, value);
    else throw new EvalError(`${verb}: retry: unknown option; it has max_attempts, initial, factor, max and expires`);
  }
  return policy;
}

function attempts(verb: string, value: Value): number {
  if (typeof value === "number" && value >= 0 && value <= 1000) return Math.max(1, value);
  throw new EvalError(`${verb}: retry: the number of attempts must be an int from 0 to 1000`);
}

function factor(verb: string, value: Value): number {
  const number = value instanceof Float ? value.value : value;
  if (typeof number === "number" && number >= 1 && number <= 100) return number;
  throw new EvalError(`${verb}: retry: factor must be a number from 1 to 100`);
}
