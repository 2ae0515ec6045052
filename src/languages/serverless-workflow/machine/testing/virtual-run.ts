/** Drives a run of a workflow in a small virtual world: calls are answered from a table, time passes when nothing else happens. */
import assert from "node:assert/strict";
import type { Arrival, OperatorCommand } from "../../../../core/arrival.ts";
import type { Effect, OpenEffect, SpawnEffect } from "../../../../core/effect.ts";
import { staysOpen } from "../../../../core/effect.ts";
import type { Failure } from "../../../../core/failure.ts";
import { matchesType } from "../../../../core/filter.ts";
import {
  defaultLimits,
  type LoadedImage,
  type Machine,
  type Outcome,
  type RunStart,
} from "../../../../core/program.ts";
import { decodeWire, encodeWire, SecretText, type WireValue } from "../../../../core/wire.ts";
import { serverlessWorkflow } from "../../program.ts";
import { compileFiles, type Files } from "../../testing/compile-files.ts";

/** A call as tests look at it. */
export interface SeenCall {
  n: number;
  action: string;
  /** Secrets are written `<NAME>`. */
  input: Record<string, unknown>;
  repeats?: number;
  /** Ms since the start of the run. */
  at: number;
}

export type Answer = { value: unknown } | { error: Partial<Failure> } | "never";

export interface World {
  /** What answers a call; an HTTP answer of 200 with `{}` by default. */
  calls?: (call: SeenCall) => Answer;
  /** What answers a child run. */
  children?: (child: SpawnEffect) => Answer;
  /** Stores and loads the state after every turn. */
  reopens?: boolean;
  /** Steps at a time. */
  slice?: number;
  /** Stores no states. */
  keepsNothing?: boolean;
}

const startTime = Date.UTC(2026, 10, 21, 9);

/** Compiles a workflow; the first file is it. Fails the test when there is a problem. */
export function loadFiles(files: Files): LoadedImage {
  const { image, diagnostics } = compileFiles(files);
  const errors = diagnostics.map(({ where, message }) => `${where.file}:${where.line}:${where.column} ${message}`);
  assert.ok(image, errors.join("\n"));
  return serverlessWorkflow.load(image);
}

/** A workflow of one text, without its header. */
export function load(body: string, others: Files = {}): LoadedImage {
  return loadFiles({ "test.sw.yaml": `id: test\nversion: '1.0'\nspecVersion: '0.8'\n${body}`, ...others });
}

export class VirtualRun {
  readonly image: LoadedImage;
  readonly start: RunStart;
  readonly #world: World;
  #machine: Machine;
  readonly open = new Map<number, OpenEffect>();
  readonly effects: Effect[] = [];
  readonly calls: SeenCall[] = [];
  /** What was stored after each turn, as text. */
  readonly states: string[] = [];
  outcome: Outcome | undefined;
  steps = 0;
  time: number;
  position = 100;
  #seq = 0;

  constructor(image: LoadedImage, start: Partial<RunStart> = {}, world: World = {}) {
    this.image = image;
    this.start = {
      runId: "run-1",
      project: "p",
      trigger: "",
      position: 100,
      time: startTime,
      vars: {},
      secrets: [],
      limits: defaultLimits,
      ...start,
    };
    this.#world = world;
    this.time = this.start.time;
    this.#machine = image.open(this.start);
    this.#step(undefined);
  }

  /** Runs until it waits for an event, an operator, or has ended. Answers itself. */
  run(untilMs = Infinity): this {
    for (let answers = 0; this.outcome === undefined && this.#answerOne(this.start.time + untilMs); answers++) {
      assert.ok(answers < 1000, `it goes on for ever: ${this.nodes.slice(-6).join(", ")}`);
    }
    return this;
  }

  /** Sends an event: to those waits whose filter it passes. */
  event(type: string, data: unknown, attributes: Record<string, string> = {}): this {
    this.position++;
    const event = { specversion: "1.0", id: `e${this.position}`, source: "test", type, ...attributes, data };
    for (const effect of this.open.values()) {
      if (effect.kind !== "await" || !passes(effect, event)) continue;
      this.open.delete(effect.n);
      this.#arrive({ kind: "event", effect: effect.n, event: JSON.stringify(event), position: this.position });
      break;
    }
    return this;
  }

  /** An operator intervenes; a failed run is open again. */
  command(name: OperatorCommand["name"], node?: string, payload: unknown = null): this {
    this.outcome = undefined;
    const command = { name, payload: JSON.stringify(payload), ...(node === undefined ? {} : { node }) };
    this.#arrive({ kind: "command", command });
    return this;
  }

  cancel(reason = "enough"): this {
    this.#arrive({ kind: "cancel", reason });
    return this;
  }

  get hasEnded(): boolean {
    return this.outcome !== undefined;
  }

