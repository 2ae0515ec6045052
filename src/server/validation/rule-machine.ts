/** Moves the machine of one rule outside of the engine: nothing of it is stored, and its end is its answer. */
import type { Action, ActionAnswer } from "../../core/action.ts";
import type { Arrival } from "../../core/arrival.ts";
import { type CallEffect, type Effect, staysOpen } from "../../core/effect.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { LoadedImage, Machine, Outcome, RunStart, Turn } from "../../core/program.ts";
import { retryDelay } from "../../core/retry.ts";
import { requirePermitted } from "./permitted-calls.ts";

export interface RuleSurroundings {
  actions: ReadonlyMap<string, Action>;
  clock: Clock;
  log: Log;
}

/** Steps of the VM between two looks at what else there is to do. */
const slice = 100_000;

/** Of a chance that a delay has: the middle. */
const jitter = 0.5;

type Answered = { effect: number } & Partial<ActionAnswer>;

export class RuleMachine {
  readonly #surroundings: RuleSurroundings;
  readonly #start: RunStart;
  readonly #machine: Machine;
  /** Epoch ms. */
  readonly #until: number;
  /** By effect: ends what is under way. */
  readonly #open = new Map<number, AbortController>();
  readonly #answers: Answered[] = [];
  #seq = 0;
  #wake: () => void = () => {};

  constructor(image: LoadedImage, start: RunStart, until: number, surroundings: RuleSurroundings) {
    this.#surroundings = surroundings;
    this.#start = start;
    this.#machine = image.open(start);
    this.#until = until;
  }

  /** What it ends with. Throws VALIDATION_TIMEOUT when the time is over, and VALIDATION_EFFECT_REFUSED. */
  async play(): Promise<Outcome> {
    const { clock } = this.#surroundings;
    const timer = clock.setTimer(Math.max(0, this.#until - clock.now()), () => this.#wake());
    try {
      let arrival: Arrival | undefined;
      for (;;) {
        const { effects, outcome } = await this.#turn(arrival);
        for (const effect of effects) this.#see(effect);
        if (outcome !== undefined) return outcome;
        arrival = await this.#next();
      }
    } finally {
      timer.cancel();
      for (const controller of this.#open.values()) controller.abort();
    }
  }

  /** A long computation leaves room for the server's other work. */
  async #turn(arrival: Arrival | undefined): Promise<Turn> {
    let result = this.#machine.step(arrival, slice);
    while (result === "running") {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      this.#requireTime();
      result = this.#machine.step(undefined, slice);
    }
    return result;
  }

  #see(effect: Effect): void {
    requirePermitted(effect, this.#until);
    if (effect.kind === "log") {
      const { project, trigger } = this.#start;
      this.#surroundings.log[effect.level]("a rule says", { project, rule: trigger, message: effect.message });
    }
    if (effect.kind === "cancel") this.#close(effect.target);
    if (!staysOpen(effect)) return;
    const controller = new AbortController();
    this.#open.set(effect.n, controller);
    if (effect.kind === "sleep") this.#sleep(effect.n, effect.until, controller.signal);
    if (effect.kind === "call") void this.#call(effect, controller.signal);
  }

  #close(n: number): void {
    this.#open.get(n)?.abort();
    this.#open.delete(n);
  }

  #sleep(n: number, until: number, signal: AbortSignal): void {
    const { clock } = this.#surroundings;
    const timer = clock.setTimer(Math.max(0, until - clock.now()), () => this.#answer({ effect: n }));
    signal.addEventListener("abort", () => timer.cancel(), { once: true });
  }

  /** Tries as often as the policy says and time allows. */
  async #call(effect: CallEffect, signal: AbortSignal): Promise<void> {
    const { actions, clock } = this.#surroundings;
    const action = actions.get(effect.action)!;
    const policy = { ...action.retry, ...effect.retry };
    const firstAttemptAt = clock.now();
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(effect, { attempt, firstAttemptAt, signal });
      if (signal.aborted) return;
      if ("value" in answer) return this.#answer({ effect: effect.n, value: answer.value });
      const elapsedMs = clock.now() - firstAttemptAt;
      const delay = retryDelay({ policy, attempt, failure: answer.error, elapsedMs, jitter });
      if (delay === undefined || clock.now() + delay >= this.#until) {
        return this.#answer({ effect: effect.n, error: { ...answer.error, attempts: attempt } });
      }
      await pause(clock, delay, signal);
      if (signal.aborted) return;
    }
  }

  async #attempt(
    { n, action: name, input, timeoutMs }: CallEffect,
    rest: { attempt: number; firstAttemptAt: number; signal: AbortSignal },
  ): Promise<ActionAnswer> {
    const { actions, clock } = this.#surroundings;
    const { runId, project } = this.#start;
    const action = actions.get(name)!;
    const left = Math.max(1, this.#until - clock.now());
    try {
      return await action.perform({
        input,
        runId,
        project,
        idempotencyKey: `${runId}.${n}`,
        timeoutMs: Math.min(timeoutMs ?? action.timeoutMs, left),
        ...rest,
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { error: { type: "action", code: "INTERNAL", message, retryable: false } };
    }
  }

  #answer(answered: Answered): void {
    if (!this.#open.delete(answered.effect)) return;
    this.#answers.push(answered);
    this.#wake();
  }

  async #next(): Promise<Arrival> {
    const { clock } = this.#surroundings;
    while (this.#answers.length === 0) {
      this.#requireTime();
      if (this.#open.size === 0) {
        throw new AutoFlowError("VALIDATION_EFFECT_REFUSED", "a rule only reads, and this one waits for a signal");
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#requireTime();
    return {
      kind: "answer",
      ...this.#answers.shift()!,
      seq: ++this.#seq,
      time: Math.max(this.#start.time, clock.now()),
    };
  }

  #requireTime(): void {
    if (this.#surroundings.clock.now() < this.#until) return;
    throw new AutoFlowError("VALIDATION_TIMEOUT", `the rule ${this.#start.trigger} has not answered in time`);
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(ms, resolve);
    signal.addEventListener(
      "abort",
      () => {
        timer.cancel();
        resolve();
      },
      { once: true },
    );
  });
}
