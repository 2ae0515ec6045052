/** Issues and merge requests that name one another, and changes that change nothing. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { simulation, type Simulation } from "../testing/simulation.ts";

function propose({ call }: Simulation, title: string, description: string, message: string): void {
  const branch = title.toLowerCase();
  call("POST", "projects/1/repository/commits", {
    branch,
    start_branch: "main",
    commit_message: message,
    actions: [{ action: "create", file_path: `${branch}.c`, content: "x" }],
  });
  call("POST", "projects/1/merge_requests", { source_branch: branch, target_branch: "main", title, description });
}

const titles = ({ list }: Simulation, path: string, token?: string): unknown[] =>
  list(path, token).map(({ title }) => title);

test("related issues are named in texts, commits and comments, or name the merge request; closed ones are among them", () => {
  const sim = simulation();
  const { call } = sim;
  call("POST", "projects", { name: "Web", path: "web", namespace_id: 1 });
  for (const title of ["closed", "commented", "committed", "naming", "other", "linked", "confidential"]) {
    call("POST", "projects/1/issues", { title, confidential: title === "confidential" });
  }
  call("POST", "projects/2/issues", { title: "elsewhere" });
  call("POST", "projects/2/issues", { title: "naming from elsewhere", description: "See atlas/beacon!1." });
  propose(sim, "Lamp", "Closes #1, not&5, other/beacon#5, atlas/web#1, #77, #7", "Light up (#3)");
  call("POST", "projects/1/merge_requests/1/notes", {
    body: "#2 and https://gitlab.example.com/atlas/beacon/-/issues/6 too",
  });
  call("POST", "projects/1/issues/4/notes", { body: "Done by !1" });
  const related = "projects/1/merge_requests/1/related_issues";
  const seen = ["closed", "commented", "committed", "naming", "linked"];
  assert.deepEqual(titles(sim, related), [...seen, "confidential", "elsewhere", "naming from elsewhere"]);
  assert.deepEqual(titles(sim, related, "glpat-mara"), [...seen, "confidential"]);
  assert.deepEqual(titles(sim, "projects/1/merge_requests/1/closes_issues"), ["closed"]);
  for (const [path, count] of [
    ["projects/1/issues/3", 1],
    ["projects/1/issues/5", 0],
    ["projects/2/issues/2", 1],
  ] as const) {
    assert.equal(sim.list(`${path}/related_merge_requests`).length, count, path);
  }
});

suite("a change that changes nothing", () => {
  const paths = ["projects/1/issues/1", "projects/1/merge_requests/1"];

  function begun(): Simulation {
    const sim = simulation();
    sim.call("POST", "projects/1/issues", { title: "Blinks" });
    propose(sim, "Lamp", "", "Light up");
    for (const path of paths) sim.call("PUT", path, { labels: "bug,lamp", assignee_ids: [1] });
    sim.clock.advance(60_000);
    sim.deliveries.length = 0;
    return sim;
  }

  for (const path of paths) {
    test(`${path}: labels and assignees that are there already are no news`, () => {
      const { call, deliveries, list } = begun();
      const before = call("GET", path);
      for (const given of [
        { labels: "lamp,bug" },
        { add_labels: "bug" },
        { remove_labels: "door" },
        { assignee_ids: [1] },
        { add_labels: "lamp", assignee_ids: [1] },
      ]) {
        call("PUT", path, given);
      }
      assert.deepEqual(deliveries, []);
      assert.equal(call("GET", path)["updated_at"], before["updated_at"]);
      assert.equal(list(`${path}/resource_label_events`).length, 2);
    });

    test(`${path}: other fields are told, also when they are the same`, () => {
      const { call, deliveries } = begun();
      const title = call("GET", path)["title"];
      call("PUT", path, { title, labels: "bug,lamp" });
      call("PUT", path, { labels: "bug" });
      call("PUT", path, { remove_labels: "bug" });
      assert.equal(deliveries.length, 3);
      assert.equal((deliveries[0]!.body["changes"] as Record<string, unknown>)["labels"], undefined);
    });
  }
});

test("epics are found by some label, by none, and by all of those that are named", () => {
  const sim = simulation();
  for (const [title, labels] of [
    ["bare", ""],
    ["one", "bug"],
    ["two", "bug,area::lamp"],
  ]) {
    sim.call("POST", "groups/1/epics", { title, labels });
  }
  const expected: [string, string[]][] = [
    ["labels=None", ["bare"]],
    ["labels=Any", ["one", "two"]],
    ["labels=bug", ["one", "two"]],
    ["labels=bug,area::lamp", ["two"]],
    ["labels=", ["bare", "one", "two"]],
  ];
  for (const [query, found] of expected)
    assert.deepEqual(titles(sim, `groups/1/epics?sort=asc&${query}`), found, query);
});

test("milestones of groups: hooks of the group and of those above hear of them, hooks of projects do not", () => {
  const { gitlab, call, deliveries } = simulation();
  gitlab.world.everyHook = undefined;
  const below = call("POST", "groups", { name: "Harbour", path: "harbour", parent_id: 1 });
  const hook = { milestone_events: true, push_events: false };
  call("POST", "groups/1/hooks", { ...hook, url: "https://atlas.example.com" });
  call("POST", `groups/${below["id"]}/hooks`, { ...hook, url: "https://harbour.example.com" });
  call("POST", "projects/1/hooks", { ...hook, url: "https://beacon.example.com" });
  const milestone = call("POST", `groups/${below["id"]}/milestones`, { title: "Winter" });
  const path = `groups/${below["id"]}/milestones/${milestone["id"]}`;
  call("PUT", path, { title: "Spring" });
  call("PUT", path, { state_event: "close" });
  call("PUT", path, { state_event: "close" });
  call("PUT", path, { state_event: "activate" });
  call("DELETE", path);
  const told = deliveries.map(
    ({ hook: { url }, body }) => `${new URL(url).hostname.split(".")[0]} ${String(body["action"])}`,
  );
  const actions = ["create", "close", "reopen", "delete"];
  assert.deepEqual(
    told.toSorted(),
    ["atlas", "harbour"].flatMap((name) => actions.map((action) => `${name} ${action}`)).toSorted(),
  );
  const { headers, body } = deliveries[0]!;
  assert.equal(headers["X-Gitlab-Event"], "Milestone Hook");
  assert.equal(body["project"], null);
  assert.deepEqual(body["group"], {
    group_name: "Harbour",
    group_path: "harbour",
    full_path: "atlas/harbour",
    group_id: below["id"],
  });
  const { group_id: groupId, project_id: projectId } = body["object_attributes"] as Record<string, unknown>;
  assert.deepEqual([groupId, projectId], [below["id"], null]);
});
