/** Drives runs of an image in a small virtual world: every effect is answered, at once, in the order of its number. */
import assert from "node:assert/strict";
import type { Arrival } from "../../../core/arrival.ts";
import type { Effect, OpenEffect } from "../../../core/effect.ts";
import { staysOpen } from "../../../core/effect.ts";
import {
  defaultLimits,
  type EntryMode,
  type LoadedImage,
  type Machine,
  type RunStart,
  type Turn,
} from "../../../core/program.ts";
import type { TaskRequest } from "../../../core/task.ts";
import { encodeWire, type WireText, type WireValue } from "../../../core/wire.ts";
import { starlark } from "../program.ts";

/** Compiles texts; the first one is the entry file. Fails the test when there is a problem. */
export function compileScript(files: Record<string, string>, mode: EntryMode = "handlers"): LoadedImage {
  const { image, diagnostics } = compileResult(files, mode);
  assert.ok(image, diagnostics.map(({ message }) => message).join("\n"));
  return starlark.load(image);
}

export function compileResult(files: Record<string, string>, mode: EntryMode = "handlers", budget = 1_000_000) {
  const compilation = starlark.compile({ entry: Object.keys(files)[0]!, files: new Map(Object.entries(files)) }, mode);
  for (;;) {
    const result = compilation.step(budget);
    if (result !== "running") return result;
  }
}

export function startOf(image: LoadedImage, changes: Partial<RunStart> = {}): RunStart {
  const { mode, triggers } = image.describe();
  return {
    runId: "run-1",
    project: "group/project",
    trigger: triggers[0]?.name ?? "",
    ...(mode === "handlers" ? { event: JSON.stringify(sampleEvent) } : {}),
    position: 100,
    time: Date.UTC(2026, 10, 24, 9),
    vars: { GREETING: "hello" },
    secrets: ["TOKEN"],
    limits: defaultLimits,
    ...changes,
  };
}

const sampleEvent = {
  specversion: "1.0",
  id: "8d0d5b1e",
  source: "GitLab",
  type: "com.gitlab.events.issue_created",
  time: "2026-11-24T09:00:00Z",
  data: { project: { id: 3 }, issue: { id: 77, iid: 5, title: "Größe", labels: ["bug", "p1"], weight: null } },
};

/** A turn to its end, in slices of `budget` steps. */
export function turn(machine: Machine, arrival: Arrival | undefined, budget = 1_000_000): Turn {
  let result = machine.step(arrival, budget);
  while (result === "running") result = machine.step(undefined, budget);
  return result;
}

/** What the world does: it answers effects, and sends the listed signals when nothing is left to answer. */
class World {
  readonly #open = new Map<number, OpenEffect>();
  readonly #signals: { name: string; payload: string }[];
  #seq = 0;
  #time: number;

