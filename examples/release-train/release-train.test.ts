/** The release train on a real server and a GitLab on a socket: the server is killed while the release is tested, and while managers are asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { eventually } from "../../test/support/eventually.ts";
import { Example } from "../../test/support/gallery.ts";

const seed: Seed = {
  users: ["kim", "sam"].map((username) => ({ username, token: `glpat-${username}` })),
  groups: [{ path: "team" }],
  projects: [
    {
      path: "team/project",
      id: 42,
      members: { kim: "maintainer", sam: "maintainer" },
      files: { "lamp.c": "int on;\n" },
      tags: { "v1.9.0": "main" },
    },
  ],
};

const today = new Date().toISOString().slice(0, 10);

const settings = { "main.star": { '"Europe/Berlin"': '"UTC"', '"2026-01-05"': JSON.stringify(today) } };
const monday = 'cut = "0 9 * * mon"';
const soon = 'cut = "*/10 * * * * *"';

test("a release is cut and published once, whatever happens to the server meanwhile", async () => {
  await using example = await Example.start("release-train", { seed, settings, vars: { TESTED_FOR: "3s" } });
  await example.as("kim", "POST", "projects/42/repository/commits", {
    branch: "main",
    commit_message: "Brighter",
    actions: [{ action: "update", file_path: "lamp.c", content: "int on = 1;\n" }],
  });
  // A train that would be cut later in this test is another one.
  const trains = () => example.issues(`labels=release&search=${encodeURIComponent("Release v1.10.0")}`);

  example.edit("main.star", { [monday]: soon });
  await eventually("the train is cut", async () => (await trains()).length > 0);
  await example.server.end("SIGKILL");
  example.edit("main.star", { [soon]: monday });
  await example.server.startAgain();
  const { iid } = (await trains())[0]!;
  await eventually("the managers are asked", async () => (await example.comments(iid)).length > 0);
  await example.killAndRestart();
  await example.as("kim", "PUT", `projects/42/issues/${iid}`, { add_labels: "release::go" });
  await eventually("the train has left", async () => (await example.issue(iid)).state === "closed");

  const found = await trains();
  assert.deepEqual(
    found.map(({ state, labels }) => [state, labels.toSorted()]),
    [["closed", ["release", "release::published"]]],
  );
  assert.match(found[0]!.description!, /^Cut as `release\/v1\.10\.0`/);
  const [question, ...rest] = await example.comments(iid);
  assert.match(question!, /^\*\*Publish v1\.10\.0\?\*\*/);
  assert.deepEqual(rest, ["v1.10.0 is published."]);
  const releases = await example.as<{ tag_name: string; description: string }[]>("root", "GET", "projects/42/releases");
  assert.deepEqual(
    releases.map(({ tag_name: tag, description }) => [tag, description]),
    [["v1.10.0", "- Brighter"]],
  );
});