  /** The data as people see them. */
  get data(): unknown {
    return JSON.parse(this.#machine.data!()) as unknown;
  }

  /** What the run succeeded with. Fails the test when it did not. */
  get value(): unknown {
    assert.equal(this.outcome?.kind, "succeeded", JSON.stringify(this.outcome));
    return plain(decodeWire(this.outcome.value));
  }

  /** What the run failed with. Fails the test when it did not. */
  get failure(): Failure {
    assert.equal(this.outcome?.kind, "failed", JSON.stringify(this.outcome));
    return this.outcome.error;
  }

  snapshot(): Uint8Array {
    return this.#machine.snapshot();
  }

  inspect() {
    return this.image.inspect(this.start, this.snapshot());
  }

  get logs(): string[] {
    return this.effects.flatMap((effect) => (effect.kind === "log" ? [`${effect.level}: ${effect.message}`] : []));
  }

  /** Nodes as they were left: "state" or "state! error". */
  get nodes(): string[] {
    return this.effects.flatMap((effect) => {
      if (effect.kind !== "node") return [];
      const { node, error } = effect.visit;
      return [error === undefined ? node : `${node}! ${error}`];
    });
  }

  emitted() {
    return this.effects.filter((effect) => effect.kind === "emit");
  }

  #arrive(arrival: DistributiveOmit<Arrival, "seq" | "time">): void {
    this.#step({ seq: ++this.#seq, time: this.time, ...arrival });
  }

  #step(arrival: Arrival | undefined): void {
    const budget = this.#world.slice ?? 1_000_000;
    let turn = this.#machine.step(arrival, budget);
    while (turn === "running") turn = this.#machine.step(undefined, budget);
    this.steps += turn.steps;
    for (const effect of turn.effects) this.#see(effect);
    this.effects.push(...turn.effects);
    if (turn.outcome !== undefined) {
      this.outcome = turn.outcome;
      this.open.clear();
    }
    const isKept = turn.outcome === undefined || (turn.outcome.kind === "failed" && turn.outcome.repairable === true);
    if (!isKept || this.#world.keepsNothing === true) return;
    const state = this.#machine.snapshot();
    this.states.push(Buffer.from(state).toString("latin1"));
    if (this.#world.reopens === true) this.#machine = this.image.open(this.start, state);
  }

  #see(effect: Effect): void {
    if (staysOpen(effect)) this.open.set(effect.n, effect);
    if (effect.kind === "cancel") {
      assert.ok(this.open.delete(effect.target), `effect ${effect.target} is cancelled, and was not open`);
    }
    if (effect.kind !== "call") return;
    const { n, action, input, repeats } = effect;
    const seen = {
      n,
      action,
      input: plain(decodeWire(input)) as Record<string, unknown>,
      at: this.time - this.start.time,
    };
    this.calls.push(repeats === undefined ? seen : { ...seen, repeats });
  }

  /** Answers the first call or child that will be answered, or else the earliest timer. */
  #answerOne(until: number): boolean {
    for (const effect of this.open.values()) {
      if (effect.kind !== "call" && effect.kind !== "spawn") continue;
      const answer =
        effect.kind === "call"
          ? (this.#world.calls ?? okay)(this.calls.find(({ n }) => n === effect.n)!)
          : (this.#world.children ?? okay)(effect);
      if (answer === "never") continue;
      this.time += 1;
      this.#answer(effect.n, answer);
      return true;
    }
    const timers = this.open.values().filter((effect) => effect.kind === "sleep");
    const first = [...timers].toSorted((a, b) => a.until - b.until)[0];
    if (first === undefined || first.until > until) return false;
    this.time = Math.max(this.time, first.until);
    this.#answer(first.n, { value: null });
    return true;
  }

  #answer(n: number, answer: Exclude<Answer, "never">): void {
    this.open.delete(n);
    if ("value" in answer) {
      this.#arrive({ kind: "answer", effect: n, value: encodeWire(answer.value as WireValue) });
      return;
    }
    const error = { type: "action", code: "ACTION_FAILED", message: "failed", retryable: false, ...answer.error };
    this.#arrive({ kind: "answer", effect: n, error });
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function okay(): Answer {
  return http({});
}

/** What the http action answers. */
export function http(body: unknown, status = 200): Answer {
  const value = {
    status_code: status,
    status: `${status} ${status < 400 ? "OK" : "Wrong"}`,
    headers: [["content-type", "application/json"]],
    body: body === undefined ? "" : JSON.stringify(body),
  };
  return { value };
}

function passes(effect: OpenEffect & { kind: "await" }, event: Record<string, unknown>): boolean {
  const { types, attributes = [] } = effect.filter;
  return (
    types.some((type) => matchesType(type, event["type"] as string)) &&
    attributes.every(({ name, anyOf }) => anyOf.some((wanted) => wanted === event[name]))
  );
}

/** Wire values as plain JSON; secrets are `<NAME>`. */
function plain(value: WireValue): unknown {
  if (value instanceof SecretText) {
    return value.parts.map((part) => (typeof part === "string" ? part : `<${part.name}>`)).join("");
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
