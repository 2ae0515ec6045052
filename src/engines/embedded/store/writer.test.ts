import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import { openForReading } from "./database.ts";
import { keepCounter } from "./deliveries.ts";
import { Journal } from "./journal.ts";
import type { Reader } from "./reader.ts";
import { Batch } from "./statement.ts";
import { openWorkerWriter } from "./writer.ts";

const mebibyte = 1024 * 1024;

it("copies the write-ahead log into the database as it goes", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-writer-"));
  const file = path.join(folder, "autoflow.db");
  const writer = await openWorkerWriter({ path: file, keys: [], salt: new Uint8Array(16) });
  try {
    const journal = new Journal(undefined as unknown as Reader);
    for (let n = 1; n <= 200; n++) {
      const batch = new Batch();
      journal.append(batch, n, 2, "x".repeat(100_000));
      keepCounter(batch, "last_run", n);
      await writer.commit(batch.items);
    }
    assert.ok(statSync(`${file}-wal`).size < 8 * mebibyte);
    assert.ok(statSync(file).size > 8 * mebibyte);
    const db = openForReading(file);
    assert.equal(db.prepare("SELECT count(*) AS n FROM journal").get()!["n"], 200);
    db.close();
  } finally {
    await writer.close();
    rmSync(folder, { recursive: true });
  }
});
