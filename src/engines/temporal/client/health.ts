/** How an engine on Temporal is: what lists told lately, and whether the server answers. */
import type { EngineHealth } from "../../../core/engine.ts";
import { type RunState, runStates } from "../../../core/run.ts";
import type { TemporalContext } from "./context.ts";
import { visibility } from "./executions.ts";
import { runsInStates } from "./run-statistics.ts";

export type HealthContext = Pick<TemporalContext, "client" | "namespace" | "taskQueue" | "registry" | "clock">;

const everyMs = 5000;

export class HealthWatch {
  readonly #context: HealthContext;
  #runsByState: Partial<Record<RunState, number>> = {};
  #problem: string | undefined;
  #timer: { cancel(): void } | undefined;
  #isClosed = false;

  private constructor(context: HealthContext) {
    this.#context = context;
  }

  /** Resolves when it has looked once. */
  static async open(context: HealthContext): Promise<HealthWatch> {
    const watch = new HealthWatch(context);
    await watch.refresh();
    watch.#arm();
    return watch;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  /** Never rejects: what goes wrong is the answer. */
  async refresh(): Promise<void> {
    try {
      this.#runsByState = await runsInStates(this.#context, visibility.runs(this.#context.taskQueue));
      this.#problem = undefined;
    } catch (error) {
      this.#problem = (error as Error).message;
    }
  }

  /** `refusal`: why nothing is accepted. */
  health(refusal?: string): EngineHealth {
    const problem = refusal ?? this.#problem;
    const counts = runStates.map((state) => [state, this.#runsByState[state] ?? 0] as const);
    return {
      writable: problem === undefined,
      ...(problem !== undefined && { problem }),
      runsByState: Object.fromEntries(counts) as Record<RunState, number>,
      loopAgeMs: 0,
      eventLag: 0,
      oldestReadyMs: 0,
      databaseBytes: 0,
      walBytes: 0,
    };
  }

  #arm(): void {
    if (this.#isClosed) return;
    this.#timer = this.#context.clock.setTimer(everyMs, () => void this.refresh().then(() => this.#arm()));
  }
}
