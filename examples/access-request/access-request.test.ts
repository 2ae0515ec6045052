/** Access on request on a real server and a GitLab on a socket: the server is killed while the manager is asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../test/support/eventually.ts";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { Example } from "../../test/support/gallery.ts";

interface Member {
  username: string;
  access_level: number;
  expires_at: string;
}

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const seed: Seed = {
  users: ["mara", "tomas", "lea", "sam"].map((username) => ({ username, token: `glpat-${username}` })),
  groups: [
    { path: "team", members: { mara: "developer", tomas: "developer", sam: "developer" } },
    { path: "team/production", members: { mara: "owner" } },
    { path: "team/leads", members: { lea: "owner" } },
  ],
  projects: [{ path: "team/project", id: 42 }],
};

test("a manager's yes counts once, whatever happens to the server meanwhile", async () => {
  await using example = await Example.start("access-request", { seed });
  const until = day(30);
  const { iid } = await example.as<{ iid: number }>("sam", "POST", "projects/42/issues", {
    title: "Access for the on-call rota",
    description: `What: production\nRole: developer\nUntil: ${until}`,
    labels: "access-request",
  });
  await eventually("the manager is asked", async () => (await example.comments(iid)).length === 1);
  await example.killAndRestart();
  assert.deepEqual(
    (await example.tasks()).map(({ state }) => state),
    ["open"],
  );
  await example.as("sam", "POST", `projects/42/issues/${iid}/notes`, { body: "approve" });
  await example.as("mara", "POST", `projects/42/issues/${iid}/notes`, { body: "approve: until the rota changes" });
  await eventually("the issue is closed", async () => (await example.issue(iid)).state === "closed");
  await example.untilAllEnded();

  assert.deepEqual((await example.issue(iid)).labels, ["access-request", "access::granted"]);
  const comments = await example.comments(iid);
  assert.deepEqual(
    comments.map((text) => text.split("\n")[0]!.replace(/\d{4}-\d\d-\d\d/, "DAY")),
    [
      "**Make @sam a developer of production until DAY?**",
      "approve",
      "approve: until the rota changes",
      "@sam may use production as developer until DAY.",
    ],
  );
  const members = await example.as<Member[]>("root", "GET", "groups/team%2Fproduction/members");
  assert.deepEqual(
    members.flatMap((one) => (one.username === "sam" ? [one.access_level, one.expires_at] : [])),
    [30, until],
  );
  assert.deepEqual(
    (await example.tasks()).map(({ state }) => state),
    ["answered"],
  );
});
