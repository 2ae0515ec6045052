/**
 * The store: one data folder, one database, one process. Aggregates read committed data here; all writes go through batches.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AutoFlowError } from "../../../core/errors.ts";
import { openForReading, openForWriting } from "./database.ts";
import { Definitions, Flags, Settings, TriggerPauses } from "./definitions.ts";
import { Deliveries, keepCounter } from "./deliveries.ts";
import { EventLog } from "./events.ts";
import { Journal } from "./journal.ts";
import { Names } from "./names.ts";
import { Reader } from "./reader.ts";
import { RunLabels } from "./run-labels.ts";
import { RunSearch } from "./run-search.ts";
import { Runs } from "./runs.ts";
import { Schedules } from "./schedules.ts";
import { type EncryptionKey, Sealer } from "./seal.ts";
import { Batch } from "./statement.ts";
import { Inbox, Timers, Waits } from "./waiting.ts";
import { Tasks } from "./tasks.ts";
import { openInlineWriter, openWorkerWriter, type Writer } from "./writer.ts";

/** Everything that is read from the store. Built anew after a failed commit, since it holds counters and caches. */
export interface Aggregates {
  reader: Reader;
  names: Names;
  events: EventLog;
  runs: Runs;
  labels: RunLabels;
  search: RunSearch;
  journal: Journal;
  timers: Timers;
  waits: Waits;
  inbox: Inbox;
  tasks: Tasks;
  definitions: Definitions;
  settings: Settings;
  flags: Flags;
  pauses: TriggerPauses;
  schedules: Schedules;
  deliveries: Deliveries;
  /** Hex; belongs to the database. */
  salt: string;
}

export interface Store {
  readonly writer: Writer;
  aggregates(): Aggregates;
  /** Resolves when the database takes writes. */
  probe(): Promise<void>;
  sizes(): { databaseBytes: number; walBytes: number };
  close(): Promise<void>;
}

/** Opens a data folder, or a database in memory when `folder` is undefined. Throws STORE_LOCKED and what databases throw. */
export async function openStore(folder: string | undefined, keys: readonly EncryptionKey[]): Promise<Store> {
  return folder === undefined ? openInMemory(keys) : openFolder(folder, keys);
}

function openInMemory(keys: readonly EncryptionKey[]): Store {
  const db = openForWriting(":memory:");
  const salt = databaseSalt(db);
  const sealer = new Sealer(keys, salt, false);
  const writer = openInlineWriter(db, sealer);
  return {
    writer,
    probe: () => probe(writer),
    aggregates: () => aggregates(new Reader(db, sealer), salt),
    sizes: () => ({ databaseBytes: 0, walBytes: 0 }),
    close: () => Promise.resolve(db.close()),
  };
}

async function openFolder(folder: string, keys: readonly EncryptionKey[]): Promise<Store> {
  makeFolder(folder);
  const lock = lockFolder(folder);
  try {
    const path = join(folder, "autoflow.db");
    const first = openForWriting(path);
    const salt = databaseSalt(first);
    first.close();
    const writer = await openWorkerWriter({ path, keys: [...keys], salt });
    const db = openForReading(path);
    const sealer = new Sealer(keys, salt);
    return {
      writer,
      probe: () => probe(writer),
      aggregates: () => aggregates(new Reader(db, sealer), salt),
      sizes: () => ({ databaseBytes: sizeOf(path), walBytes: sizeOf(`${path}-wal`) }),
      async close() {
        db.close();
        await writer.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** A folder that is made here holds only data: Git is told to leave it out of a repository it may stand in. */
function makeFolder(folder: string): void {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) writeFileSync(join(folder, ".gitignore"), "*\n");
}

/** Holds the folder for this process; the system lets go of it when the process dies, however it dies. */
function lockFolder(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, "lock.db"));
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    throw new AutoFlowError("STORE_LOCKED", `another AutoFlow process uses ${folder}`, { cause: error });
  }
}

function databaseSalt(db: DatabaseSync): Uint8Array {
  db.prepare("INSERT OR IGNORE INTO meta (name, value) VALUES ('salt', ?)").run(randomBytes(16));
  return db.prepare("SELECT value FROM meta WHERE name = 'salt'").get()!["value"] as Uint8Array;
}

function aggregates(reader: Reader, saltBytes: Uint8Array): Aggregates {
  const salt = Buffer.from(saltBytes).toString("hex");
  const names = new Names(reader);
  return {
    reader,
    names,
    salt,
    events: new EventLog(reader, names, salt),
    runs: new Runs(reader, names),
    labels: new RunLabels(reader),
    search: new RunSearch(reader),
    journal: new Journal(reader),
    timers: new Timers(reader),
    waits: new Waits(reader, names),
    inbox: new Inbox(reader),
    tasks: new Tasks(reader, names),
    definitions: new Definitions(reader, names),
    settings: new Settings(reader),
    flags: new Flags(reader),
    pauses: new TriggerPauses(reader, names),
    schedules: new Schedules(reader, names),
    deliveries: new Deliveries(reader),
  };
}

function probe(writer: Writer): Promise<void> {
  const batch = new Batch();
  keepCounter(batch, "probe", Date.now());
  return writer.commit(batch.items);
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
