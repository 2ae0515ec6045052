/** @gitbeaker/rest, a client that others wrote, works with the simulated GitLab as it does with GitLab. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Gitlab, GitbeakerRequestError } from "@gitbeaker/rest";
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
    assert.match((await api.Metadata.show()).version, /^18\./);
  });

  test("issues: create, label, note, close, and what hooks get", async () => {
    const project = await api.Projects.create({ name: "Beacon", path: "beacon" });
    const hook = await api.ProjectHooks.add(project.id, "http://127.0.0.1:9/hook", {
      issuesEvents: true,
      noteEvents: true,
      pushEvents: false,
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
    await api.IssueDiscussions.create(project.id, issue.iid, "Why?");
    assert.equal((await api.IssueDiscussions.all(project.id, issue.iid)).length, 2);
    await api.IssueAwardEmojis.award(project.id, issue.iid, "thumbsup");
    assert.equal((await api.Issues.all({ projectId: project.id, myReactionEmoji: "thumbsup" })).length, 1);
    assert.equal((await api.IssueLabelEvents.all(project.id, issue.iid)).length, 4);
    assert.deepEqual(
      sim.deliveries
        .filter((one) => one.hook.id === hook.id)
        .map(({ headers, body }) => [headers["X-Gitlab-Event"], body["object_kind"]]),
      [
        ["Issue Hook", "issue"],
        ["Note Hook", "note"],
        ["Issue Hook", "issue"],
        ["Issue Hook", "issue"],
        ["Note Hook", "note"],
      ],
    );
  });

  test("lists follow offset and keyset pages", async () => {
    const project = await api.Projects.create({ name: "Pages" });
    for (let i = 1; i <= 5; i++) await api.Issues.create(project.id, `Issue ${i}`);
    const inOrder = { projectId: project.id, perPage: 2, sort: "asc" } as const;
    const offset = await api.Issues.all({ ...inOrder, orderBy: "created_at" });
    assert.deepEqual(
      offset.map(({ iid }) => iid),
      [1, 2, 3, 4, 5],
    );
    const keyset = await api.Issues.all({ ...inOrder, pagination: "keyset", orderBy: "created_at" });
    assert.deepEqual(
      keyset.map(({ iid }) => iid),
      [1, 2, 3, 4, 5],
    );
    const projects = await api.Projects.all({ perPage: 1, pagination: "keyset", orderBy: "id", sort: "asc" });
    assert.deepEqual(
      projects.map(({ id }) => id),
      [...sim.gitlab.world.projects.keys()],
    );
    const { data, paginationInfo } = await api.Issues.all({ ...inOrder, page: 2, showExpanded: true });
    assert.deepEqual(
      [data.length, paginationInfo],
      [2, { total: 5, next: 3, current: 2, previous: 1, perPage: 2, totalPages: 3 }],
    );
  });

  test("files, branches, merge requests, pipelines and releases", async () => {
    const project = await api.Projects.create({ name: "Code", initializeWithReadme: true });
    const { id } = project;
    await api.RepositoryFiles.create(id, "lib/lamp.c", "main", "int main;\n", "Lamp");
    const file = await api.RepositoryFiles.show(id, "lib/lamp.c", "main");
    assert.equal(Buffer.from(file.content, "base64").toString(), "int main;\n");
    await api.RepositoryFiles.edit(id, "lib/lamp.c", "main", "int lamp;\n", "Rename");
    assert.equal(await api.RepositoryFiles.showRaw(id, "lib/lamp.c", "main"), "int lamp;\n");
    await api.Branches.create(id, "dark", "main");
    const config = "unit:\n  script: [make]\n";
    await api.Commits.create(id, "dark", "CI", [{ action: "create", filePath: ".gitlab-ci.yml", content: config }]);
    const opened = await api.MergeRequests.create(id, "dark", "main", "Dark", { removeSourceBranch: true });
    assert.equal((await api.MergeRequests.allDiffs(id, opened.iid)).length, 1);
    await api.MergeRequestNotes.create(id, opened.iid, "Nice.");
    await api.MergeRequestApprovals.approve(id, opened.iid);
    assert.equal((await api.MergeRequests.merge(id, opened.iid)).state, "merged");
    assert.deepEqual(
      (await api.Branches.all(id)).map(({ name }) => name),
      ["main"],
    );
    const [pipeline] = await api.Pipelines.all(id, { ref: "main" });
    const [job] = await api.Jobs.all(id, { pipelineId: pipeline!.id });
    assert.equal(job!.status, "pending");
    assert.equal((await api.Jobs.cancel(id, job!.id)).status, "canceled");
    assert.equal((await api.Pipelines.retry(id, pipeline!.id)).status, "pending");
    await api.Tags.create(id, "v1", "main");
    await api.ProjectReleases.create(id, { name: "One", tagName: "v1", description: "First" });
    assert.equal((await api.ProjectReleases.all(id))[0]!.tag_name, "v1");
    await api.Environments.create(id, "production");
    assert.equal((await api.Environments.all(id))[0]!.slug, "production");
  });

  test("groups, members, milestones and epics", async () => {
    const group = await api.Groups.create("Atlas", "atlas");
    await api.Groups.create("Keepers", "keepers", { parentId: group.id });
    assert.deepEqual(
      (await api.Groups.allSubgroups(group.id)).map(({ full_path }) => full_path),
      ["atlas/keepers"],
    );
    const mara = await api.Users.create({
      username: "mara",
      name: "Mara",
      email: "mara@example.com",
      password: "long enough",
    });
    await api.GroupMembers.add(group.id, 30, { userId: mara.id });
    assert.equal((await api.GroupMembers.show(group.id, mara.id)).access_level, 30);
    await api.GroupMilestones.create(group.id, "Winter", { dueDate: "2030-02-28" });
    assert.equal((await api.GroupMilestones.all(group.id))[0]!.title, "Winter");
    await api.GroupLabels.create(group.id, "type::bug", "#ff0000");
    const epic = await api.Epics.create(group.id, "Lamps", { labels: "type::bug" });
    assert.deepEqual((await api.Epics.show(group.id, epic.iid)).labels, ["type::bug"]);
  });

  test("says what is wrong as GitLab does", async () => {
    const refused = (call: Promise<unknown>, status: number, description: string) =>
      assert.rejects(call, (error: unknown) => {
        assert.ok(error instanceof GitbeakerRequestError);
        assert.equal(error.cause?.response.status, status);
        assert.match(error.cause?.description ?? "", new RegExp(description));
        return true;
      });
    const wrong = new Gitlab({ host: sim.url, token: "wrong" });
    await refused(wrong.Users.showCurrentUser(), 401, "401 Unauthorized");
    await refused(api.Issues.show(99, { projectId: 9999 }), 404, "404 Project Not Found");
    await refused(api.Issues.create("root/beacon", ""), 400, "can't be blank");
    await refused(api.ProjectLabels.create("root/beacon", "bug", "#ffffff"), 409, "Label already exists");
    await refused(api.ProjectWikis.all("root/beacon"), 501, "the simulated GitLab has no GET /projects/:id/wikis");
  });

  test("waits where the rate limit tells it to", async () => {
    sim.gitlab.limitRate({ requests: 1, period: 0.1 });
    const names = await Promise.all([1, 2].map(async () => (await api.Users.showCurrentUser()).username));
    sim.gitlab.limitRate(undefined);
    assert.deepEqual(names, ["root", "root"]);
    sim.gitlab.faults.add({ path: "user", times: 1, status: 502 });
    assert.equal((await api.Users.showCurrentUser()).username, "root");
  });
});
