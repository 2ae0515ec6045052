/** Performs calls through actions: after the commit that contains them, at least once, with the same key on every attempt. */
import type { Action, ActionAnswer, ActionCall } from "../../core/action.ts";
import type { Failure } from "../../core/failure.ts";
import { idempotencyKey } from "../../core/ids.ts";
import type { WireText } from "../../core/wire.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import type { OpenCall } from "../run/ledger.ts";
import { delayBeforeNext } from "../run/next-attempt.ts";
import { record, release } from "./recording.ts";

export class Performer {
  readonly #core: Core;
  readonly #underWay = new Set<Attempt>();
  #stopped = false;
  #closed = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Attempts whose outcome is not known yet. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Starts the attempt whose number has just been committed. */
  start(run: ActiveRun, effect: number): void {
    const entry = run.ledger.open.get(effect) as OpenCall | undefined;
    if (entry === undefined || this.#stopped) return;
    const action = this.#core.options.actions.get(entry.effect.action);
    if (action === undefined) {
      const message = `there is no action ${JSON.stringify(entry.effect.action)}`;
      this.#settle(run, entry, { error: { type: "action", code: "ACTION_UNKNOWN", message, retryable: false } });
      return;
    }
    this.#perform(run, entry, action);
  }

  /** The delay before the next attempt of a call is over. */
  retry(run: ActiveRun, entry: OpenCall): void {
    if (entry.next === undefined || entry.next > this.#core.now) return;
    this.#begin(run, entry, entry.free);
  }

  /** An attempt was under way when the process ended: what became of it is not known, so it is made again. */
  resumeInterrupted(run: ActiveRun, entry: OpenCall): void {
    this.#begin(run, entry, entry.free + 1);
  }

  /** No further attempt starts; those under way go on. */
  stop(): void {
    this.#stopped = true;
  }

  /** Attempts under way are aborted, and what becomes of them is not heard any more. */
  close(): void {
    this.#stopped = true;
    this.#closed = true;
    for (const attempt of this.#underWay) attempt.abort();
  }

  #begin(run: ActiveRun, entry: OpenCall, free: number): void {
    const effect = entry.effect.n;
    release(run, effect);
    record(run, { attempt: { effect, attempt: entry.attempt + 1, free } });
    run.toPerform.push(effect);
    this.#core.makeReady(run);
  }

  #perform(run: ActiveRun, entry: OpenCall, action: Action): void {
    const attempt = new Attempt(run, entry, action);
    const startedAt = performance.now();
    const ended = (answer: ActionAnswer): void => {
      this.#core.options.observer.attemptEnded(action.name, "value" in answer, performance.now() - startedAt);
      this.#settle(run, entry, answer);
    };
    let answer: ActionAnswer | Promise<ActionAnswer>;
    try {
      answer = action.perform(attempt);
    } catch (error) {
      answer = { error: this.#unexpected(action, error) };
    }
    if (!(answer instanceof Promise)) {
      ended(answer);
      return;
    }
    this.#underWay.add(attempt);
    run.aborts.set(entry.effect.n, attempt);
    void this.#await(answer, action).then((settled): void => {
      this.#underWay.delete(attempt);
      run.aborts.delete(entry.effect.n);
      ended(settled);
      return undefined;
    });
  }

  async #await(answer: Promise<ActionAnswer>, action: Action): Promise<ActionAnswer> {
    try {
      return await answer;
    } catch (error) {
      return { error: this.#unexpected(action, error) };
    }
  }

  #unexpected(action: Action, error: unknown): Failure {
    this.#core.options.log.error("an action threw", { action: action.name, error: String(error) });
    return {
      type: "action",
      code: "ACTION_INPUT_INVALID",
      message: `the action ${action.name} failed`,
      retryable: false,
    };
  }

  #settle(run: ActiveRun, entry: OpenCall, answer: ActionAnswer): void {
    const effect = entry.effect.n;
    if (this.#closed || run.phase === "gone" || run.ledger.open.get(effect) !== entry) return;
    if ("value" in answer) {
      this.#core.deliver(run, { incoming: { kind: "answer", effect, value: answer.value } });
      return;
    }
    const delay = this.#delay(run, entry, answer.error);
    if (delay === undefined) {
      const error = { ...answer.error, attempts: entry.attempt };
      this.#core.deliver(run, { incoming: { kind: "answer", effect, error } });
      return;
    }
    record(run, { failed: { effect, attempt: entry.attempt, error: answer.error, next: this.#core.now + delay } });
    this.#core.makeReady(run);
  }

  #delay(run: ActiveRun, entry: OpenCall, failure: Failure): number | undefined {
    const action = this.#core.options.actions.get(entry.effect.action);
    if (action === undefined) return undefined;
    return delayBeforeNext(run.record.uuid, entry, action.retry, failure, this.#core.now);
  }
}

/** One try. The abort signal is only made for actions that want one. */
class Attempt implements ActionCall {
  readonly runId: string;
  readonly project: string;
  readonly input: WireText;
  readonly attempt: number;
  readonly firstAttemptAt: number;
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  #controller: AbortController | undefined;

  constructor(run: ActiveRun, entry: OpenCall, action: Action) {
    this.runId = run.record.uuid;
    this.project = run.record.project;
    this.input = entry.effect.input;
    this.attempt = entry.attempt;
    this.firstAttemptAt = entry.since;
    this.idempotencyKey = idempotencyKey(run.record.uuid, entry.effect.repeats ?? entry.effect.n, entry.epoch);
    this.timeoutMs = entry.effect.timeoutMs ?? action.timeoutMs;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller?.abort();
  }
}
