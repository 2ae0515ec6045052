/** What parked runs wait for: due times, and events by the keys of their filters. Messages that runs have not consumed. */
import { comparesAny, type Filter, type FilteredAttributes, indexEntries, indexKeyFor } from "../../../core/filter.ts";
import type { OperatorCommand } from "../../../core/arrival.ts";
import type { Failure } from "../../../core/failure.ts";
import type { WireText } from "../../../core/wire.ts";
import type { Names } from "./names.ts";
import type { Reader } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";

const insertTimer = statement("INSERT OR IGNORE INTO timers (due, run, effect) VALUES (?, ?, ?)");
const deleteTimer = statement("DELETE FROM timers WHERE due = ? AND run = ? AND effect = ?");
const insertWait = statement("INSERT OR IGNORE INTO waits (project, key, run, effect) VALUES (?, ?, ?, ?)");
const deleteWait = statement("DELETE FROM waits WHERE project = ? AND key = ? AND run = ? AND effect = ?");
const insertShape = statement("INSERT OR IGNORE INTO wait_shapes (project, shape) VALUES (?, ?)");
const insertMessage = statement("INSERT INTO inbox (run, n, body) VALUES (?, ?, ?)", {
  columns: [2],
  scope: "run",
  scopeColumn: 0,
});
const deleteMessage = statement("DELETE FROM inbox WHERE run = ? AND n = ?");
const deleteMessages = statement("DELETE FROM inbox WHERE run = ?");

export interface DueTimer {
  due: number;
  run: number;
  effect: number;
}

export class Timers {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  add(batch: Batch, timer: DueTimer): void {
    batch.add(insertTimer, timer.due, timer.run, timer.effect);
  }

  remove(batch: Batch, timer: DueTimer): void {
    batch.add(deleteTimer, timer.due, timer.run, timer.effect);
  }

  /** Committed timers after one, in the order in which they are due. */
  after(last: DueTimer, limit: number): DueTimer[] {
    return this.#reader.all(
      "SELECT due, run, effect FROM timers WHERE (due, run, effect) > (?, ?, ?) ORDER BY due, run, effect LIMIT ?",
      last.due,
      last.run,
      last.effect,
      limit,
    ) as unknown as DueTimer[];
  }
}

export interface WaitingRun {
  run: number;
  effect: number;
}

export class Waits {
  readonly #reader: Reader;
  readonly #names: Names;
  /** Shapes ever used, by project: few, since scripts are few. */
  readonly #shapes = new Map<string, Set<string>>();

  constructor(reader: Reader, names: Names) {
    this.#reader = reader;
    this.#names = names;
    for (const row of reader.all("SELECT project, shape FROM wait_shapes")) {
      this.#shapesOf(names.name(Number(row["project"]))).add(String(row["shape"]));
    }
  }

  add(batch: Batch, project: string, filter: Filter, waiting: WaitingRun): void {
    const id = this.#names.id(project, batch);
    for (const key of this.noteShapes(batch, project, filter))
      batch.add(insertWait, id, key, waiting.run, waiting.effect);
  }

  /** The keys of a filter; afterwards `keysFor` knows them. */
  noteShapes(batch: Batch, project: string, filter: Filter): string[] {
    const shapes = this.#shapesOf(project);
    return indexEntries(filter).map(({ shape, key }) => {
      if (!shapes.has(shape)) {
        shapes.add(shape);
        batch.add(insertShape, this.#names.id(project, batch), shape);
      }
      return key;
    });
  }

  remove(batch: Batch, project: string, filter: Filter, waiting: WaitingRun): void {
    const id = this.#names.id(project, batch);
    for (const { key } of indexEntries(filter)) batch.add(deleteWait, id, key, waiting.run, waiting.effect);
  }

  /** The keys under which waits for an event may be found; with `comparing`, those that compare one of these attributes. */
  keysFor(
    project: string,
    attributes: FilteredAttributes,
    data: () => unknown,
    comparing?: readonly string[],
  ): string[] {
    const shapes = this.#shapes.get(project);
    if (shapes === undefined) return [];
    const keys: string[] = [];
    for (const shape of shapes) {
      if (comparing !== undefined && !comparesAny(shape, comparing)) continue;
      const key = indexKeyFor(shape, attributes, data);
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  /** Committed waits under a key, by run, after a run. */
  find(project: string, key: string, afterRun: number, limit: number): WaitingRun[] {
    return this.#reader.all(
      "SELECT run, effect FROM waits WHERE project = ? AND key = ? AND run > ? ORDER BY run, effect LIMIT ?",
      this.#names.find(project) ?? -1,
      key,
      afterRun,
      limit,
    ) as unknown as WaitingRun[];
  }

  #shapesOf(project: string): Set<string> {
    let shapes = this.#shapes.get(project);
    if (shapes === undefined) this.#shapes.set(project, (shapes = new Set()));
    return shapes;
  }
}

/** A message on its way to a run. */
export type Message =
  | { kind: "signal"; name: string; payload: string }
  | { kind: "event"; effect: number; event: number }
  | { kind: "answer"; effect: number; value?: WireText; error?: Failure }
  | { kind: "cancel"; reason: string }
  | { kind: "command"; command: OperatorCommand };

export interface StoredMessage {
  n: number;
  message: Message;
}

export class Inbox {
  readonly #reader: Reader;
  #last: number;

  constructor(reader: Reader) {
    this.#reader = reader;
    this.#last = reader.number("SELECT max(n) FROM inbox");
  }

  /** Returns the number by which the message is removed. */
  add(batch: Batch, run: number, message: Message): number {
    const n = ++this.#last;
    batch.add(insertMessage, run, n, JSON.stringify(message));
    return n;
  }

  remove(batch: Batch, run: number, n: number): void {
    batch.add(deleteMessage, run, n);
  }

  clear(batch: Batch, run: number): void {
    batch.add(deleteMessages, run);
  }

  of(run: number): StoredMessage[] {
    return this.#reader.all("SELECT n, body FROM inbox WHERE run = ? ORDER BY n", run).map((row) => ({
      n: Number(row["n"]),
      message: JSON.parse(this.#reader.sealer.openText(row["body"], `run/${run}`) ?? "null") as Message,
    }));
  }

  /** Runs that have messages. */
  runs(): number[] {
    return this.#reader.all("SELECT DISTINCT run FROM inbox").map((row) => Number(row["run"]));
  }
}
