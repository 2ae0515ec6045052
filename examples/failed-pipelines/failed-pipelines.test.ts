/** Failed pipelines on a real server and a GitLab on a socket: the server is killed while the issue waits for the next pipeline. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { eventually } from "../../test/support/eventually.ts";
import { Example } from "../../test/support/gallery.ts";

const seed: Seed = {
  users: [{ username: "kim", token: "glpat-kim" }],
  groups: [{ path: "team" }],
  projects: [{ path: "team/project", id: 42, members: { kim: "maintainer" }, files: { "lamp.c": "int on;\n" } }],
};

test("an issue tells one story of failures, whatever happens to the server meanwhile", async () => {
  await using example = await Example.start("failed-pipelines", { seed });
  let commits = 0;
  /** Kim commits something, and its pipeline ends so. */
  const push = async (state: string, job: string): Promise<void> => {
    const { id } = await example.as<{ id: string }>("kim", "POST", "projects/42/repository/commits", {
      branch: "main",
      commit_message: `Change ${++commits}`,
      actions: [{ action: "update", file_path: "lamp.c", content: `int on = ${commits};\n` }],
    });
    await example.as("kim", "POST", `projects/42/statuses/${id}`, { state, name: job, ref: "main" });
  };
  const untilComments = async (iid: number, count: number): Promise<void> => {
    await eventually(`${count} comments`, async () => (await example.comments(iid)).length === count);
  };

  await push("failed", "unit");
  await eventually("there is an issue", async () => (await example.issues()).length === 1);
  await example.killAndRestart();
  await push("failed", "lint");
  await untilComments(1, 1);
  await example.killAndRestart();
  await push("success", "unit");
  await eventually("the issue is closed", async () => (await example.issue(1)).state === "closed");
  await example.untilAllEnded();
  await push("failed", "unit");
  await eventually("a new story begins", async () => (await example.issues()).length === 2);

  const [issue, next] = await example.issues();
  assert.deepEqual(
    [issue!.title, issue!.labels, issue!.assignees.map(({ username }) => username)],
    ["Pipelines of main fail", ["broken-pipeline"], ["kim"]],
  );
  assert.match(issue!.description!, /^Pipeline \S+ of \[Change 1\]\(\S+\) has failed:\n\n- \[unit\]\(\S+\)$/);
  const comments = await example.comments(1);
  assert.equal(comments.length, 2);
  assert.match(comments[0]!, /^Pipeline \S+ of \[Change 2\]\(\S+\) has failed:\n\n- \[lint\]\(\S+\)$/);
  assert.match(comments[1]!, /^Works again since http\S+\.$/);
  assert.match(next!.description!, /\[Change 4\]/);
  assert.equal(next!.state, "opened");
});