  /** `source` may begin with lines `# signal: name payload`. */
  constructor(start: RunStart, source: string) {
    this.#time = start.time;
    this.#signals = [...source.matchAll(/^# signal: (\S+) (.*)$/gm)].map(([, name, payload]) => ({
      name: name!,
      payload: payload!,
    }));
  }

  see(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (staysOpen(effect)) this.#open.set(effect.n, effect);
      if (effect.kind === "cancel") this.#open.delete(effect.target);
    }
  }

  /** The next thing to reach the run; undefined when nothing will. */
  next(): Arrival | undefined {
    const seq = ++this.#seq;
    const first = this.#open.values().next().value;
    if (first === undefined) {
      const signal = this.#signals.shift();
      return signal === undefined ? undefined : { kind: "signal", seq, time: this.#pass(1), ...signal };
    }
    this.#open.delete(first.n);
    return this.#answer(first, seq);
  }

  #pass(ms: number): number {
    this.#time += ms;
    return this.#time;
  }

  #answer(effect: OpenEffect, seq: number): Arrival {
    const base = { seq, effect: effect.n };
    switch (effect.kind) {
      case "sleep":
        this.#time = Math.max(this.#time, effect.until);
        return { ...base, kind: "answer", time: this.#time };
      case "signal":
        return { ...base, kind: "answer", time: this.#pass(1), value: encodeWire(true) };
      case "await": {
        const data: Record<string, unknown> = {};
        for (const { path, anyOf } of effect.filter.fields) if (path.length === 1) data[path[0]!] = anyOf[0];
        const event = JSON.stringify({ id: `event-${seq}`, type: effect.filter.types[0], data });
        return { ...base, kind: "event", time: this.#pass(5), event, position: 100 + seq };
      }
      case "spawn":
        throw new Error("no verb spawns");
      case "ask":
        return { ...base, kind: "answer", time: this.#pass(50), value: encodeWire(agreement(effect.task)) };
      case "call":
        return { ...base, kind: "answer", time: this.#pass(20), ...callAnswer(effect.action, effect.input) };
    }
  }
}

function agreement({ actions }: TaskRequest): WireValue {
  const answer = { action: actions[0]!, values: null, comment: null, by: "ada", at: 0, via: "api" };
  return { ...answer, answers: [answer] };
}

/** `echo` answers its input, or fails when the input has a field `fail`; `http` answers a fixed response. */
function callAnswer(
  action: string,
  input: WireText,
): { value: WireText } | { error: Extract<Arrival, { kind: "answer" }>["error"] & object } {
  if (action === "http") {
    const headers = [
      ["Content-Type", "application/json"],
      ["X-Part", "1"],
      ["X-Part", "2"],
    ];
    return { value: encodeWire({ status_code: 200, status: "200 OK", headers, body: '{"id": 7, "labels": ["a"]}' }) };
  }
  if (action === "gitlab") return { value: encodeWire(gitlabAnswer(input)) };
  if (!input.includes('"fail"')) return { value: input };
  return {
    error: {
      type: "action",
      code: "HTTP_STATUS",
      message: "it failed",
      retryable: false,
      attempts: 3,
      details: { status: 500 },
    },
  };
}

/** GitLab knows issue 7, two pages of issues, and whatever is sent to it. */
function gitlabAnswer(input: WireText): WireValue {
  const { method, path, query, body } = JSON.parse(input) as Record<string, unknown>;
  const issue = { iid: 7, title: "Crash", labels: ["bug"] };
  if (method === "DELETE") return { status_code: 204, body: null, next: null };
  if (method !== "GET") return { status_code: 200, body: { ...issue, ...(body as object) }, next: null };
  if (!String(path).endsWith("/issues")) return { status_code: 200, body: issue, next: null };
  const isSecond = JSON.stringify(query).includes('"page"');
  return { status_code: 200, body: [isSecond ? { ...issue, iid: 8 } : issue], next: isSecond ? null : [["page", "2"]] };
}

/** What happened in a whole run. `states` holds the state after each turn but the last. */
export interface Played {
  turns: Turn[];
  arrivals: Arrival[];
  states: Uint8Array[];
  /** Lines that the run printed. */
  lines: string[];
}

export interface PlayOptions {
  start?: Partial<RunStart>;
  source?: string;
  /** Go on in a machine restored from the state after every turn. */
  restoring?: boolean;
  budget?: number;
}

/** Runs to the end, or until nothing more arrives. */
export function play(image: LoadedImage, options: PlayOptions = {}): Played {
  const start = startOf(image, options.start);
  const world = new World(start, options.source ?? "");
  const played: Played = { turns: [], arrivals: [], states: [], lines: [] };
  let machine = image.open(start);
  let arrival: Arrival | undefined;
  for (;;) {
    const done = turn(machine, arrival, options.budget);
    played.turns.push(done);
    for (const effect of done.effects) if (effect.kind === "log") played.lines.push(effect.message);
    world.see(done.effects);
    if (done.outcome !== undefined) return played;
    const state = machine.snapshot();
    played.states.push(state);
    if (options.restoring === true) machine = image.open(start, state);
    arrival = world.next();
    if (arrival === undefined) return played;
    played.arrivals.push(arrival);
  }
}
