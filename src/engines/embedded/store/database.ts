/**
 * The SQLite database as the store uses it: opening, pragmas, migrations, and errors mapped to the catalogue.
 */
import { readdirSync, readFileSync } from "node:fs";
import { hash } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { AutoFlowError } from "../../../core/errors.ts";

const migrationsFolder = new URL("./migrations/", import.meta.url);

/** Opens the file (or ":memory:") for writing and brings its schema up to date. Throws STORE_NEWER, STORE_FAILED. */
export function openForWriting(path: string): DatabaseSync {
  return mapped(() => {
    const db = new DatabaseSync(path);
    db.exec(`
      PRAGMA page_size = 4096;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA busy_timeout = 2000;
      PRAGMA cache_size = -16000;
    `);
    migrate(db);
    return db;
  });
}

/** A second connection to the same file that only reads; it sees what is committed. */
export function openForReading(path: string): DatabaseSync {
  return mapped(() => {
    const db = new DatabaseSync(path, { readOnly: true });
    db.exec("PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000;");
    return db;
  });
}

/** Statements by their text, prepared once. */
export class StatementCache {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function migrate(db: DatabaseSync): void {
  const known = readdirSync(migrationsFolder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  db.exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL) STRICT");
  const applied = new Map(
    db
      .prepare("SELECT name, checksum FROM migrations")
      .all()
      .map((row) => [String(row["name"]), String(row["checksum"])]),
  );
  for (const name of applied.keys()) {
    if (!known.includes(name))
      throw new AutoFlowError("STORE_NEWER", `the database has a migration ${name} that this release lacks`);
  }
  for (const name of known) {
    const sql = readFileSync(new URL(name, migrationsFolder), "utf8");
    const checksum = hash("sha256", sql);
    const before = applied.get(name);
    if (before === checksum) continue;
    if (before !== undefined)
      throw new AutoFlowError("STORE_FAILED", `migration ${name} was changed after it was applied`);
    db.exec("BEGIN IMMEDIATE");
    try {
      db.exec(sql);
      db.prepare("INSERT INTO migrations VALUES (?, ?)").run(name, checksum);
      db.exec("COMMIT");
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }
}

function mapped<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error);
  }
}

/** SQLite's result codes for "no room": SQLITE_FULL, and the I/O error a failing write gives (SQLITE_IOERR_WRITE). */
const fullCodes = new Set([13, 778]);

/** An error of SQLite as STORE_FULL or STORE_FAILED; other errors stay what they are. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof AutoFlowError || !(error instanceof Error)) return error;
  const code = (error as { errcode?: number }).errcode;
  if (code === undefined) return error;
  if (fullCodes.has(code)) return new AutoFlowError("STORE_FULL", "the disk is full", { cause: error });
  return new AutoFlowError("STORE_FAILED", `the database refused: ${error.message} (SQLite code ${code})`, {
    cause: error,
  });
}
