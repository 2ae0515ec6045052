/** What the process of a worker hears while it computes a run, before that is durable. */
import type { HistoryEntry } from "../../../core/run.ts";

/** The run that entries are of. */
export interface RunOfEntries {
  id: string;
  project: string;
  definition: string;
  trigger: string;
}

/** What runs print, and how they end. */
export type RunSinks = {
  autoflow: {
    entries(run: RunOfEntries, entries: HistoryEntry[]): void;
    /** For metrics: `tookMs` includes waits. A workflow task that fails is computed again, and tells again. */
    ended(definition: string, state: EndState, tookMs: number): void;
  };
};

export type EndState = "succeeded" | "failed" | "cancelled";
