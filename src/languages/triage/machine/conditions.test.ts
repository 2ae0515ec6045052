import assert from "node:assert/strict";
import { test } from "node:test";
import { type GitLab, runPolicy, type SeenRequest } from "../testing/triage-run.ts";

interface Rule {
  found: number;
  matched: number;
  skipped?: string;
  resources: { reference: string }[];
  others: { reference: string; conditions: string[] }[];
}

function policyOf(type: string, conditions: string, limits = "{}"): string {
  return `resource_rules:
  ${type}:
    rules:
      - name: A
        conditions: ${conditions}
        limits: ${limits}
`;
}

function resource(iid: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const references = { full: `group/app#${iid}` };
  return { id: 1000 + iid, iid, project_id: 7, group_id: 9, state: "opened", labels: [], references, ...more };
}

/** Answers with these resources, whatever is asked, and with what `others` has for a path. */
function world(resources: unknown[], others: Record<string, unknown> = {}): GitLab {
  return ({ path }) => ({ body: path in others ? others[path] : resources });
}

interface Outcome {
  rule: Rule;
  requests: SeenRequest[];
  matches: string;
}

function dryRun(policy: string, gitlab: GitLab, input: Record<string, unknown> = {}): Outcome {
  const { outcome, requests } = runPolicy(policy, gitlab, { input: { dryRun: true, ...input } });
  assert.ok(outcome.kind === "succeeded", JSON.stringify(outcome));
  const { rules } = JSON.parse(outcome.value) as { rules: Rule[] };
  const matches = rules[0]!.resources.map(({ reference }) => reference.replace("group/app#", "")).join(" ");
  return { rule: rules[0]!, requests, matches };
}

/** The parameters that a condition becomes. */
function asked(type: string, conditions: string, input: Record<string, unknown> = {}): string {
  const { requests } = dryRun(policyOf(type, conditions), world([]), input);
  const [{ path, query = [] }] = requests as [SeenRequest];
  const parameters = query.filter(([name]) => name !== "per_page").map(([name, value]) => `${name}=${value}`);
  return [path, ...parameters].join(" ");
}

test("what GitLab can decide is asked of it", () => {
  const cases: [type: string, conditions: string, expected: string][] = [
    ["issues", "{state: opened}", "projects/:id/issues state=opened"],
    ["issues", "{state: all}", "projects/:id/issues"],
    ["issues", "{labels: [a, 'b c']}", "projects/:id/issues labels=a,b c"],
    ["issues", "{labels: [None]}", "projects/:id/issues labels=None"],
    ["issues", "{forbidden_labels: [a, b]}", "projects/:id/issues not[labels]=a,b"],
    ["issues", "{milestone: '18.1'}", "projects/:id/issues milestone=18.1"],
    ["issues", "{milestone: none}", "projects/:id/issues milestone_id=None"],
    ["issues", "{milestone: upcoming}", "projects/:id/issues milestone_id=Upcoming"],
    ["merge_requests", "{milestone: any}", "projects/:id/merge_requests milestone=Any"],
    ["merge_requests", "{milestone: started}", "projects/:id/merge_requests"],
    ["issues", "{iteration: none}", "projects/:id/issues iteration_id=None"],
    ["issues", "{iteration: 'It 1'}", "projects/:id/issues iteration_title=It 1"],
    ["issues", "{author_username: eve}", "projects/:id/issues author_username=eve"],
    ["issues", "{weight: 0}", "projects/:id/issues weight=0"],
    ["issues", "{weight: None}", "projects/:id/issues weight=None"],
    ["issues", "{health_status: at_risk}", "projects/:id/issues health_status=at_risk"],
    ["issues", "{issue_type: incident}", "projects/:id/issues issue_type=incident"],
    ["merge_requests", "{draft: true}", "projects/:id/merge_requests wip=yes"],
    ["merge_requests", "{draft: no}", "projects/:id/merge_requests wip=no"],
    ["merge_requests", "{reviewer_id: any}", "projects/:id/merge_requests reviewer_id=Any"],
    ["merge_requests", "{reviewer_id: 12}", "projects/:id/merge_requests reviewer_id=12"],
    [
      "merge_requests",
      "{source_branch: f, target_branch: m}",
      "projects/:id/merge_requests source_branch=f target_branch=m",
    ],
    ["branches", "{name: ^feature/x}", "projects/:id/repository/branches search=^feature/x"],
    ["branches", "{name: ^(a|b)}", "projects/:id/repository/branches"],
    ["branches", "{name: '^ab*'}", "projects/:id/repository/branches"],
    [
      "issues",
      "{date: {attribute: created_at, condition: newer_than, interval_type: months, interval: 1}}",
      "projects/:id/issues created_after=2026-10-21T00:00:00Z",
    ],
    [
      "merge_requests",
      "{date: {attribute: merged_at, condition: older_than, interval_type: hours, interval: 30}}",
      "projects/:id/merge_requests merged_before=2026-11-20T03:00:00Z",
    ],
    [
      "issues",
      "{date: {attribute: created_at, condition: older_than, interval_type: days, interval: 1, filter_in_ruby: true}}",
      "projects/:id/issues",
    ],
  ];
  for (const [type, conditions, expected] of cases) assert.equal(asked(type, conditions), expected);
});

