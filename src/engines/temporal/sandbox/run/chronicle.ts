/** What happened to a run in this execution, for people. */
import type { NodeVisit } from "../../../../core/effect.ts";
import type { HistoryEntry } from "../../../../core/run.ts";
import { type HistoryRow, toEntries, visitsIn } from "../../../run/history-text.ts";
import { entriesOf, type JournalItem } from "../../../run/journal-item.ts";

/** The first rows are kept, and the last. */
const head = 100;
const tail = 10_000;
/** Rows are dropped so many at a time. */
const dropped = 1000;

export class Chronicle {
  /** Number of the first entry. */
  readonly first: number;
  readonly #rows: HistoryRow[] = [];

  constructor(first: number) {
    this.first = first;
  }

  /** Answers how many entries it makes. */
  add(entry: number, time: number, item: JournalItem): number {
    this.#rows.push({ entry, time, items: [item] });
    if (this.#rows.length >= head + tail + dropped) this.#rows.splice(head, dropped);
    return Math.max(1, entriesOf(item));
  }

  /** Entries after a number, in order. */
  entries(after: number, limit: number): HistoryEntry[] {
    const entries: HistoryEntry[] = [];
    for (const row of this.#rows) {
      if (entries.length >= limit) break;
      if (row.entry + Math.max(1, entriesOf(row.items[0]!)) <= after + 1) continue;
      entries.push(...toEntries(row).filter(({ seq }) => seq > after));
    }
    return entries.slice(0, Math.max(0, limit));
  }

  visits(): NodeVisit[] {
    return visitsIn(this.#rows);
  }
}
