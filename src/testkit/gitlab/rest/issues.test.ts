/** Issues: what lists find, what changes do, what quick actions and scoped labels do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { simulation, type Simulation } from "../testing/simulation.ts";

const dayMs = 86_400_000;

function iids({ list }: Simulation, query: string): number[] {
  return list(`projects/1/issues?sort=asc&${query}`).map(({ iid }) => iid!);
}

test("lists find by every filter, and by what is not", () => {
  const sim = simulation();
  const { call, clock } = sim;
  const milestone = call("POST", "projects/1/milestones", {
    title: "1.4",
    due_date: "2026-11-20",
    start_date: "2026-11-01",
  });
  call("POST", "projects/1/issues", {
    title: "Lamp blinks",
    labels: "bug,area::lamp",
    milestone_id: milestone["id"],
    assignee_ids: [2],
    weight: 3,
  });
  clock.advance(10 * dayMs);
  call(
    "POST",
    "projects/1/issues",
    { title: "Fog", description: "The lamp too", labels: "bug", due_date: "2026-11-13" },
    "glpat-mara",
  );
  clock.advance(10 * dayMs);
  call("POST", "projects/1/issues", { title: "Paint", issue_type: "task", confidential: true });
  call("PUT", "projects/1/issues/2", { state_event: "close" });
  const expected: [string, number[]][] = [
    ["", [1, 2, 3]],
    ["state=opened", [1, 3]],
    ["labels=bug", [1, 2]],
    ["labels=bug,area::lamp", [1]],
    ["labels=None", [3]],
    ["labels=Any", [1, 2]],
    ["labels=area::*", [1]],
    ["not[labels]=area::lamp", [2, 3]],
    ["milestone=1.4", [1]],
    ["milestone=none", [2, 3]],
    ["milestone=started", []],
    ["not[milestone]=1.4", [2, 3]],
    ["assignee_id=2", [1]],
    ["assignee_id=None", [2, 3]],
    ["assignee_username=mara", [1]],
    ["assignee_username[]=mara", [1]],
    ["author_username=mara", [2]],
    ["author_id=1", [1, 3]],
    ["not[author_username]=mara", [1, 3]],
    ["scope=created_by_me", [1, 3]],
    ["search=lamp", [1, 2]],
    ["search=lamp&in=title", [1]],
    ["iids[]=1&iids[]=3", [1, 3]],
    ["weight=3", [1]],
    ["weight=None", [2, 3]],
    ["confidential=true", [3]],
    ["issue_type=task", [3]],
    ["due_date=overdue", [2]],
    ["due_date=0", [1, 3]],
    ["created_after=2026-11-12T00:00:00Z", [2, 3]],
    ["created_before=2026-11-12T09:00:00Z", [1, 2]],
    ["updated_after=2026-11-20T00:00:00Z", [2, 3]],
    ["order_by=title", [2, 1, 3]],
    ["order_by=due_date", [2, 1, 3]],
  ];
  for (const [query, found] of expected) assert.deepEqual(iids(sim, query), found, query);
});

test("a label of a scope takes the place of the other", () => {
  const { call } = simulation();
  call("POST", "projects/1/issues", { title: "x", labels: "workflow::triage,bug" });
  assert.deepEqual(call("PUT", "projects/1/issues/1", { add_labels: "workflow::ready" })["labels"], [
    "bug",
    "workflow::ready",
  ]);
  assert.deepEqual(call("PUT", "projects/1/issues/1", { add_labels: "a::b::c,a::x", remove_labels: "bug" })["labels"], [
    "a::b::c",
    "a::x",
    "workflow::ready",
  ]);
  assert.deepEqual(call("PUT", "projects/1/issues/1", { labels: "" })["labels"], []);
});

test("changes say what was and what is", () => {
  const { call, deliveries, clock } = simulation();
  call("POST", "projects/1/issues", { title: "x", labels: "a" });
  clock.advance(1000);
  deliveries.length = 0;
  call("PUT", "projects/1/issues/1", { title: "y", labels: "a,b", assignee_ids: [2], state_event: "close" });
  assert.deepEqual(
    deliveries.map(({ body }) => (body["object_attributes"] as { action: string }).action),
    ["close", "update"],
  );
  const changes = deliveries[1]!.body["changes"] as Record<string, { previous: unknown; current: unknown }>;
  assert.deepEqual(Object.keys(changes), ["title", "labels", "assignees"]);
  assert.deepEqual(changes["title"], { previous: "x", current: "y" });
  assert.deepEqual(
    (changes["labels"]!.current as { title: string }[]).map(({ title }) => title),
    ["a", "b"],
  );
  const closed = deliveries[0]!.body["changes"] as Record<string, unknown>;
  assert.deepEqual(closed["state_id"], { previous: 1, current: 2 });
  assert.deepEqual(closed["updated_at"], { previous: "2026-11-02 09:00:00 UTC", current: "2026-11-02 09:00:01 UTC" });
});

test("quick actions act; a comment of them alone is not kept", () => {
  const { call, send, list } = simulation();
  call("POST", "projects/1/labels", { name: "needs work", color: "#ff0000" });
  call("POST", "projects/1/labels", { name: "bug", color: "#ff0000" });
  call("POST", "projects/1/milestones", { title: "Next one" });
  call("POST", "projects/1/issues", { title: "x", description: "Text\n/label ~bug\n/estimate 1d 2h" });
  const issue = call("GET", "projects/1/issues/1");
  assert.deepEqual([issue["description"], issue["labels"]], ["Text", ["bug"]]);
  const only = send("POST", "projects/1/issues/1/notes", {
    body: '/label ~"needs work"\n/assign @mara me\n/milestone %"Next one"\n/due in 2 days\n/weight 5\n/close',
  });
  assert.equal(only.status, 202);
  assert.deepEqual((only.body as { summary: string[] }).summary, [
    'Added ~"needs work" label.',
    "Assigned @mara and @root.",
    'Set the milestone to %"Next one".',
    "Set the due date to Nov 4, 2026.",
    "Set weight to 5.",
    "Closed this issue.",
  ]);
  const after = call("GET", "projects/1/issues/1");
  assert.deepEqual(
    [after["state"], after["labels"], after["due_date"], after["weight"]],
    ["closed", ["bug", "needs work"], "2026-11-04", 5],
  );
  assert.deepEqual(call("GET", "projects/1/issues/1/time_stats")["human_time_estimate"], "1d 2h");
  call("POST", "projects/1/issues/1/notes", { body: "Again.\n```\n/close\n```\n/reopen\n/unlabel ~bug" });
  const bodies = list("projects/1/issues/1/notes?activity_filter=only_comments").map(({ body }) => body);
  assert.deepEqual(bodies, ["Again.\n```\n/close\n```"]);
  assert.deepEqual(
    [call("GET", "projects/1/issues/1")["state"], call("GET", "projects/1/issues/1")["labels"]],
    ["opened", ["needs work"]],
  );
});

test("what changed, and when, is listed", () => {
  const { call, list, clock } = simulation();
  const milestone = call("POST", "projects/1/milestones", { title: "1.4" });
  call("POST", "projects/1/issues", { title: "x", labels: "a" });
  clock.advance(dayMs);
  call("PUT", "projects/1/issues/1", { labels: "b", milestone_id: milestone["id"], weight: 2, state_event: "close" });
  assert.deepEqual(
    list("projects/1/issues/1/resource_label_events").map(({ action, label, created_at }) => [
      action,
      label!["name"],
      created_at,
    ]),
    [
      ["add", "a", "2026-11-02T09:00:00.000Z"],
      ["add", "b", "2026-11-03T09:00:00.000Z"],
      ["remove", "a", "2026-11-03T09:00:00.000Z"],
    ],
  );
  assert.deepEqual(
    list("projects/1/issues/1/resource_state_events").map(({ state }) => state),
    ["closed"],
  );
  assert.deepEqual(
    list("projects/1/issues/1/resource_milestone_events").map(({ action }) => action),
    ["add"],
  );
  assert.deepEqual(
    list("projects/1/issues/1/resource_weight_events").map(({ weight }) => weight),
    [2],
  );
  assert.deepEqual(
    list("projects/1/events?action=closed").map(({ target_title }) => target_title),
    ["x"],
  );
});

test("an issue moves to another project with its comments", () => {
  const { call, list } = simulation();
  const other = call("POST", "projects", { name: "Other" });
  call("POST", "projects/1/issues", { title: "x", labels: "a" });
  call("POST", "projects/1/issues/1/notes", { body: "hm" });
  const moved = call("POST", "projects/1/issues/1/move", { to_project_id: other["id"] });
  assert.deepEqual([moved["project_id"], moved["labels"]], [other["id"], ["a"]]);
  assert.equal(call("GET", "projects/1/issues/1")["moved_to_id"], moved["id"]);
  assert.equal(call("GET", "projects/1/issues/1")["state"], "closed");
  assert.deepEqual(
    list(`projects/${other["id"]}/issues/1/notes?activity_filter=only_comments`).map(({ body }) => body),
    ["hm"],
  );
});
