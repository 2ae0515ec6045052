/** Drives a run of a policy against a function that answers requests: in virtual time, without an engine. */
import assert from "node:assert/strict";
import type { Arrival } from "../../../core/arrival.ts";
import type { CallEffect, Effect } from "../../../core/effect.ts";
import {
  type CompileResult,
  defaultLimits,
  type LoadedImage,
  type Outcome,
  type RunStart,
} from "../../../core/program.ts";
import { decodeWire, encodeWire, type WireValue } from "../../../core/wire.ts";
import { asciiOf } from "../machine/state-codec.ts";
import { triage } from "../program.ts";

/** A request as the action gets it. */
export interface SeenRequest {
  method: string;
  path: string;
  query?: [string, string][];
  body?: Record<string, unknown>;
}

/** What GitLab says: a body, with the query of the next page, or a status that is no success. */
export type GitLabAnswer =
  | { body: unknown; next?: [string, string][] }
  | { status: number; message?: string; code?: string };

export type GitLab = (request: SeenRequest) => GitLabAnswer;

export interface RunOptions {
  input?: Record<string, unknown>;
  /** What else the run is started with. */
  start?: Partial<RunStart>;
  /** Epoch ms. */
  time?: number;
  /** Stores and loads the state after every turn. */
  reopens?: boolean;
  /** Steps at a time. */
  slice?: number;
}

const testTime = Date.UTC(2026, 10, 21, 9);

export function compilePolicy(text: string): CompileResult {
  const path = ".triage-policies.yml";
  const compilation = triage.compile({ entry: path, files: new Map([[path, text]]) }, "driver");
  const result = compilation.step(1000);
  assert.notEqual(result, "running");
  return result as CompileResult;
}

/** Fails the test when there is a problem. */
export function loadPolicy(text: string): LoadedImage {
  const { image, diagnostics } = compilePolicy(text);
  assert.ok(image, diagnostics.map(({ where, message }) => `${where.line}:${where.column} ${message}`).join("\n"));
  return triage.load(image);
}

export interface FinishedRun {
  outcome: Outcome;
  requests: SeenRequest[];
  effects: Effect[];
  /** What was stored after each turn. */
  states: string[];
}

/** Runs a policy to its end. */
export function runPolicy(text: string, gitlab: GitLab, options: RunOptions = {}): FinishedRun {
  const { input, time = testTime, reopens = false, slice = 1_000_000 } = options;
  const image = loadPolicy(text);
  const start = {
    runId: "run-1",
    project: "p",
    trigger: "",
    position: 0,
    time,
    vars: {},
    secrets: [],
    limits: defaultLimits,
    ...options.start,
    ...(input !== undefined && { input: JSON.stringify(input) }),
  };
  const finished: Omit<FinishedRun, "outcome"> = { requests: [], effects: [], states: [] };
  const open: CallEffect[] = [];
  let machine = image.open(start);
  let arrival: Arrival | undefined;
  for (let seq = 1; ; seq++) {
    let turn = machine.step(arrival, slice);
    while (turn === "running") turn = machine.step(undefined, slice);
    finished.effects.push(...turn.effects);
    for (const effect of turn.effects) if (effect.kind === "call") open.push(effect);
    if (turn.outcome !== undefined) {
      if (turn.outcome.kind === "succeeded") assert.deepEqual(open, [], "it ends with calls under way");
      return { ...finished, outcome: turn.outcome };
    }
    const bytes = machine.snapshot();
    finished.states.push(asciiOf(bytes));
    if (reopens) machine = image.open(start, bytes);
    const call = open.shift();
    assert.ok(call, "it waits for nothing");
    arrival = {
      kind: "answer",
      effect: call.n,
      seq,
      time: time + seq * 10,
      ...answer(call, gitlab, finished.requests),
    };
    assert.ok(seq < 100_000, "it goes on for ever");
  }
}

function answer(
  call: CallEffect,
  gitlab: GitLab,
  requests: SeenRequest[],
): Pick<Arrival & { kind: "answer" }, "value" | "error"> {
  assert.equal(call.action, "gitlab");
  const request = JSON.parse(JSON.stringify(decodeWire(call.input))) as SeenRequest;
  requests.push(request);
  const said = gitlab(request);
  if ("body" in said) {
    const value = { status_code: 200, body: said.body as WireValue, next: (said.next ?? null) as WireValue };
    return { value: encodeWire(value) };
  }
  const message = `${request.method} ${request.path} answered ${said.status}`;
  const details = { status_code: said.status, message: said.message ?? "" };
  return { error: { type: "gitlab", code: said.code ?? "GITLAB_STATUS", message, retryable: false, details } };
}
