/** Who hears of entries of the history, and waits for more of a run. Outlives failures of the store. */
import type { ActiveRun } from "./active-run.ts";
import type { Core, RunOfEntries } from "./core.ts";
import type { HistoryRow } from "../run/history-text.ts";
import type { JournalItem } from "../run/journal-item.ts";

/** Hears of what a run did, after its commit. */
export type OnHistory = (run: RunOfEntries, row: HistoryRow) => void;

export class HistoryFeed {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #onHistory: OnHistory | undefined;

  constructor(onHistory: OnHistory | undefined) {
    this.#onHistory = onHistory;
  }

  /** A run has put entries into the next commit; a listener hears of them after it. */
  gathered(core: Core, run: ActiveRun, firstEntry: number, items: JournalItem[]): void {
    const listener = this.#onHistory;
    if (listener === undefined) return;
    const time = core.now;
    core.committer.onCommitted(() => {
      const { uuid: id, project, trigger } = run.record;
      listener({ id, project, definition: run.definition, trigger }, { entry: firstEntry, time, items });
    });
  }

  /** Resolves at the run's next commit, or when the signal aborts. */
  next(runId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let waiting = this.#waiting.get(runId);
      if (waiting === undefined) this.#waiting.set(runId, (waiting = new Set()));
      const done = (): void => {
        waiting.delete(done);
        if (waiting.size === 0 && this.#waiting.get(runId) === waiting) this.#waiting.delete(runId);
        signal.removeEventListener("abort", done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }

  /** A commit of the run has ended: those who wait look again. They may have begun to wait while it was under way. */
  wake(runId: string): void {
    for (const done of Array.from(this.#waiting.get(runId) ?? [])) done();
  }
}
