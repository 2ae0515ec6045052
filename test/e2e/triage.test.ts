/** A policy that says when it is carried out: at each change, and by name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import { serveGitLab } from "../../src/testkit/gitlab/server/http-server.ts";
import { createSimulatedGitLab, type SimulatedGitLab } from "../../src/testkit/gitlab/simulated-gitlab.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const policy = `autoflow: {live: true, schedule: 0 9 * * 1-5, timezone: Europe/Berlin}
resource_rules:
  issues:
    rules:
      - name: New bugs
        conditions: {state: opened, labels: [bug], forbidden_labels: [seen]}
        actions: {labels: [seen], comment: "Thank you for {{title}}."}
      - name: Only on the schedule
        limits: {most_recent: 1}
        actions: {comment: never}
`;

test("rules are carried out for the issue that changes; the definition tells its schedule", async () => {
  let gitlab: SimulatedGitLab | undefined;
  const running = await serveGitLab(0, (url) => {
    gitlab = createSimulatedGitLab({ clock: { now: () => Date.now() }, url });
    plant(
      { world: gitlab.world, user: gitlab.root },
      {
        groups: [{ path: "orbit", labels: [{ name: "seen" }] }],
        projects: [{ path: "orbit/app", issues: [{ title: "Crash", labels: ["bug"] }, { title: "Idea" }] }],
      },
    );
    return { gitlab };
  });
  const get = (path: string): unknown =>
    gitlab!.handle({
      method: "GET",
      path: `/api/v4/projects/orbit%2Fapp/${path}`,
      headers: { "private-token": "glpat-root" },
    }).body;
  const labelsOf = (iid: number): string[] => (get(`issues/${iid}`) as { labels: string[] }).labels;
  try {
    await using server = await DevServer.start({
      files: { ".triage-policies.yml": policy },
      config: { gitlab: { url: running.url, token: "glpat-root" } },
    });
    const listed = await server.cli("definitions", "list", "-o", "json");
    const { items } = JSON.parse(listed.stdout) as {
      items: { path: string; triggers: { name: string; nextAt?: number }[] }[];
    };
    const triggers = items.find(({ path }) => path === ".triage-policies.yml")?.triggers;
    assert.deepEqual(
      triggers?.map(({ name, nextAt }) => [name, nextAt !== undefined]),
      [
        ["schedule", true],
        ["live", false],
      ],
    );
    for (const iid of [1, 2]) {
      const data = JSON.stringify({ object_kind: "issue", object_attributes: { id: iid, iid } });
      const type = "com.gitlab.events.issue_updated";
      const sent = await server.cli("events", "send", "-p", "orbit/app", "-t", type, "--id", `e${iid}`, "--data", data);
      assert.equal(sent.code, 0, sent.stderr);
      assert.equal((await server.untilEnded(`e${iid}`)).state, "succeeded");
    }
    await eventually("the bug is labelled", () => labelsOf(1).includes("seen"));
    assert.deepEqual(labelsOf(2), []);
    const notes = get("issues/1/notes") as { body: string; system: boolean }[];
    assert.deepEqual(
      notes.filter(({ system }) => !system).map(({ body }) => body),
      ["Thank you for Crash."],
    );
  } finally {
    await running.close();
  }
});
