/** What `autoflow doctor` checks about the database. It reads only, and may do so while a server runs. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ok, problem, type Finding } from "../../core/finding.ts";

export function checkDatabase(folder: string): Finding {
  const file = path.join(folder, "autoflow.db");
  if (!existsSync(file)) return ok("database", "there is none yet; the first start makes it");
  try {
    using db = openForChecks(file);
    const { quick_check: result } = db.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
    if (result !== "ok") return damaged(result);
    const { name } = db.prepare("SELECT max(name) AS name FROM migrations").get() as { name: string };
    const megabytes = (statSync(file).size / 1024 ** 2).toFixed(1);
    return ok("database", `${megabytes} MiB, sound, schema ${name.replace(/\.sql$/, "")}`);
  } catch (error) {
    return damaged((error as Error).message);
  }
}

function openForChecks(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec("PRAGMA busy_timeout = 5000");
  return db;
}

function damaged(detail: string): Finding {
  return problem(
    "database",
    detail,
    "Restore a backup; keep the damaged file, it may be salvaged with `sqlite3 .recover`.",
  );
}
