import assert from "node:assert/strict";
import { test } from "node:test";
import { tempFolder } from "../support/temp-folder.ts";
import { runCrashTest } from "./crash-run.ts";

test("25 deaths lose nothing and do nothing twice", { timeout: 240_000 }, async (context) => {
  using folder = tempFolder();
  const seed = Math.floor(Math.random() * 1e9);
  const { problems, ...report } = await runCrashTest({ kills: 25, seed, folder });
  context.diagnostic(JSON.stringify(report));
  assert.deepEqual(problems, [], `seed ${seed}`);
  // Otherwise it has not tested what it is for.
  assert.ok(report.starting > 0 && report.serving > 0, "kills at the start and later");
  const counts = ["runs", "resent", "repeatedAttempts", "fibers", "lostWaits"] as const;
  const ofWorkflows = ["workflowRuns", "childRuns", "ticks", "repeatedCalls", "commands"] as const;
  for (const count of [...counts, ...ofWorkflows]) assert.ok(report[count] > 0, count);
});
