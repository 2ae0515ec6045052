/** python-gitlab, a client that others wrote, works with the simulated GitLab as it does with GitLab. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { findPythonClient } from "./python-client.ts";
import { serving } from "./serving.ts";

const execute = promisify(execFile);
const client = findPythonClient();

test("python-gitlab walks through it", { skip: "missing" in client && client.missing }, async (t) => {
  if ("missing" in client) return;
  const sim = await serving();
  t.after(() => sim.close());
  const script = path.join(import.meta.dirname, "walk.py");
  const { stdout } = await execute(client.python, [script, sim.url, "glpat-root"], {
    env: { ...process.env, no_proxy: "127.0.0.1" },
  });
  const steps = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { step: string; failure?: string });
  assert.equal(steps.length, 10);
  for (const { step, failure } of steps)
    await t.test(step.replaceAll("_", " "), () => assert.ok(failure === undefined, failure));
});
