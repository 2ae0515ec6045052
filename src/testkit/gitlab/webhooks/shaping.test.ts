import assert from "node:assert/strict";
import { test } from "node:test";
import { simulation } from "../testing/simulation.ts";

test("a template takes the body's place", () => {
  const { call, deliveries } = simulation();
  const custom_webhook_template =
    '{"what":"{{object_kind}}","title":"{{object_attributes.title}}","labels":{{object_attributes.assignee_ids}},"none":"{{a.b}}"}';
  const { id } = call("POST", "projects/1/hooks", {
    url: "http://127.0.0.1:9/",
    issues_events: true,
    custom_webhook_template,
  });
  call("POST", "projects/1/issues", { title: 'Says "hi"', assignee_ids: [1] });
  const sent = deliveries.find(({ hook }) => hook.id === id)!;
  assert.deepEqual(JSON.parse(sent.text), { what: "issue", title: 'Says "hi"', labels: [1], none: "" });
});

test("a hook gets pushes of the branches that its filter names", () => {
  const { call, deliveries } = simulation();
  const add = (branch_filter_strategy: string, push_events_branch_filter: string): number =>
    call("POST", "projects/1/hooks", {
      url: "http://127.0.0.1:9/",
      push_events: true,
      branch_filter_strategy,
      push_events_branch_filter,
    })["id"]!;
  const hooks = {
    wildcard: add("wildcard", "release/*"),
    regex: add("regex", "^rel.*\\d$"),
    all: add("all_branches", "x"),
    broken: add("regex", "("),
  };
  const pushed = (branch: string): string[] => {
    deliveries.length = 0;
    call("POST", "projects/1/repository/branches", { branch, ref: "main" });
    const ids = new Set(deliveries.map(({ hook }) => hook.id));
    return Object.entries(hooks).flatMap(([name, id]) => (ids.has(id) ? [name] : []));
  };
  assert.deepEqual(pushed("release/1"), ["wildcard", "regex", "all"]);
  assert.deepEqual(pushed("feature"), ["all"]);
});
