/** Who waits for runs to wait or to end. Outlives failures of the store; a run is known by its number. */
import type { Outcome } from "../../core/program.ts";
import type { Settled } from "../../core/workflows.ts";
import type { ActiveRun } from "./active-run.ts";
import type { StoredOutcome, StoredRun } from "./store/runs.ts";

export class Settling {
  readonly #waiting = new Map<number, PromiseWithResolvers<Settled>>();

  get size(): number {
    return this.#waiting.size;
  }

  /** How the run stands once it waits, or has ended. Never rejects. */
  when(run: number): Promise<Settled> {
    let waiting = this.#waiting.get(run);
    if (waiting === undefined) this.#waiting.set(run, (waiting = Promise.withResolvers<Settled>()));
    return waiting.promise;
  }

  isAwaited(run: number): boolean {
    return this.#waiting.has(run);
  }

  /** The run stands still, and that is on disk. */
  settle(run: number, settled: Settled): void {
    this.#waiting.get(run)?.resolve(settled);
    this.#waiting.delete(run);
  }

  /** What was asked for is not on disk: nobody waits any more. */
  drop(run: number): void {
    this.#waiting.delete(run);
  }

  /** The runs that somebody waits for. */
  awaited(): number[] {
    return [...this.#waiting.keys()];
  }
}

/** How a run in memory stands. */
export function settledRun(run: ActiveRun): Settled {
  return settled(run.storedStatus, run.outcome, dataOf(run));
}

/** How a run stands that is not in memory. `dataOfState` looks into its state. */
export function settledRow(row: StoredRun, dataOfState: () => string | undefined): Settled {
  const outcome = row.outcome === undefined ? undefined : (JSON.parse(row.outcome) as StoredOutcome);
  const data = outcome?.data ?? (outcome?.kind === "succeeded" ? outcome.value : dataOfState());
  return settled(row.status, outcome, data);
}

function settled(state: Settled["state"], outcome: Outcome | undefined, data: string | undefined): Settled {
  const result: Settled = { state };
  const shown = data ?? (outcome?.kind === "succeeded" ? outcome.value : undefined);
  if (shown !== undefined) result.data = shown;
  if (outcome?.kind === "failed") result.error = outcome.error;
  return result;
}

/** The data that a machine works on, or ended with. A machine that cannot say has none. */
export function dataOf({ machine }: ActiveRun): string | undefined {
  try {
    return machine.data?.();
  } catch {
    return undefined;
  }
}
