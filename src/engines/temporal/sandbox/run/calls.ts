/** Calls of a run: each attempt is an activity, or a workflow of its own where it may take long. The host decides on the next. */
import { type ActivityOptions, CancellationScope, scheduleActivity } from "@temporalio/workflow";
import type { Failure } from "../../../../core/failure.ts";
import { defaultRetry, type RetryPolicy } from "../../../../core/retry.ts";
import { isCall, type OpenCall } from "../../../run/ledger.ts";
import { delayBeforeNext } from "../../../run/next-attempt.ts";
import type { PerformAnswer, PerformInput } from "../../protocol/activities.ts";
import type { RunMessage } from "../../protocol/run.ts";
import type { HostedRun } from "./hosted-run.ts";
import { eventsOf } from "./length.ts";
import type { Outside } from "./outside.ts";

/** An attempt that may take longer is a long call: a run waits for others before it continues in a new execution. */
const longCallMs = 50_000;
/** Beyond an attempt's own time limit, which the action keeps. */
const marginMs = 10_000;
/** A worker that is gone is noticed within this. */
const heartbeatMs = 10_000;
/** So many activities are begun in one execution, and with that under way at a time: each is three events of history. */
const mostBegun = 80;

/** Where only another attempt helps: the worker has died. The same attempt is made again. */
const retry = { initialInterval: "500ms", maximumInterval: "10s" } as const;

export class Calls {
  readonly #run: HostedRun;
  readonly #outside: Outside;
  /** To be performed, in order. */
  #waiting: number[] = [];
  readonly #underWay = new Map<number, CancellationScope>();
  /** Of calls that have ended without being cancelled: to be used again, since a scope is several promises. */
  readonly #freeScopes: CancellationScope[] = [];
  /** Effects whose long calls are under way. */
  readonly #long: Set<number>;
  #begun = 0;
  /** The run is about to continue in a new execution: nothing more is begun in this one. */
  isHeld = false;

  constructor(run: HostedRun, outside: Outside) {
    this.#run = run;
    this.#outside = outside;
    this.#long = new Set(run.input.carry?.long);
    for (const [n, entry] of run.ledger.open) {
      const isDone = this.#long.has(n) || run.inbox.hasResult(n);
      if (isCall(entry) && entry.next === undefined && !isDone) this.#waiting.push(n);
    }
  }

  /** No attempt is under way that would end with this execution. */
  get isIdle(): boolean {
    return this.#underWay.size === 0;
  }

  /** No more may be begun in this execution. */
  get isExhausted(): boolean {
    return this.#begun >= mostBegun;
  }

  /** Begins the attempt that the ledger says is the current one. */
  begin(effect: number): void {
    this.#waiting.push(effect);
    this.flush();
  }

  /** Begins what waits, as far as it may. */
  flush(): void {
    while (this.#waiting.length > 0 && !this.isHeld && !this.isExhausted && !this.#run.isUnheard) {
      const call = this.#find(this.#waiting.shift()!);
      if (call !== undefined) this.#perform(call);
    }
  }

  /** The delay before the next attempt is over. */
  again(call: OpenCall): void {
    const effect = call.effect.n;
    this.#run.record({ attempt: { effect, attempt: call.attempt + 1, free: call.free } });
    this.begin(effect);
  }

  /** Nobody waits for it any more. */
  close(effect: number): void {
    this.#underWay.get(effect)?.cancel();
    const call = this.#find(effect);
    if (!this.#long.delete(effect) || call === undefined) return;
    const { id } = this.#run;
    this.#run.guard(this.#outside.endLongCall({ runId: id, effect, attempt: call.attempt }));
  }

  /** At the run's end: activities end with it by themselves. */
  end(): void {
    for (const effect of Array.from(this.#long)) this.close(effect);
  }

  /** What a long call has answered. */
  heard({ effect, attempt, value, error }: Extract<RunMessage, { kind: "answer" }>): void {
    const call = this.#find(effect);
    if (call?.attempt !== attempt?.attempt || !this.#long.delete(effect)) return;
    const answer = error === undefined ? { value: value! } : { error };
    this.#settle(effect, call!.attempt, { ...answer, ...(attempt?.retry !== undefined && { retry: attempt.retry }) });
  }

  carried(): number[] {
    return [...this.#long];
  }

  #find(effect: number): OpenCall | undefined {
    const entry = this.#run.ledger.open.get(effect);
    return entry !== undefined && isCall(entry) ? entry : undefined;
  }

  #perform(call: OpenCall): void {
    this.#run.length.add(eventsOf.call, call.effect.input.length);
    const { n, timeoutMs = longCallMs } = call.effect;
    if (timeoutMs > longCallMs) return this.#beginLong(call);
    this.#begun++;
    const scope = this.#freeScopes.pop() ?? new CancellationScope({ cancellable: true });
    this.#underWay.set(n, scope);
    const options: ActivityOptions = {
      startToCloseTimeout: timeoutMs + marginMs,
      heartbeatTimeout: heartbeatMs,
      cancellationType: "TRY_CANCEL",
      retry,
    };
    const { attempt } = call;
    const performed = scope.run(() => scheduleActivity<PerformAnswer>("perform", [this.#input(call)], options));
    const hear = (answer: PerformAnswer): void => this.#hear(n, attempt, answer);
    this.#run.guard(performed.then(hear, (error: unknown) => hear({ error: lost(error) })));
  }

  #hear(effect: number, attempt: number, answer: PerformAnswer): void {
    const scope = this.#underWay.get(effect)!;
    if (!scope.consideredCancelled) this.#freeScopes.push(scope);
    this.#underWay.delete(effect);
    this.#settle(effect, attempt, answer);
    this.#run.wake();
  }

  #beginLong(call: OpenCall): void {
    this.#long.add(call.effect.n);
    this.#run.guard(this.#outside.beginLongCall(this.#input(call)));
  }

  #input({ effect, attempt, since, epoch }: OpenCall): PerformInput {
    const { n, action, input, timeoutMs, repeats } = effect;
    return {
      runId: this.#run.id,
      project: this.#run.start.project,
      call: {
        n,
        action,
        input,
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(repeats !== undefined && { repeats }),
      },
      attempt,
      ...(attempt > 1 && { since }),
      epoch,
    };
  }

  #settle(effect: number, attempt: number, answer: PerformAnswer): void {
    const call = this.#find(effect);
    if (call === undefined || call.attempt !== attempt || call.next !== undefined) return;
    if (answer === "long") return this.#beginLong(call);
    if ("value" in answer) {
      this.#run.length.add(0, answer.value.length);
      return this.#run.answer(effect, { value: answer.value });
    }
    const { error } = answer;
    const { id, now } = this.#run;
    const policy: RetryPolicy | undefined = answer.retry && { ...defaultRetry, ...answer.retry };
    const delay = policy && delayBeforeNext(id, call, policy, error, now);
    if (delay === undefined) this.#run.answer(effect, { error: { ...error, attempts: attempt } });
    else this.#run.record({ failed: { effect, attempt, error, next: now + delay } });
  }
}

/** An activity that cannot be made at all; its own failures are answers. */
function lost(error: unknown): Failure {
  const { cause } = error as { cause?: unknown };
  const message = `the call could not be performed: ${String(cause ?? error)}`;
  return { type: "action", code: "INTERNAL_ERROR", message, retryable: false };
}
