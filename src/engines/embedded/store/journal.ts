/** The journal: one row per commit of a run. It is the run's history for people, and recomputes what the state lacks. */
import type { JournalItem } from "../../run/journal-item.ts";
import type { Reader } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";

export interface JournalRow {
  /** Number of the first entry. */
  entry: number;
  time: number;
  items: JournalItem[];
  /** `LoadedImage.machineVersion` of what computed the turns. */
  machineVersion: number;
}

const insertRow = statement("INSERT INTO journal (run, entry, body) VALUES (?, ?, ?)", {
  columns: [2],
  scope: "run",
  scopeColumn: 0,
});
const deleteMiddle = statement("DELETE FROM journal WHERE run = ? AND entry > ? AND entry < ?");
const deleteRun = statement("DELETE FROM journal WHERE run = ?");

/** A row's text, from the texts of its items. Most are of the first machine version, which is not written. */
export function journalBody(time: number, items: readonly string[], machineVersion: number): string {
  return `[${time},[${items.join(",")}]${machineVersion === 1 ? "" : `,${machineVersion}`}]`;
}

export class Journal {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** `body` is what `journalBody` answers. */
  append(batch: Batch, run: number, entry: number, body: string): void {
    batch.add(insertRow, run, entry, body);
  }

  /** Rows that begin with an entry or a later one, ascending. */
  rowsFrom(run: number, entry: number, limit: number): JournalRow[] {
    return this.#reader
      .all("SELECT entry, body FROM journal WHERE run = ? AND entry >= ? ORDER BY entry LIMIT ?", run, entry, limit)
      .map((row) => {
        const body = this.#reader.sealer.openText(row["body"], `run/${run}`) ?? "[0,[]]";
        const [time, items, machineVersion = 1] = JSON.parse(body) as [number, JournalItem[], number?];
        return { entry: Number(row["entry"]), time, items, machineVersion };
      });
  }

  /** Rows from the one that holds an entry on, ascending; read in pages. */
  *rowsHolding(run: number, entry: number, page: number): Generator<JournalRow> {
    let from = this.#reader.number("SELECT max(entry) FROM journal WHERE run = ? AND entry <= ?", run, entry);
    for (;;) {
      const rows = this.rowsFrom(run, from, page);
      yield* rows;
      if (rows.length < page) return;
      from = rows.at(-1)!.entry + 1;
    }
  }

  /** Removes what lies between two entries, both kept. */
  thin(batch: Batch, run: number, after: number, before: number): void {
    batch.add(deleteMiddle, run, after, before);
  }

  remove(batch: Batch, run: number): void {
    batch.add(deleteRun, run);
  }
}