test("resources are looked for in a project, a group, or everywhere", () => {
  assert.equal(asked("issues", "{}", { sourceId: "group/app" }), "projects/group%2Fapp/issues");
  assert.equal(asked("issues", "{}", { sourceId: 42 }), "projects/42/issues");
  assert.equal(asked("epics", "{}", { source: "groups", sourceId: "a/b" }), "groups/a%2Fb/epics");
  assert.equal(asked("merge_requests", "{}", { source: "all" }), "merge_requests scope=all");
  assert.match(dryRun(policyOf("epics", "{}"), world([])).rule.skipped ?? "", /epics are in groups/);
  const inGroup = dryRun(policyOf("branches", "{}"), world([]), { source: "groups", sourceId: "g" });
  assert.match(inGroup.rule.skipped ?? "", /branches are in projects/);
});

test("votes, notes and dates are compared", () => {
  const votes = [resource(1, { upvotes: 9 }), resource(2, { upvotes: 10 }), resource(3, { upvotes: 11 })];
  const policy = (condition: string): string =>
    policyOf("issues", `{votes: {attribute: upvotes, condition: ${condition}, threshold: 10}}`);
  assert.equal(dryRun(policy("less_than"), world(votes)).matches, "1");
  assert.equal(dryRun(policy("greater_than"), world(votes)).matches, "3");
  const notes = "{discussions: {attribute: notes, condition: greater_than, threshold: 2}}";
  const noted = [resource(1, { user_notes_count: 2 }), resource(2, { user_notes_count: 3 })];
  const { matches, requests } = dryRun(policyOf("issues", notes), world(noted));
  assert.deepEqual([matches, requests.length], ["2", 1]);
  const merged = "{date: {attribute: merged_at, condition: newer_than, interval_type: weeks, interval: 1}}";
  const requested = [
    resource(1, { merged_at: "2026-11-20T00:00:00Z" }),
    resource(2, { merged_at: "2026-11-01T00:00:00Z" }),
    resource(3, { merged_at: null }),
  ];
  assert.equal(dryRun(policyOf("merge_requests", merged), world(requested)).matches, "1");
});

test("threads are counted by asking for the discussions of those that have notes", () => {
  const threads = "{discussions: {attribute: threads, condition: greater_than, threshold: 1}}";
  const discussion = (system: boolean): unknown => ({ id: "x", notes: [{ system }] });
  const resources = [resource(1, { user_notes_count: 0 }), resource(2, { user_notes_count: 5 }), resource(3, {})];
  const { matches, requests } = dryRun(
    policyOf("issues", threads),
    world(resources, {
      "projects/:id/issues/2/discussions": [discussion(false), discussion(true), discussion(false)],
      "projects/:id/issues/3/discussions": [discussion(true), discussion(false)],
    }),
  );
  assert.equal(matches, "2");
  assert.deepEqual(
    requests.map(({ path }) => path),
    ["projects/:id/issues", "projects/:id/issues/2/discussions", "projects/:id/issues/3/discussions"],
  );
});

