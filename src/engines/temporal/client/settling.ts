/** Waits for runs to stand still: to wait for something that may take long, or to have ended. */
import { AutoFlowError } from "../../../core/errors.ts";
import { hasEnded, type OpenEffectView } from "../../../core/run.ts";
import type { Settled } from "../../../core/workflows.ts";
import { childRunId } from "../protocol/derived-ids.ts";
import type { RunView } from "../protocol/run.ts";
import { type Ending, whenEnded } from "./endings.ts";
import { describeRun, type ExecutionsContext } from "./executions.ts";
import { pause } from "./reach.ts";
import type { RunQueries } from "./run-queries.ts";
import { settledOf } from "./run-views.ts";

/** Pauses between two looks at a run. */
const firstLookMs = 30;
const slowestLookMs = 2000;
const slowdown = 1.4;
/** At a drain those who wait are told by then how their runs stand. */
const drainGraceMs = 3000;

export class Settling {
  readonly #context: ExecutionsContext;
  readonly #queries: RunQueries;
  readonly #drained = new AbortController();
  readonly #pending = new Set<Promise<Settled>>();

  constructor(context: ExecutionsContext, queries: RunQueries) {
    this.#context = context;
    this.#queries = queries;
  }

  /** How the run stands once it stands still, or at a drain. Never rejects. */
  when(runId: string): Promise<Settled> {
    const settled = this.#settle(runId);
    this.#pending.add(settled);
    void settled.then(() => this.#pending.delete(settled));
    return settled;
  }

  /** Nobody waits any more once this resolves. */
  async drain(): Promise<void> {
    const done = new AbortController();
    await Promise.race([Promise.all(this.#pending), pause(drainGraceMs, done.signal)]);
    done.abort();
    this.#drained.abort();
    await Promise.all(this.#pending);
  }

  async #settle(runId: string): Promise<Settled> {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#drained.signal]);
    const last: { view?: RunView } = {};
    try {
      const ending = await Promise.race([
        whenEnded(this.#context, runId, signal),
        this.#untilStill(runId, signal, last),
      ]);
      return await this.#told(runId, ending, last.view);
    } catch {
      return settledOf({ state: "running" }, last.view);
    } finally {
      stop.abort();
    }
  }

  async #told(runId: string, ending: Ending | undefined, seen: RunView | undefined): Promise<Settled> {
    const view = ending === undefined || ending === "gone" ? seen : ending.view;
    if (view !== undefined) return settledOf({ state: view.state }, view);
    const execution = await describeRun(this.#context, runId);
    if (execution?.endedAt === undefined) return settledOf(execution ?? { state: "queued" }, seen);
    // A run that was cancelled leaves no result: a worker tells what there was.
    const last = await this.#look(runId);
    return settledOf(execution, last && { ...last, state: execution.state });
  }

  /** Looks again and again, ever more slowly. What it saw last is in `last`. */
  async #untilStill(runId: string, signal: AbortSignal, last: { view?: RunView }): Promise<undefined> {
    for (let ms = firstLookMs; !signal.aborted; ms = Math.min(ms * slowdown, slowestLookMs)) {
      await pause(ms, signal);
      const view = await this.#look(runId);
      if (view === undefined) continue;
      last.view = view;
      if (!hasEnded(view.state) && (await this.#standsStill(runId, view))) return;
    }
  }

  /** Waits for nothing that is being done: no action, no child that does something. */
  async #standsStill(runId: string, { state, openEffects }: RunView): Promise<boolean> {
    if (state === "suspended") return true;
    if (state !== "waiting" || openEffects.some(isUnderWay)) return false;
    const children = openEffects.filter(({ kind }) => kind === "spawn");
    for (const { n } of children) if (await this.#isBusy(childRunId(runId, n))) return false;
    return true;
  }

  async #isBusy(runId: string): Promise<boolean> {
    const view = await this.#look(runId);
    if (view?.continuedAs !== undefined) return this.#isBusy(view.continuedAs);
    return view === undefined || hasEnded(view.state) || !(await this.#standsStill(runId, view));
  }

  /** Undefined while it cannot be told. */
  async #look(runId: string): Promise<RunView | undefined> {
    try {
      return await this.#queries.view(runId);
    } catch (error) {
      if (error instanceof AutoFlowError) return undefined;
      throw error;
    }
  }
}

/** A call whose next attempt is later is waited for as a timer is. Signals and starts are answered by whoever has them. */
function isUnderWay({ kind, nextAttemptAt, awaited }: OpenEffectView): boolean {
  if (kind === "call") return nextAttemptAt === undefined;
  return kind === "signal" || (kind === "spawn" && awaited === false);
}
