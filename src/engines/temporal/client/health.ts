/** How the engine is, as far as this process knows: it is told at once, so what takes a request is polled now and then. */
import type { EngineHealth } from "../../../core/engine.ts";
import { type RunState, runStates } from "../../../core/run.ts";
import type { TemporalContext } from "./context.ts";
import { visibility } from "./executions.ts";
import type { ListContext } from "./run-list.ts";
import { runsInStates } from "./statistics.ts";

/** Counts are at most so old while somebody asks, and older while nobody does. */
const freshMs = 2000;
const idleMs = 60_000;
/** How often the loop is looked at. */
const beatMs = 500;

export type HealthContext = ListContext & Pick<TemporalContext, "log">;

type Counts = Record<RunState, number>;

export class HealthWatch {
  readonly #context: HealthContext;
  readonly #timer: NodeJS.Timeout;
  #counts: Partial<Counts> = {};
  #countedAt = -Infinity;
  #counting: Promise<void> | undefined;
  /** Why Temporal cannot be used; undefined while it can. */
  #trouble: string | undefined;
  #beatAt = performance.now();
  #isClosed = false;

  private constructor(context: HealthContext) {
    this.#context = context;
    this.#timer = setInterval(() => this.#beat(), beatMs);
    this.#timer.unref();
  }

  /** Resolves once all runs have been counted for the first time, or that has failed. */
  static async open(context: HealthContext): Promise<HealthWatch> {
    const watch = new HealthWatch(context);
    await watch.refresh();
    return watch;
  }

  /** `refusal`: why the engine takes nothing. */
  health(refusal: string | undefined): EngineHealth {
    if (!this.#isClosed && performance.now() - this.#countedAt > freshMs) void this.refresh();
    const problem = refusal ?? this.#trouble;
    return {
      writable: problem === undefined,
      loopAgeMs: this.#isClosed ? 0 : Math.max(0, performance.now() - this.#beatAt - beatMs),
      ...(problem !== undefined && { problem }),
      runsByState: Object.fromEntries(runStates.map((state) => [state, this.#counts[state] ?? 0])) as Counts,
      // What waits and how much is stored is Temporal's affair: its own metrics tell.
      eventLag: 0,
      oldestReadyMs: 0,
      databaseBytes: 0,
      walBytes: 0,
    };
  }

  /** Counts anew. Never rejects. */
  refresh(): Promise<void> {
    return (this.#counting ??= this.#count().finally(() => (this.#counting = undefined)));
  }

  /** Nothing is counted any more unless it is asked for. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #count(): Promise<void> {
    const { log, taskQueue } = this.#context;
    try {
      this.#counts = await runsInStates(this.#context, visibility.runs(taskQueue));
      if (this.#trouble !== undefined) log.info("Temporal can be used again");
      this.#trouble = undefined;
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (this.#trouble === undefined) log.error("Temporal cannot be used", { error: trouble });
      this.#trouble = trouble;
    }
    this.#countedAt = performance.now();
  }

  #beat(): void {
    this.#beatAt = performance.now();
    const limit = this.#trouble === undefined ? idleMs : freshMs;
    if (this.#beatAt - this.#countedAt > limit) void this.refresh();
  }
}