test("members are asked for once, and nobody is neither a member nor none", () => {
  const by = (id: number | null): Record<string, unknown> => ({
    author: { id: 5 },
    assignees: id === null ? [] : [{ id }],
  });
  const resources = [resource(1, by(5)), resource(2, by(6)), resource(3, by(null))];
  const members: GitLab = ({ path, query }) => {
    if (!path.endsWith("/members")) return { body: resources };
    const second = query?.some(([name]) => name === "page");
    return second === true ? { body: [{ id: 5 }] } : { body: [{ id: 1 }], next: [...(query ?? []), ["page", "2"]] };
  };
  const policy = (key: string, condition: string): string =>
    policyOf("issues", `{${key}: {source: group, condition: ${condition}, source_id: a/b}}`);
  const assigned = dryRun(policy("assignee_member", "member_of"), members);
  assert.equal(assigned.matches, "1");
  assert.deepEqual(
    assigned.requests.map(({ path }) => path),
    ["projects/:id/issues", "groups/a%2Fb/members", "groups/a%2Fb/members"],
  );
  assert.equal(dryRun(policy("assignee_member", "not_member_of"), members).matches, "2");
  assert.equal(dryRun(policy("author_member", "not_member_of"), members).matches, "");
});

test("labels beside those that are wanted", () => {
  const resources = [resource(1, { labels: ["a"] }), resource(2, { labels: ["a", "b"] })];
  assert.equal(dryRun(policyOf("issues", "{labels: [a], no_additional_labels: true}"), world(resources)).matches, "1");
});

test("branches: protected ones are left alone, names and dates of commits are looked at", () => {
  const branch = (name: string, time: string, more = {}): unknown => ({
    name,
    protected: false,
    commit: { authored_date: time, committed_date: time, created_at: time },
    ...more,
  });
  const resources = [
    branch("old-1", "2026-01-01T00:00:00Z"),
    branch("old-2", "2026-01-02T00:00:00Z", { protected: true }),
    branch("new", "2026-11-20T00:00:00Z"),
    branch("other", "2026-01-03T00:00:00Z"),
  ];
  const date = "date: {attribute: committed_date, condition: older_than, interval_type: days, interval: 30}";
  assert.equal(dryRun(policyOf("branches", `{${date}}`), world(resources)).matches, "old-1 other");
  assert.equal(dryRun(policyOf("branches", `{${date}, name: ^old}`), world(resources)).matches, "old-1");
  assert.equal(dryRun(policyOf("branches", `{${date}, protected: true}`), world(resources)).matches, "old-2");
  assert.equal(dryRun(policyOf("branches", `{${date}}`, "{most_recent: 1}"), world(resources)).matches, "other");
});

test("limits come after the conditions, and stop the reading of pages", () => {
  const page = (first: number): unknown[] =>
    [0, 1, 2].map((i) => resource(first + i, { upvotes: i, created_at: `2026-01-${10 + first + i}T00:00:00Z` }));
  const pages: GitLab = ({ query = [] }) => {
    const at = Number(query.find(([name]) => name === "page")?.[1] ?? 1);
    return { body: page(at * 3), next: [...query.filter(([name]) => name !== "page"), ["page", String(at + 1)]] };
  };
  const votes = "{votes: {attribute: upvotes, condition: greater_than, threshold: 0}}";
  const { rule, requests } = dryRun(policyOf("issues", votes, "{oldest: 3}"), pages);
  assert.deepEqual([rule.found, rule.matched, requests.length], [6, 3, 2]);
  assert.deepEqual(requests[0]?.query, [
    ["per_page", "100"],
    ["order_by", "created_at"],
    ["sort", "asc"],
  ]);
  assert.deepEqual(
    rule.resources.map(({ reference }) => reference),
    ["group/app#4", "group/app#5", "group/app#7"],
  );
  const few = dryRun(policyOf("issues", "{}", "{most_recent: 2}"), pages);
  assert.deepEqual(few.requests[0]?.query, [
    ["per_page", "2"],
    ["order_by", "created_at"],
    ["sort", "desc"],
  ]);
  assert.equal(few.rule.matched, 2);
});

