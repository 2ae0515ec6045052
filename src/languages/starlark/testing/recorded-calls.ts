/** Runs a driver script in a world that records its calls of GitLab and of HTTP, and answers them as it is told. */
import type { Arrival } from "../../../core/arrival.ts";
import type { CallEffect } from "../../../core/effect.ts";
import type { Failure } from "../../../core/failure.ts";
import { decodeWire, encodeWire, SecretText, type WireText, type WireValue } from "../../../core/wire.ts";
import { compileScript, startOf, turn } from "./virtual-run.ts";

export interface RecordedCall {
  method: string;
  /** Below /api/v4/; of an HTTP call the whole address. */
  path: string;
  query: [string, string][];
  /** Undefined when there is none. */
  body: WireValue | undefined;
  /** Of an HTTP call. */
  headers: [string, WireValue][];
  sign: WireValue | undefined;
}

export interface Recording {
  calls: RecordedCall[];
  /** Lines that were printed. */
  lines: string[];
  /** Undefined when the script came to its end. */
  failure: Failure | undefined;
  /** Ms that passed. */
  elapsedMs: number;
}

/** What is answered: a body, a page of a list, or a failure. HTTP calls are answered with the status and the body as JSON. */
export type Answer = { body: WireValue; next?: [string, string][]; status?: number } | { error: Failure };

type Unnumbered<T> = T extends unknown ? Omit<T, "seq"> : never;

/** `answer` is given each call with its number from 0. Timers are done as soon as nothing else is left. */
export function recordCalls(script: string, answer: (call: RecordedCall, nth: number) => Answer): Recording {
  const image = compileScript({ "main.star": script }, "driver");
  const start = startOf(image);
  const machine = image.open(start);
  const recording: Recording = { calls: [], lines: [], failure: undefined, elapsedMs: 0 };
  const arrivals: Unnumbered<Arrival>[] = [];
  let time = start.time;
  let arrival: Arrival | undefined;
  for (let seq = 1; ; seq++) {
    const { effects, outcome } = turn(machine, arrival);
    for (const effect of effects) {
      if (effect.kind === "log") recording.lines.push(effect.message);
      if (effect.kind === "sleep") arrivals.push({ kind: "answer", effect: effect.n, time: effect.until });
      if (effect.kind === "call") {
        const call = readCall(effect);
        const given = answer(call, recording.calls.push(call) - 1);
        const content = "error" in given ? given : { value: answerOf(effect, given) };
        arrivals.push({ kind: "answer", effect: effect.n, time, ...content });
      }
    }
    if (outcome?.kind === "failed") recording.failure = outcome.error;
    const next = arrivals.shift();
    if (outcome !== undefined || next === undefined) break;
    time = Math.max(time, next.time);
    arrival = { ...next, seq, time };
  }
  recording.elapsedMs = time - start.time;
  return recording;
}

function readCall({ action, input }: CallEffect): RecordedCall {
  const fields = decodeWire(input) as { [name: string]: WireValue };
  const { method, path, url, query, body, headers, sign } = fields as unknown as RecordedCall & { url: WireValue };
  const asked = { method, headers: headers ?? [], sign, query: query ?? [] };
  if (action === "gitlab") return { ...asked, path, body };
  const [address, parameters] = shownText(url).split("?", 2);
  const isJson = asked.headers.some(
    ([name, value]) => name.toLowerCase() === "content-type" && typeof value === "string" && /json|yaml/.test(value),
  );
  return {
    ...asked,
    path: address!,
    query: [...new URLSearchParams(parameters)],
    body: isJson ? (JSON.parse(body as string) as WireValue) : body,
  };
}

/** The wire text of an answer as the action would give it. */
function answerOf({ action }: CallEffect, { body, next, status = 200 }: Exclude<Answer, { error: Failure }>): WireText {
  if (action === "gitlab") return encodeWire({ status_code: status, body, next: next ?? null });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return encodeWire({ status_code: status, status: `${status} Said`, headers: [], body: text });
}

/** Secrets are `***`. */
function shownText(value: WireValue): string {
  if (!(value instanceof SecretText)) return value as string;
  return value.parts.map((part) => (typeof part === "string" ? part : "***")).join("");
}

/** A call as the library's examples write it: `PUT projects/42/issues/7 {"title": "Crash"}`; the size of pages is left out. */
export function showCall({ method, path, query, body }: RecordedCall): string {
  const parameters = new URLSearchParams(query.filter(([name]) => name !== "per_page")).toString();
  const asked = parameters === "" ? "" : `?${parameters}`;
  return `${method} ${path}${asked}${body === undefined ? "" : ` ${spaced(body)}`}`;
}

/** JSON with spaces, as Starlark shows values. */
function spaced(value: WireValue): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member as WireValue)}`)
    .join(", ")}}`;
}
