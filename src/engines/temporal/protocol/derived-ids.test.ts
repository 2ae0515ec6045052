import assert from "node:assert/strict";
import { test } from "node:test";
import { ownerOf, runIdOf, workflowIds } from "./names.ts";
import { childRunId, continuationRunId } from "./derived-ids.ts";

test("runs that come of other runs have ids of their own, the same each time", () => {
  const run = "0193e3f0-0000-7000-8000-000000000000";
  const ids = [childRunId(run, 1), childRunId(run, 2), continuationRunId(run), childRunId(childRunId(run, 1), 1)];
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(childRunId(run, 1), ids[0]);
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(runIdOf(workflowIds.run("q", id)), id);
  }
});

test("calls belong to their runs, and everything else to itself", () => {
  const run = "0193e3f0-0000-7000-8000-000000000000";
  const queue = "a/call/b";
  assert.equal(ownerOf(workflowIds.longCall(queue, run, 12, 3)), workflowIds.run(queue, run));
  for (const id of [workflowIds.run(queue, run), workflowIds.log(queue, "ab"), workflowIds.registry(queue), "x"])
    assert.equal(ownerOf(id), id);
});
