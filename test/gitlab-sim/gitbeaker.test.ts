/** @gitbeaker/rest, a client that others wrote, works with the simulated GitLab as it does with GitLab. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Gitlab } from "@gitbeaker/rest";
import { serving, type Serving } from "./serving.ts";

suite("gitbeaker", () => {
  let sim: Serving;
  let api: InstanceType<typeof Gitlab<false>>;

  before(async () => {
    sim = await serving();
    api = new Gitlab({ host: sim.url, token: "glpat-root" });
  });
  after(() => sim.close());

  test("knows who asks", async () => {
    const user = await api.Users.showCurrentUser();
    assert.equal(user.username, "root");
  });

  test("issues: create, label, note, close, and what hooks get", async () => {
    const project = await api.Projects.create({ name: "Beacon", path: "beacon" });
    const hook = await api.ProjectHooks.add(project.id, "http://127.0.0.1:9/hook", {
      issuesEvents: true,
      noteEvents: true,
      token: "s",
    });
    assert.equal((await api.ProjectHooks.all(project.id)).length, 1);
    const issue = await api.Issues.create("root/beacon", "Lamp blinks", { labels: "bug,area::lamp" });
    assert.deepEqual(issue.labels, ["area::lamp", "bug"]);
    await api.IssueNotes.create(project.id, issue.iid, "Seen at station 7 too.");
    await api.Issues.edit(project.id, issue.iid, { addLabels: "area::fog", stateEvent: "close" });
    const seen = await api.Issues.show(issue.iid, { projectId: project.id });
    assert.deepEqual(seen.labels, ["area::fog", "bug"]);
    assert.equal(seen.state, "closed");
    assert.deepEqual(
      sim.deliveries
        .filter((one) => one.hook.id === hook.id)
        .map(({ headers, body }) => [headers["X-Gitlab-Event"], body["object_kind"]]),
      [
        ["Issue Hook", "issue"],
        ["Note Hook", "note"],
        ["Issue Hook", "issue"],
        ["Issue Hook", "issue"],
      ],
    );
  });

  test("lists follow offset and keyset pages", async () => {
    const project = await api.Projects.create({ name: "Pages" });
    for (let i = 1; i <= 5; i++) await api.Issues.create(project.id, `Issue ${i}`);
    const offset = await api.Issues.all({ projectId: project.id, perPage: 2, sort: "asc" });
    assert.deepEqual(
      offset.map(({ iid }) => iid),
      [1, 2, 3, 4, 5],
    );
    const keyset = await api.Issues.all({
      projectId: project.id,
      perPage: 2,
      pagination: "keyset",
      orderBy: "created_at",
      sort: "asc",
    });
    assert.deepEqual(
      keyset.map(({ iid }) => iid),
      [1, 2, 3, 4, 5],
    );
    const projects = await api.Projects.all({ perPage: 1, pagination: "keyset", orderBy: "id", sort: "asc" });
    assert.deepEqual(
      projects.map(({ id }) => id),
      [...sim.gitlab.world.projects.keys()],
    );
  });

  test("says what is wrong as GitLab does", async () => {
    await assert.rejects(api.Issues.show(99, { projectId: 9999 }), /404 Project Not Found|Not Found/);
    const stranger = new Gitlab({ host: sim.url, token: "wrong" });
    await assert.rejects(stranger.Users.showCurrentUser(), /Unauthorized/);
  });
});
