/** How the engine is, as far as this process knows: it is told at once, so what takes a request is polled now and then. */
import type { EngineHealth } from "../../../core/engine.ts";
import { type RunState, runStates } from "../../../core/run.ts";
import type { TemporalContext } from "./context.ts";
import { countExecutions, visibility } from "./executions.ts";
import { reach } from "./reach.ts";
import type { ListContext } from "./run-list.ts";
import { runsInStates } from "./statistics.ts";
import { runsWithOpenTasks } from "./tasks.ts";

/** What is told is at most so old while somebody asks, and older while nobody does. */
const freshMs = 2000;
const idleMs = 60_000;
/** How often the loop is looked at. */
const beatMs = 500;

export type HealthContext = ListContext & Pick<TemporalContext, "log">;

export interface HealthOptions {
  /** Whether runs are counted: that takes some searches, of which a Temporal server allows few. */
  counts: boolean;
}

type Counts = Record<RunState, number>;

export class HealthWatch {
  readonly #context: HealthContext;
  readonly #options: HealthOptions;
  readonly #timer: NodeJS.Timeout;
  #counts: Partial<Counts> = {};
  /** Runs of which a task is open; most have one. */
  #openTasks = 0;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  /** Why Temporal cannot be used; undefined while it can. */
  #trouble: string | undefined;
  #beatAt = performance.now();
  /** The last count failed. */
  #isUncounted = false;
  #isClosed = false;

  private constructor(context: HealthContext, options: HealthOptions) {
    this.#context = context;
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(), beatMs);
    this.#timer.unref();
  }

  /** Resolves once Temporal has been asked for the first time, or that has failed. */
  static async open(context: HealthContext, options: HealthOptions = { counts: true }): Promise<HealthWatch> {
    const watch = new HealthWatch(context, options);
    await watch.refresh();
    return watch;
  }

  /** `refusal`: why the engine takes nothing. */
  health(refusal: string | undefined): EngineHealth {
    if (!this.#isClosed && performance.now() - this.#lookedAt > freshMs) void this.refresh();
    const problem = refusal ?? this.#trouble;
    return {
      writable: problem === undefined,
      loopAgeMs: this.#isClosed ? 0 : Math.max(0, performance.now() - this.#beatAt - beatMs),
      ...(problem !== undefined && { problem }),
      runsByState: Object.fromEntries(runStates.map((state) => [state, this.#counts[state] ?? 0])) as Counts,
      // What waits and how much is stored is Temporal's affair: its own metrics tell.
      eventLag: 0,
      openTasks: this.#openTasks,
      oldestReadyMs: 0,
      databaseBytes: 0,
      walBytes: 0,
    };
  }

  /** Looks anew. Never rejects. */
  refresh(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)));
  }

  /** Nothing is counted any more unless it is asked for. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { log } = this.#context;
    const trouble = await this.#troubleNow();
    if (trouble === undefined && this.#trouble !== undefined) log.info("Temporal can be used again");
    if (trouble !== undefined && this.#trouble === undefined) log.error("Temporal cannot be used", { error: trouble });
    this.#trouble = trouble;
    if (trouble === undefined && this.#options.counts) await this.#count();
    this.#lookedAt = performance.now();
  }

  /** A request that searches nothing: a server that is only busy with searches can be used. */
  async #troubleNow(): Promise<string | undefined> {
    const { client, namespace } = this.#context;
    try {
      await reach(client, () => client.workflowService.describeNamespace({ namespace }));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Counts that cannot be had stay what they were. */
  async #count(): Promise<void> {
    const { log, taskQueue } = this.#context;
    try {
      const runs = visibility.runs(taskQueue);
      this.#counts = await runsInStates(this.#context, runs);
      this.#openTasks = await countExecutions(this.#context, `${runs} AND ${runsWithOpenTasks}`);
      this.#isUncounted = false;
    } catch (error) {
      if (!this.#isUncounted) log.warn("runs cannot be counted now", { error });
      this.#isUncounted = true;
    }
  }

  #beat(): void {
    this.#beatAt = performance.now();
    const limit = this.#trouble === undefined ? idleMs : freshMs;
    if (this.#beatAt - this.#lookedAt > limit) void this.refresh();
  }
}
