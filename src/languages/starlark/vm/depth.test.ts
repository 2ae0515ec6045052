/** What is nested deeply is handled, or refused with an error of its own: also where the stack is half as large as usual. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { deepOutcomes } from "../testing/deep-programs.ts";

/** Of about 1 MiB that a program usually has, half; the rest of it the host keeps for itself. */
const stackSizeMb = 0.7;

test("deep programs end with errors of their own, and as they do with a small stack", async () => {
  const here = deepOutcomes();
  const faults = Object.entries(here).filter(([, outcome]) => outcome.startsWith("fault"));
  assert.deepEqual(faults, []);
  for (const name of ["list concatenate", "closure str", "deepest", "deepest json", "comprehensions", "blocks"]) {
    assert.equal(here[name], "ok", name);
  }
  const worker = new Worker(new URL("../testing/deep-worker.ts", import.meta.url), { resourceLimits: { stackSizeMb } });
  const there = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  assert.deepEqual(there, here);
});
