/**
 * States of runs as bytes: a line of JSON that tells where the run stands, and a line of JSON for each value in it, which the first
 * line names by number. A value that is in several places is there once. Everything is in a fixed order, so equal states give equal
 * bytes.
 */
import { AutoFlowError } from "../../../core/errors.ts";
import type { Failure } from "../../../core/failure.ts";
import { fingerprint } from "../../../core/hash.ts";
import type { Value } from "../../jq/value.ts";
import { readTrustedJson, writeJson } from "../data/json.ts";
import type { Run } from "./run.ts";
import type { RunState, Visit, Wait } from "./run-state.ts";

const mark = "AutoFlow workflow state 1";

/** Everything of a run that is not in its start or its image. */
interface Written {
  image: string;
  time: number;
  count: number;
  bytes: number;
  steps: number;
  state: WrittenState;
}

/** Maps are lists of pairs. */
type WrittenState = Omit<RunState, "waits" | "correlation" | "received" | "visit" | "failed"> & {
  waits: [number, Wait][];
  correlation: [string, string][];
  received: [string, number][];
  visit?: Omit<Visit, "events"> & { events: [string, Payload][] };
  /** The failure is plain JSON with names of its own, so it is a text. */
  failed?: { text: string; fiber?: number };
};

/** An event's payload; the name tells that there is a value below. */
interface Payload {
  data: Value;
}

/** What is under these names is a value of the workflow, wherever it is. */
const valueNames = new Set(["data", "base", "item", "result", "answer", "previous", "headers", "caught", "collection"]);
const valueListNames = new Set(["outputs"]);

/** Throws AutoFlowError LIMIT_STATE when the state is larger than the run may have. */
export function writeState(run: Run, image: string): Uint8Array {
  const { outbox, meter, time, state } = run;
  const written: Written = {
    image: image.slice(0, 16),
    time,
    count: outbox.count,
    bytes: outbox.totalBytes,
    steps: meter.before + meter.used,
    state: writtenState(state),
  };
  const values: Value[] = [];
  const numbers = new Map<Value, number>();
  const head = JSON.stringify(written, (name, value: unknown) => {
    if (valueListNames.has(name)) return (value as Value[]).map((element) => numberOf(element, values, numbers));
    return valueNames.has(name) ? numberOf(value as Value, values, numbers) : inOrder(value);
  });
  let content = `${head}\n`;
  for (const value of values) content += `${writeJson(value)}\n`;
  const bytes = asciiBytes(content);
  const { stateBytes } = run.start.limits;
  if (bytes.length > stateBytes) {
    const message = `the state of the run takes ${bytes.length} bytes, the limit is ${stateBytes}`;
    throw new AutoFlowError("LIMIT_STATE", message);
  }
  return bytes;
}

/** An object with its members in the order of their names: in memory it depends on what happened. */
function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const object = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(object)
      .toSorted()
      .map((name) => [name, object[name]]),
  );
}

/** The bytes of the content, in ASCII, behind what says what they are. */
function asciiBytes(content: string): Uint8Array {
  const ascii = content.replaceAll(/[\u007f-\uffff]/g, escaped);
  const text = `${mark} ${fingerprint(ascii)}\n${ascii}`;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The content that bytes hold. Throws SyntaxError when they are not what `asciiBytes` made. */
function contentOf(bytes: Uint8Array): string {
  let text = "";
  const chunk = 8192;
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk));
  const end = text.indexOf("\n");
  const content = text.slice(end + 1);
  if (text.slice(0, end) === `${mark} ${fingerprint(content)}`) return content;
  throw new SyntaxError("they are damaged, or of a newer release");
}

function numberOf(value: Value, values: Value[], numbers: Map<Value, number>): number {
  let number = numbers.get(value);
  if (number === undefined) numbers.set(value, (number = values.push(value) - 1));
  return number;
}

function writtenState({ waits, correlation, received, visit, failed, ...rest }: RunState): WrittenState {
  const written: WrittenState = {
    ...rest,
    waits: [...waits],
    correlation: [...correlation],
    received: [...received],
  };
  if (failed !== undefined) {
    written.failed = {
      ...(failed.fiber !== undefined && { fiber: failed.fiber }),
      text: JSON.stringify(failed.failure),
    };
  }
  if (visit === undefined) return written;
  const events = [...visit.events].map(([name, data]) => [name, { data }] as [string, Payload]);
  return { ...written, visit: { ...visit, events } };
}

/** Puts a run where a state says it stands. Throws SyntaxError for bytes that are not a state of a run of this image. */
export function readState(run: Run, image: string, bytes: Uint8Array): void {
  const [head = "", ...lines] = contentOf(bytes).split("\n").slice(0, -1);
  const values = lines.map(readTrustedJson);
  const written = JSON.parse(head, (name, value: unknown) => {
    if (valueListNames.has(name)) return (value as number[]).map((number) => values[number]!);
    return valueNames.has(name) ? values[value as number] : value;
  }) as Written;
  if (written.image !== image.slice(0, 16)) throw new SyntaxError("they are of another workflow");
  run.time = written.time;
  run.outbox.count = written.count;
  run.outbox.totalBytes = written.bytes;
  run.meter.before = written.steps;
  run.state = readWritten(written.state);
}

function readWritten({ waits, correlation, received, visit, failed, ...rest }: WrittenState): RunState {
  const state: RunState = {
    ...rest,
    waits: new Map(waits),
    correlation: new Map(correlation),
    received: new Map(received),
  };
  if (failed !== undefined) {
    const failure = JSON.parse(failed.text) as Failure;
    state.failed = { failure, ...(failed.fiber !== undefined && { fiber: failed.fiber }) };
  }
  if (visit === undefined) return state;
  const events = new Map(visit.events.map(([name, { data }]) => [name, data] as const));
  return { ...state, visit: { ...visit, events } };
}
