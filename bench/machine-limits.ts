/** What this machine does at best, without AutoFlow: the disk, SQLite, loopback and node:http. */
import { fork, type ChildProcess } from "node:child_process";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const rowsPerCommit = 500;

/** Rows of so many bytes that SQLite takes in a second, 500 to a transaction, each transaction with fsync. */
export function groupCommitRate(rowBytes: number, forMs = 1500): number {
  return inFolder((folder) => {
    const db = new DatabaseSync(path.join(folder, "rows.db"));
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000");
    db.exec("CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB) STRICT");
    const insert = db.prepare("INSERT INTO rows (body) VALUES (?)");
    const body = Buffer.alloc(rowBytes, 7);
    let rows = 0;
    const start = performance.now();
    while (performance.now() - start < forMs) {
      db.exec("BEGIN IMMEDIATE");
      for (let i = 0; i < rowsPerCommit; i++) insert.run(body);
      db.exec("COMMIT");
      rows += rowsPerCommit;
    }
    const elapsedMs = performance.now() - start;
    db.close();
    return (rows * 1000) / elapsedMs;
  });
}

/** Milliseconds that writing 4 KiB and making it durable takes, of many tries. */
export function syncLatencies(tries = 500): number[] {
  return inFolder((folder) => {
    const file = openSync(path.join(folder, "sync"), "w");
    const page = Buffer.alloc(4096, 7);
    const latencies = Array.from({ length: tries }, (_, n) => {
      const start = performance.now();
      writeSync(file, page, 0, page.length, n * page.length);
      fdatasyncSync(file);
      return performance.now() - start;
    });
    closeSync(file);
    return latencies;
  });
}

/** A server on bare node:http in a process of its own; see raw-server.ts. Leaving its scope ends it. */
export class RawServer implements Disposable {
  readonly port: number;
  /** From its start until it listened, in ms. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, startMs: number) {
    this.#child = child;
    this.port = port;
    this.startMs = startMs;
  }

  static start(mode: "accept" | "forward", forwardPort = 0): Promise<RawServer> {
    const startedAt = performance.now();
    const child = fork(path.join(import.meta.dirname, "raw-server.ts"), [mode, String(forwardPort)]);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the raw server ended with ${code}`)));
      child.once("message", (port) => resolve(new RawServer(child, Number(port), performance.now() - startedAt)));
    });
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-limit-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
