/** Texts that repeat (projects, event types, paths, trigger names) as small integers. */
import type { Reader } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";

const insertName = statement("INSERT OR IGNORE INTO names (id, name) VALUES (?, ?)");

/** All names in memory: there are as many as projects, types and triggers, not as events. */
export class Names {
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();
  #last: number;

  constructor(reader: Reader) {
    for (const row of reader.all("SELECT id, name FROM names")) this.#remember(Number(row["id"]), String(row["name"]));
    this.#last = reader.number("SELECT max(id) FROM names");
  }

  /** The number of a name; a new one is added to the batch. */
  id(name: string, batch: Batch): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = ++this.#last;
    batch.add(insertName, id, name);
    this.#remember(id, name);
    return id;
  }

  /** The number of a name that may not exist. */
  find(name: string): number | undefined {
    return this.#ids.get(name);
  }

  name(id: number): string {
    return this.#names.get(id)!;
  }

  ids(): number[] {
    return [...this.#names.keys()];
  }

  all(): string[] {
    return [...this.#ids.keys()];
  }

  #remember(id: number, name: string): void {
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }
}
