/** Runs a driver script in a world that records its calls of one action, and answers them as it is told. */
import type { Arrival } from "../../../core/arrival.ts";
import type { Failure } from "../../../core/failure.ts";
import { decodeWire, encodeWire, type WireValue } from "../../../core/wire.ts";
import { compileScript, startOf, turn } from "./virtual-run.ts";

export interface RecordedCall {
  method: string;
  path: string;
  query: [string, string][];
  /** Undefined when there is none. */
  body: WireValue | undefined;
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

/** What is answered: a body, a page of a list, or a failure. */
export type Answer = { body: WireValue; next?: [string, string][] } | { error: Failure };

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
        const call = { query: [], body: undefined, ...(decodeWire(effect.input) as object) } as unknown as RecordedCall;
        const given = answer(call, recording.calls.push(call) - 1);
        const content =
          "error" in given
            ? { error: given.error }
            : { value: encodeWire({ status_code: 200, body: given.body, next: given.next ?? null }) };
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
