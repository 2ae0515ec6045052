/**
 * Moves the machine of a dry run. No engine is there: nothing is stored, no time passes, and what another definition would do is not
 * known. Calls are made one after another, so that the plan has an order.
 */
import type { Arrival } from "../../core/arrival.ts";
import { staysOpen, type CallEffect, type Effect, type OpenEffect, type Origin } from "../../core/effect.ts";
import type { Failure } from "../../core/failure.ts";
import type { LoadedImage, Machine, Outcome, RunStart, Turn } from "../../core/program.ts";
import { encodeWire, type WireText } from "../../core/wire.ts";
import { describeFilter } from "../../engines/run/wait-text.ts";
import { formatDuration } from "../../core/duration.ts";
import { placeOf, type PlanEnd, type PlannedWrite, type Write } from "./plan.ts";

/** What calls become. */
export interface DryCalls {
  perform(
    effect: CallEffect,
    signal: AbortSignal,
  ): Promise<{ answer: { value: WireText } | { error: Failure }; write?: Write }>;
}

interface DryMachineOptions {
  image: LoadedImage;
  start: RunStart;
  calls: DryCalls;
  onWrite: (write: PlannedWrite) => void;
  onLine: (line: string) => void;
  signal: AbortSignal;
}

const budget = 200_000;

/** A script that never ends is told so after this much of its time, and after so many answers. */
const mostMs = 366 * 86_400_000;
const mostArrivals = 100_000;

/** The same call at so many different times is one that waits for something to change. */
const mostLooks = 10;

type Unnumbered<T> = T extends unknown ? Omit<T, "seq" | "time"> : never;

export class DryMachine {
  readonly #options: DryMachineOptions;
  readonly #machine: Machine;
  readonly #open = new Map<number, OpenEffect>();
  /** What calls were made, and at how many different times. */
  readonly #looks = new Map<string, { at: number; times: number }>();
  #signals: readonly string[] = [];
  #now: number;

  constructor(options: DryMachineOptions) {
    this.#options = options;
    this.#machine = options.image.open(options.start);
    this.#now = options.start.time;
  }

  /** Epoch ms, of the run's time. */
  get now(): number {
    return this.#now;
  }

  /** Goes on until it ends, or waits for what a dry run cannot know. Throws the signal's reason when it is aborted. */
  async play(): Promise<PlanEnd> {
    let arrival: Arrival | undefined;
    for (let seq = 1; ; seq++) {
      const { effects, outcome, signals } = await this.#turn(arrival);
      this.#signals = signals ?? [];
      for (const effect of effects) this.#see(effect);
      if (outcome !== undefined) return endOf(outcome);
      if (seq > mostArrivals) return stopped(`it went on and on: this is the plan of its first ${mostArrivals} steps`);
      const next = await this.#next();
      if ("state" in next) return next;
      arrival = { ...next, seq, time: this.#now };
    }
  }

  async #turn(arrival: Arrival | undefined): Promise<Turn> {
    const { signal } = this.#options;
    let result = this.#machine.step(arrival, budget);
    for (;;) {
      signal.throwIfAborted();
      if (result !== "running") return result;
      await new Promise<void>((resolve) => setImmediate(resolve));
      result = this.#machine.step(undefined, budget);
    }
  }

  #see(effect: Effect): void {
    if (staysOpen(effect)) this.#open.set(effect.n, effect);
    else if (effect.kind === "cancel") this.#open.delete(effect.target);
    else if (effect.kind === "log") this.#options.onLine(effect.message);
    else if (effect.kind === "emit") {
      const { type, subject, data } = effect;
      this.#plan(effect, { kind: "emit", type, ...(subject !== undefined && { subject }), data: JSON.parse(data) });
    }
  }

  #plan(effect: Effect, write: Write): void {
    const afterMs = this.#now - this.#options.start.time;
    this.#options.onWrite({ ...write, at: placeOf(this.#origin(effect)), afterMs });
  }

  /** Where an open effect comes from in the author's own files, which may call a library that asks for it. */
  #origin({ n, origin }: Effect): Origin {
    if (!origin.file.startsWith("@")) return origin;
    const { image, start } = this.#options;
    const { fibers } = image.inspect(start, this.#machine.snapshot());
    const frames = fibers.find(({ waitingFor }) => waitingFor.includes(n))?.frames ?? [];
    return frames.findLast(({ at }) => !at.file.startsWith("@"))?.at ?? origin;
  }

  /** What is answered first, in the order in which it was asked for; then the sleep that ends first. */
  async #next(): Promise<Unnumbered<Arrival> | PlanEnd> {
    const open = [...this.#open.values()];
    const first = open.find(({ kind }) => kind === "signal" || kind === "spawn" || kind === "call");
    if (first !== undefined) return this.#answer(first);
    const unknown = [...open.flatMap(waitText), ...this.#signals.map((name) => `a signal ${JSON.stringify(name)}`)];
    if (unknown.length > 0) return stopped(...unknown.map((what) => `it waits for ${what}`));
    const sleeps = open.filter((effect) => effect.kind === "sleep");
    const soonest = sleeps.toSorted((a, b) => a.until - b.until)[0];
    if (soonest === undefined) return stopped("it waits for nothing that could come");
    this.#now = Math.max(this.#now, soonest.until);
    if (this.#now - this.#options.start.time > mostMs)
      return stopped(`it sleeps for more than ${formatDuration(mostMs)}`);
    this.#open.delete(soonest.n);
    return { kind: "answer", effect: soonest.n };
  }

  async #answer(effect: OpenEffect): Promise<Unnumbered<Arrival> | PlanEnd> {
    this.#open.delete(effect.n);
    const answered = (value: WireText): Unnumbered<Arrival> => ({ kind: "answer", effect: effect.n, value });
    if (effect.kind === "signal") {
      const { runId: run, name, payload } = effect;
      this.#plan(effect, { kind: "signal", run, name, payload: JSON.parse(payload) });
      return answered(encodeWire(true));
    }
    if (effect.kind === "spawn") {
      const { definition, input } = effect;
      this.#plan(effect, { kind: "spawn", ...definition, input: JSON.parse(input) });
      return answered(encodeWire(effect.awaited ? null : `dry-run.${effect.n}`));
    }
    const call = effect as CallEffect;
    if (this.#looksAgain(call)) {
      return stopped(
        `it makes the same call again and again, at ${placeOf(this.#origin(call))}: nothing changes in a dry run that it could wait for`,
      );
    }
    const { answer, write } = await this.#options.calls.perform(call, this.#options.signal);
    if (write !== undefined) this.#plan(call, write);
    return { kind: "answer", effect: call.n, ...answer };
  }

  #looksAgain({ action, input }: CallEffect): boolean {
    const key = `${action} ${input}`;
    const looks = this.#looks.get(key) ?? { at: -1, times: 0 };
    if (looks.at !== this.#now) this.#looks.set(key, { at: this.#now, times: looks.times + 1 });
    return looks.times >= mostLooks;
  }
}

function endOf(outcome: Outcome): PlanEnd {
  if (outcome.kind === "failed") return { state: "failed", error: outcome.error };
  if (outcome.kind === "continued") return stopped(`${outcome.definition.name} takes over`);
  return { state: outcome.kind };
}

function stopped(...why: string[]): PlanEnd {
  return { state: "stopped", why };
}

function waitText(effect: OpenEffect): string[] {
  if (effect.kind === "await") return [`an event: ${describeFilter(effect.filter)}`];
  return effect.kind === "ask" ? [`a person: ${JSON.stringify(effect.task.title)}`] : [];
}