test("of each resource that does not match it is told which conditions do not hold", () => {
  const resources = [
    resource(1, { labels: ["a"], state: "opened", upvotes: 5, milestone: null, author: { id: 1, username: "Eve" } }),
    resource(2, { labels: ["a", "x"], state: "closed", upvotes: 1, milestone: { id: 1, title: "18.1" } }),
  ];
  const conditions =
    "{state: opened, labels: [a], forbidden_labels: [x], milestone: none, author_username: eve, " +
    "votes: {attribute: upvotes, condition: greater_than, threshold: 2}}";
  const { rule, requests } = dryRun(policyOf("issues", conditions), world(resources), { explain: true });
  assert.deepEqual(requests[0]?.query, [["per_page", "100"]]);
  assert.deepEqual(rule.resources, [{ reference: "group/app#1", actions: [] }]);
  assert.deepEqual(rule.others, [
    { reference: "group/app#2", conditions: ["state", "forbidden_labels", "milestone", "author_username", "votes"] },
  ]);
});

test("one resource alone is asked for by its number, and decided here", () => {
  const gitlab: GitLab = ({ path }) => ({
    body: path === "projects/g%2Fa/issues/42" ? resource(42, { labels: ["a"] }) : [],
  });
  const input = { sourceId: "g/a", resource: "#42" };
  const { requests, matches } = dryRun(policyOf("issues", "{labels: [a]}"), gitlab, input);
  assert.deepEqual([matches, requests.map(({ path }) => path)], ["42", ["projects/g%2Fa/issues/42"]]);
  assert.equal(dryRun(policyOf("issues", "{labels: [b]}"), gitlab, input).matches, "");
  const { outcome } = runPolicy(policyOf("merge_requests", "{}"), gitlab, { input });
  assert.equal(outcome.kind === "succeeded" && outcome.value, '{"rules":[]}');
});

test("a request that is refused ends the run; one about a resource leaves that out", () => {
  const refusing: GitLab = ({ path }) => (path.endsWith("/issues") ? { status: 404 } : { body: [] });
  const { outcome } = runPolicy(policyOf("issues", "{}"), refusing);
  assert.ok(outcome.kind === "failed");
  assert.equal(outcome.error.code, "TRIAGE_GITLAB_FAILED");
  const threads = "{discussions: {attribute: threads, condition: less_than, threshold: 5}}";
  const partly: GitLab = ({ path }) => {
    if (path.endsWith("/issues")) return { body: [resource(1), resource(2)] };
    return path.includes("/1/") ? { status: 403 } : { body: [] };
  };
  const run = runPolicy(policyOf("issues", threads), partly);
  assert.ok(run.outcome.kind === "failed");
  const { report } = run.outcome.error.details as { report: (Rule & { resources: { error?: string }[] })[] };
  assert.deepEqual(
    [report[0]?.matched, report[0]?.resources[0]?.error],
    [1, "GET projects/:id/issues/1/discussions answered 403"],
  );
});

test("a page that is too large is asked for in parts", () => {
  const asked: string[] = [];
  const gitlab: GitLab = ({ query = [] }) => {
    const at = Object.fromEntries(query) as { per_page: string; page?: string };
    asked.push(`${at.per_page}@${at.page ?? 1}`);
    if (at.per_page === "100" && at.page === "2") return { status: 0, code: "HTTP_RESPONSE_TOO_LARGE" };
    if (at.per_page === "100")
      return {
        body: [resource(1)],
        next: [
          ["per_page", "100"],
          ["page", "2"],
        ],
      };
    return { body: [resource(1), resource(2)] };
  };
  assert.equal(dryRun(policyOf("issues", "{}"), gitlab).matches, "1 2");
  assert.deepEqual(asked, ["100@1", "100@2", "25@5"]);
});
