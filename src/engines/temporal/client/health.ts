/** How an engine on Temporal is: what lists told lately, and whether the server answers. */
import type { EngineHealth } from "../../../core/engine.ts";
import type { Clock } from "../../../core/ports.ts";
import type { RunState } from "../../../core/run.ts";
import { stateAttribute } from "../protocol/names.ts";
import { countByStatus, countExecutions, type ExecutionsContext, visibility } from "./executions.ts";

const everyMs = 5000;

/** States that Temporal's status does not tell apart. */
const toldStates = ["waiting", "cancelling", "suspended"] as const satisfies RunState[];

export class HealthWatch {
  readonly #context: ExecutionsContext & { clock: Clock };
  #runsByState: Record<RunState, number> = {
    queued: 0,
    running: 0,
    waiting: 0,
    suspended: 0,
    cancelling: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
  };
  #problem: string | undefined;
  #timer: { cancel(): void } | undefined;
  #isClosed = false;

  private constructor(context: ExecutionsContext & { clock: Clock }) {
    this.#context = context;
  }

  /** Resolves when it has looked once. */
  static async open(context: ExecutionsContext & { clock: Clock }): Promise<HealthWatch> {
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
      this.#runsByState = await countRuns(this.#context);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = (error as Error).message;
    }
  }

  /** `refusal`: why nothing is accepted. */
  health(refusal?: string): EngineHealth {
    const problem = refusal ?? this.#problem;
    return {
      writable: problem === undefined,
      loopAgeMs: 0,
      ...(problem !== undefined && { problem }),
      runsByState: { ...this.#runsByState },
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

async function countRuns(context: ExecutionsContext): Promise<Record<RunState, number>> {
  const runs = visibility.runs(context.taskQueue);
  const byStatus = await countByStatus(context, runs);
  const of = (...statuses: string[]): number => statuses.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
  const open = `${runs} AND ExecutionStatus = 'Running'`;
  const [waiting = 0, cancelling = 0, suspended = 0] = await Promise.all(
    toldStates.map((state) => countExecutions(context, `${open} AND ${visibility.oneOf(stateAttribute, [state])}`)),
  );
  return {
    queued: 0,
    running: Math.max(0, of("Running") - waiting - cancelling - suspended),
    waiting,
    suspended: suspended + of("Paused"),
    cancelling,
    succeeded: of("Completed"),
    failed: of("Failed", "TimedOut"),
    cancelled: of("Canceled", "Terminated"),
  };
}
