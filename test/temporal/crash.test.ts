import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { startDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { runCrashTest } from "../crash/crash-run.ts";
import { tempFolder } from "../support/temp-folder.ts";

const skip = (await temporalCli()) === undefined ? "no temporal CLI on this machine" : false;

test(
  "servers and workers die at random on Temporal: nothing is lost or done twice",
  { skip, timeout: 280_000 },
  async (context) => {
    using folder = tempFolder();
    await using server = await startDevServer({ databaseFile: folder.join("temporal.db") });
    const seed = Math.floor(Math.random() * 1e9);
    const temporal = { hostPort: server.address, taskQueue: randomUUID() };
    const { problems, ...report } = await runCrashTest({ kills: 3, seed, folder, temporal });
    context.diagnostic(JSON.stringify(report));
    assert.deepEqual(problems, [], `seed ${seed}`);
    for (const count of ["runs", "workflowRuns", "workerKills"] as const) assert.ok(report[count] > 0, count);
  },
);
