/** What a worker hears of the runs that it computes. */
import type { InjectedSinks } from "@temporalio/worker";
import type { Observer } from "../../../core/ports.ts";
import type { HistoryEntry } from "../../../core/run.ts";
import type { RunOfEntries, RunSinks } from "../protocol/run-sinks.ts";

/** Hears of what runs print and how they end, in order. */
export type EntriesListener = (run: RunOfEntries, entries: HistoryEntry[]) => void;

/** So many runs are remembered. */
const mostRuns = 10_000;

/** The SDK complains of what nobody hears, so there are sinks also without a listener. */
export function runSinks(
  listener: EntriesListener | undefined,
  observer: Pick<Observer, "runEnded">,
): InjectedSinks<RunSinks> {
  const heard = listener === undefined ? () => {} : once(listener);
  return {
    autoflow: {
      entries: { fn: (_, run, entries) => heard(run, entries) },
      ended: { fn: (_, definition, state, tookMs) => observer.runEnded(definition, state, tookMs) },
    },
  };
}

/** A workflow task that fails is computed again: its entries are heard once. */
function once(listener: EntriesListener): EntriesListener {
  const last = new Map<string, number>();
  return (run, entries) => {
    const before = last.get(run.id) ?? 0;
    const news = entries.filter(({ seq }) => seq > before);
    if (news.length === 0) return;
    last.delete(run.id);
    last.set(run.id, news.at(-1)!.seq);
    if (last.size > mostRuns) last.delete(last.keys().next().value!);
    listener(run, news);
  };
}
