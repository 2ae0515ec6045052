/** The commit port: executes batches in order, each in one transaction. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { AutoFlowError, type ErrorCode } from "../../../core/errors.ts";
import { openForWriting, toStoreError } from "./database.ts";
import { type EncryptionKey, Sealer } from "./seal.ts";
import { declaredStatements, type SqlValue, type Statement } from "./statement.ts";

export interface Writer {
  /** Resolves once the batch is on disk; rejects with STORE_FULL or STORE_FAILED, and then nothing of it is. */
  commit(items: readonly SqlValue[]): Promise<void>;
  close(): Promise<void>;
}

/** Executes batches on a connection. Shared by both writers. */
export class BatchExecutor {
  readonly #db: DatabaseSync;
  readonly #sealer: Sealer;
  readonly #statements: readonly Statement[];
  readonly #prepared: (StatementSync | undefined)[] = [];

  constructor(db: DatabaseSync, sealer: Sealer, statements: readonly Statement[]) {
    this.#db = db;
    this.#sealer = sealer;
    this.#statements = statements;
  }

  /** Throws STORE_FULL or STORE_FAILED; then nothing was written. */
  execute(items: readonly SqlValue[]): void {
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      for (let at = 0; at < items.length;) {
        const statement = this.#statements[items[at] as number]!;
        const end = at + 1 + statement.parameters;
        this.#run(statement, items.slice(at + 1, end));
        at = end;
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw toStoreError(error);
    }
  }

  #run(statement: Statement, parameters: SqlValue[]): void {
    const { sealing } = statement;
    if (sealing !== undefined) {
      const scope = `${sealing.scope}/${String(parameters[sealing.scopeColumn])}`;
      for (const column of sealing.columns) {
        parameters[column] = this.#sealer.seal(parameters[column] ?? null, scope, sealing.compress ?? false);
      }
    }
    const prepared = (this.#prepared[statement.number] ??= this.#db.prepare(statement.sql));
    prepared.run(...parameters);
  }
}

/** Writes on this thread: for databases in memory, and where no worker may be started. */
export function openInlineWriter(db: DatabaseSync, sealer: Sealer): Writer {
  const executor = new BatchExecutor(db, sealer, declaredStatements());
  return {
    commit: (items) => Promise.try(() => executor.execute(items)),
    close: () => Promise.resolve(),
  };
}

export interface WorkerData {
  path: string;
  keys: EncryptionKey[];
  salt: Uint8Array;
  statements: readonly Statement[];
}

export type WorkerAnswer = { code?: ErrorCode; message?: string };

/** Writes on a worker thread, so that waiting for the disk never holds up the loop. One batch is under way at a time. */
export async function openWorkerWriter(options: Omit<WorkerData, "statements">): Promise<Writer> {
  const worker = new Worker(new URL("./writer-worker.ts", import.meta.url), {
    workerData: { ...options, statements: declaredStatements() } satisfies WorkerData,
  });
  let answered: ((answer: WorkerAnswer) => void) | undefined;
  let broken: Error | undefined;
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const ask = (message: readonly SqlValue[] | "close"): Promise<WorkerAnswer> =>
    new Promise((resolve) => {
      if (broken !== undefined) return resolve({ code: "STORE_FAILED", message: broken.message });
      answered = resolve;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
      worker.postMessage(message);
    });
  worker.on("message", (answer: WorkerAnswer) => answered?.(answer));
  worker.on("error", (error: Error) => {
    broken = error;
    answered?.({ code: "STORE_FAILED", message: `the writer ended: ${error.message}` });
  });
  await new Promise<void>((resolve, reject) => {
    answered = (answer) =>
      answer.code === undefined
        ? resolve()
        : reject(new AutoFlowError(answer.code, answer.message ?? "the writer did not start"));
  });
  return {
    async commit(items) {
      const { code, message } = await ask(items);
      if (code !== undefined) throw new AutoFlowError(code, message ?? "the commit failed");
    },
    async close() {
      void ask("close");
      await ended;
    },
  };
}

/** What the worker does with the database. */
export interface WorkerExecutor {
  executor: BatchExecutor;
  /** Copies the write-ahead log into the database when it has grown long. Call it when nobody waits. */
  tidy(): void;
  close(): void;
}

/** Pages; SQLite's own figure. The longer the log, the longer the commit waits that comes while it is copied. */
const longLog = 1000;

/** The database file on the worker's side, opened for writing. */
export function openWorkerExecutor(data: WorkerData): WorkerExecutor {
  const db = openForWriting(data.path);
  db.exec("PRAGMA wal_autocheckpoint = 0");
  const lengthOfLog = db.prepare("PRAGMA wal_checkpoint(NOOP)");
  return {
    executor: new BatchExecutor(db, new Sealer(data.keys, data.salt), data.statements),
    tidy() {
      if (Number(lengthOfLog.get()?.["log"]) < longLog) return;
      try {
        db.exec("PRAGMA wal_checkpoint(PASSIVE)");
      } catch {
        // Everything is in the log, and the next attempt comes after the next commit; a full disk shows there.
      }
    },
    close: () => db.close(),
  };
}
