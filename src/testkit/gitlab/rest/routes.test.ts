/** Whatever is sent to any route, the answer is one of GitLab's: nothing that is wrong makes the simulation fail. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { simulation, type Simulation } from "../testing/simulation.ts";
import { router } from "./routes.ts";

/** Values that are right for the parameters of these names, most of the time. */
const right: Readonly<Record<string, unknown>> = {
  title: "x",
  name: "x",
  body: "Text\n/close\n/label ~bug\n/assign me\n/due tomorrow",
  labels: "bug,a::b",
  add_labels: ["a::c"],
  description: "Closes #1",
  state_event: "close",
  assignee_ids: [1],
  reviewer_ids: [1],
  milestone_id: 1,
  url: "http://127.0.0.1:9/",
  ref: "main",
  branch: "b",
  path: "p",
  content: "y",
  commit_message: "m",
  actions: [{ action: "create", file_path: "new", content: "c" }],
  color: "#ff0000",
  key: "KEY",
  value: "v",
  access_level: 30,
  user_id: 2,
  tag_name: "v2",
  source_branch: "b",
  target_branch: "main",
  note: "n",
  duration: "1h",
  resolved: true,
  target_project_id: 1,
  target_issue_iid: 1,
  to_project_id: 1,
  environment: "production",
  sha: "main",
  from: "main",
  to: "b",
  refs: ["main", "b"],
  status: "success",
  scopes: ["api"],
  expires_at: "2027-01-01",
  email: "new@example.com",
  username: "new",
};
const oddValues: unknown[] = [
  ...oddScalars(),
  [],
  [1],
  ["a", null],
  [[]],
  {},
  { a: 1 },
  { labels: "bug", author_id: 1 },
  [{ name: 1 }],
];
const odd = fc.constantFrom(...oddValues);

function oddScalars(): unknown[] {
  return [null, true, -1, 0, 2, 1.5, 2 ** 60, "", "1", "None", "Any", "a,b", "a/../b", "2026-11-30", "x".repeat(300)];
}
const listNames = [
  "page",
  "per_page",
  "order_by",
  "sort",
  "not",
  "search",
  "pagination",
  "cursor",
  "created_after",
  "iids",
  "scope",
  "state",
];
const names = [...Object.keys(right), ...listNames];
const id = fc.oneof(
  { weight: 8, arbitrary: fc.constant("1") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0",
      "-1",
      "9".repeat(20),
      "main",
      "README.md",
      "v1",
      "atlas%2Fbeacon",
      "%2e%2e",
      "a b",
      "__proto__",
    ),
  },
);

/** Something of each kind, all with the id 1. */
function furnish({ call, send }: Simulation): void {
  call("POST", "projects/1/labels", { name: "bug", color: "#ff0000" });
  call("POST", "projects/1/milestones", { title: "1.4" });
  call("POST", "projects/1/issues", { title: "x", labels: "bug" });
  call("POST", "projects/1/issues", { title: "y" });
  call("POST", "projects/1/issues/1/notes", { body: "n" });
  call("POST", "projects/1/issues/1/award_emoji", { name: "thumbsup" });
  call("POST", "projects/1/issues/1/links", { target_project_id: 1, target_issue_iid: 2 });
  const commit = {
    branch: "b",
    start_branch: "main",
    commit_message: "m",
    actions: [{ action: "create", file_path: ".gitlab-ci.yml", content: "unit: {script: x}" }],
  };
  call("POST", "projects/1/repository/commits", commit);
  call("POST", "projects/1/merge_requests", { title: "x", source_branch: "b", target_branch: "main" });
  call("POST", "projects/1/releases", { tag_name: "v1", ref: "main" });
  call("POST", "projects/1/environments", { name: "production" });
  call("POST", "projects/1/hooks", { url: "http://127.0.0.1:9/" });
  call("POST", "groups/1/hooks", { url: "http://127.0.0.1:9/" });
  call("POST", "groups/1/epics", { title: "Lamps" });
  call("POST", "groups/1/milestones", { title: "Winter" });
  send("POST", "projects/1/variables", { key: "A", value: "1" });
}

test("no request makes it fail", () => {
  const request = fc.record({
    route: fc.constantFrom(...router.names),
    ids: fc.array(id, { minLength: 4, maxLength: 4 }),
    without: fc.subarray(names, { maxLength: 5 }),
    odd: fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 2, noNullPrototype: true }),
    isQuery: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 10 }), (requests) => {
      const sim = simulation();
      furnish(sim);
      for (const { route, ids, without, odd: strange, isQuery } of requests) {
        const [method, path] = route.split(" ") as [string, string];
        let next = 0;
        const filled = path.slice(1).replaceAll(/:\w+/g, () => ids[next++ % ids.length]!);
        const usual = Object.entries(right).filter(([name]) => method !== "GET" && !without.includes(name));
        const input = { ...Object.fromEntries(usual), ...strange };
        const query = Object.entries(input).map(([key, one]) => `${key}=${encodeURIComponent(String(one))}`);
        const { status, body } = isQuery
          ? sim.send(method, `${filled}?${query.join("&")}`)
          : sim.send(method, filled, input);
        assert.ok(status >= 200 && status < 501, `${method} ${filled}: ${status}`);
        assert.doesNotThrow(() => JSON.stringify(body));
      }
    }),
    { numRuns: 300 },
  );
});
