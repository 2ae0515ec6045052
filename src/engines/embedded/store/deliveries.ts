/** Events whose delivery to waiting runs goes on in a later commit, and small facts about the database. */
import type { Reader } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";

const insertDelivery = statement("INSERT OR REPLACE INTO deliveries (event, after_run) VALUES (?, ?)");
const deleteDelivery = statement("DELETE FROM deliveries WHERE event = ?");
const setMeta = statement("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");

export interface Delivery {
  event: number;
  afterRun: number;
}

export class Deliveries {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  continueAfter(batch: Batch, delivery: Delivery): void {
    batch.add(insertDelivery, delivery.event, delivery.afterRun);
  }

  finish(batch: Batch, event: number): void {
    batch.add(deleteDelivery, event);
  }

  open(): Delivery[] {
    return this.#reader.all("SELECT event, after_run FROM deliveries ORDER BY event").map((row) => ({
      event: Number(row["event"]),
      afterRun: Number(row["after_run"]),
    }));
  }
}

/** Counters that must not fall when old rows are removed: "last_event", "last_run". */
export function keepCounter(batch: Batch, name: string, value: number): void {
  batch.add(setMeta, name, value);
}
