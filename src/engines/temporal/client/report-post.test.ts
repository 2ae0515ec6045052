import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunReport } from "../protocol/log.ts";
import { ReportPost } from "./report-post.ts";

function report(runId: string): RunReport {
  return { runId, n: 1, position: 0, heard: 0, definitionKey: "d", opens: [], closes: [], stands: "standing" };
}

test("the first report goes at once, and what comes meanwhile together, by project", async () => {
  const posted: string[] = [];
  const post = new ReportPost(async (project, reports) => {
    posted.push(`${project}: ${reports.map(({ runId }) => runId).join()}`);
  });
  await Promise.all([
    post.send("1", report("a")),
    post.send("1", report("b")),
    post.send("2", report("c")),
    post.send("1", report("d")),
  ]);
  assert.deepEqual(posted, ["1: a", "2: c", "1: b,d"]);
  await post.send("1", report("e"));
  assert.equal(posted.at(-1), "1: e");
});

test("those that could not be posted are told, and others are posted after", async () => {
  let isBroken = true;
  const post = new ReportPost(async () => {
    if (isBroken) throw new Error("broken");
  });
  await assert.rejects(post.send("1", report("a")), /broken/);
  isBroken = false;
  await post.send("1", report("a"));
});
