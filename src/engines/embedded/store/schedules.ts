/** When triggers of active definitions are due next. */
import type { Names } from "./names.ts";
import type { Reader } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";

const insertSchedule = statement(
  "INSERT OR REPLACE INTO schedules (definition, trigger, spec, began, due) VALUES (?, ?, ?, ?, ?)",
);
const deleteSchedule = statement("DELETE FROM schedules WHERE definition = ? AND trigger = ?");

/** One schedule; times are epoch ms. */
export interface ScheduleRecord {
  definition: number;
  trigger: string;
  /** JSON of the `Schedule`. */
  spec: string;
  /** Since when it is this one. */
  began: number;
  /** Undefined when it is not due any more. */
  due: number | undefined;
}

/** All schedules in memory: as many as triggers that the clock pulls. */
export class Schedules {
  readonly #names: Names;
  readonly #records = new Map<string, ScheduleRecord>();

  constructor(reader: Reader, names: Names) {
    this.#names = names;
    for (const row of reader.all("SELECT definition, trigger, spec, began, due FROM schedules")) {
      this.#remember({
        definition: Number(row["definition"]),
        trigger: names.name(Number(row["trigger"])),
        spec: String(row["spec"]),
        began: Number(row["began"]),
        due: row["due"] === null ? undefined : Number(row["due"]),
      });
    }
  }

  all(): ScheduleRecord[] {
    return [...this.#records.values()];
  }

  find(definition: number, trigger: string): ScheduleRecord | undefined {
    return this.#records.get(recordKey(definition, trigger));
  }

  of(definition: number): ScheduleRecord[] {
    return this.all().filter((record) => record.definition === definition);
  }

  /** In place of what is known of the trigger. */
  put(batch: Batch, record: ScheduleRecord): void {
    this.#remember(record);
    const { definition, trigger, spec, began, due } = record;
    batch.add(insertSchedule, definition, this.#names.id(trigger, batch), spec, began, due ?? null);
  }

  remove(batch: Batch, { definition, trigger }: ScheduleRecord): void {
    this.#records.delete(recordKey(definition, trigger));
    batch.add(deleteSchedule, definition, this.#names.id(trigger, batch));
  }

  #remember(record: ScheduleRecord): void {
    this.#records.set(recordKey(record.definition, record.trigger), record);
  }
}

function recordKey(definition: number, trigger: string): string {
  return `${definition}\0${trigger}`;
}
