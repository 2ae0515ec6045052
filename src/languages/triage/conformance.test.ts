/** Policies as people write them for gitlab-triage, run unchanged: what it passes over is passed over, what it reads in its own way is read so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy, type GitLab, type RunOptions, runPolicy, type SeenRequest } from "./testing/triage-run.ts";

function issue(iid: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 1000 + iid,
    iid,
    project_id: 7,
    title: `Thing ${iid}`,
    state: "opened",
    labels: [],
    author: { id: 1, username: "eve" },
    assignees: [],
    upvotes: iid,
    web_url: `https://gitlab.example.com/group/app/-/issues/${iid}`,
    created_at: "2026-01-02T03:04:05.000Z",
    updated_at: "2026-01-02T03:04:05.000Z",
    references: { full: `group/app#${iid}` },
    ...more,
  };
}

/** Every list has these; whatever is written gets a number. */
function having(...resources: unknown[]): GitLab {
  return ({ method, path }) => {
    if (method !== "GET") return { body: { iid: 90, project_id: 7, title: "", references: { full: "group/app#90" } } };
    return { body: path.includes("/labels/") ? { id: 1 } : resources };
  };
}

interface Seen {
  warnings: string[];
  /** Queries of the lists, without the size of pages. */
  lists: string[];
  /** Texts that were written. */
  texts: string[];
  written: SeenRequest[];
}

function carriedOut(policy: string, gitlab: GitLab, options: RunOptions = {}): Seen {
  const { diagnostics } = compilePolicy(policy);
  const { outcome, requests } = runPolicy(policy, gitlab, options);
  assert.equal(outcome.kind, "succeeded", JSON.stringify(outcome));
  const written = requests.filter(({ method }) => method !== "GET");
  const lists = requests.filter(({ method, query }) => method === "GET" && query !== undefined);
  return {
    warnings: diagnostics.map(({ where, message }) => `${where.line}:${where.column} ${message}`),
    lists: lists.map(({ query }) =>
      (query ?? [])
        .filter(([name]) => name !== "per_page")
        .map((pair) => pair.join("="))
        .join("&"),
    ),
    texts: written.map(({ body }) => String(body?.["body"] ?? body?.["description"])),
    written,
  };
}

test("conditions of older policies: a list of one milestone, upvotes, No Milestone", () => {
  const policy = `.common:
  exempt: &exempt
    forbidden_labels: [security, customer]
resource_rules:
  issues:
    rules:
      - name: Popular and unscheduled
        conditions:
          state: opened
          milestone:
            - No Milestone
          upvotes:
            attribute: upvotes
            condition: greater_than
            threshold: 1
          <<: *exempt
        actions:
          labels:
            - popular
`;
  const { warnings, lists, texts } = carriedOut(policy, having(issue(1), issue(2)));
  assert.deepEqual(warnings, []);
  assert.deepEqual(lists, ["not[labels]=security,customer&state=opened&milestone_id=None"]);
  assert.deepEqual(texts, ['/label ~"popular"']);
});

test("what gitlab-triage passes over is told and passed over", () => {
  const policy = `api_version: v4
per_page: 50
resource_rules:
  issues:
    rules:
      - name: Indented wrongly
        conditions:
          labels: [bugbot]
          remove_labels: [bugbot]
          comment: never
      - name: Nobody knows it
        api: graphql
        labels: [needs-testing]
        conditions: {state: opened}
        actions: {status: [close], add_labels: [x]}
  merge_requests:
    rules:
      - name: Of another resource
        conditions: {state: opened, title: WIP, weight: 3}
        action: {labels: [x]}
  branches:
    rules:
      - name: Cannot be commented on
        conditions: {name: ^old}
        actions: {comment: never}
`;
  const { warnings, texts } = carriedOut(policy, having(issue(1)));
  assert.deepEqual(warnings, [
    '9:11 conditions of rule "Indented wrongly" has no key remove_labels; it means nothing',
    '10:11 conditions of rule "Indented wrongly" has no key comment; it means nothing',
    '15:36 actions of rule "Nobody knows it" has no key add_labels; it means nothing',
    '13:9 rule "Nobody knows it" has no key labels; it means nothing',
    '19:37 conditions of rule "Of another resource" has no key title; it means nothing',
    '19:49 conditions of rule "Of another resource" has no key weight: it is for issues, and these are merge_requests',
    '20:9 rule "Of another resource" has no key action; did you mean actions?',
    '25:19 actions of rule "Cannot be commented on" has no key comment: nothing of the kind is done to branches',
  ]);
  assert.deepEqual(texts, ["/close"]);
});

test("backslashes in texts are those of Ruby's texts in double quotes", () => {
  const policy = String.raw`resource_rules:
  issues:
    rules:
      - name: Escapes
        actions:
          comment: >
            Gone for 60 days.\n\n
            Ask @kira\-bot, write \{ and \}, \"quote\" it: a\tb, \u00e9\u{1F600}, \x41\101, C:\\dir, \#{x}, ##{1 + 1}.
          comment_type: thread
`;
  const { texts } = carriedOut(policy, having(issue(1)));
  assert.deepEqual(texts, [
    'Gone for 60 days.\n\n Ask @kira-bot, write { and }, "quote" it: a\tb, é😀, AA, C:\\dir, #{x}, #2.',
  ]);
});

test("a placeholder that is none stays as it is, and one without a value is empty", () => {
  const policy = `resource_rules:
  merge_requests:
    rules:
      - name: Placeholders
        actions:
          comment: "{{ title }} {{nobody}} {{source_branch}} to {{target_branch}} {{milestone}}."
`;
  const { warnings, texts } = carriedOut(policy, having(issue(1, { source_branch: "x", target_branch: "main" })));
  assert.deepEqual(warnings, ["6:33 there is no placeholder {{nobody}}: it stays as it is"]);
  assert.deepEqual(texts, ["{{ title }} {{nobody}} x to main ."]);
});

test("what somebody called an issue is neither HTML nor a quick action, and a title is as it is", () => {
  const policy = `resource_rules:
  issues:
    rules:
      - name: Names
        actions:
          comment: |
            {{title}}
            - {{title}}
            #{"/label ~x"}
          issue: {title: "{{title}}", destination: 5, description: "{{title}}"}
`;
  const { written, texts } = carriedOut(policy, having(issue(1, { title: "/close <!-- & co" })));
  assert.deepEqual(texts, [
    "\\/close &lt;!-- &amp; co\n- /close &lt;!-- &amp; co\n/label ~x",
    "\\/close &lt;!-- &amp; co",
  ]);
  assert.equal(written[1]?.body?.["title"], "/close <!-- & co");
});

test("a summary's title and description know its type and items as the resource", () => {
  const policy = `resource_rules:
  issues:
    rules:
      - name: Unlabelled
        conditions:
          date: {attribute: updated_at, condition: older_than, interval_type: days, interval: 5}
          state: opened
          labels: [None]
        limits:
          most_recent: 15
        actions:
          comment_type: thread
          comment_on_summary: |
            # {{title}}

            author: {{author}}
          summarize:
            destination: group/reports
            title: |
              #{resource[:type].capitalize} require labels
            item: |
              - [ ] [{{title}}]({{web_url}}) {{labels}}
            redact_confidential_resources: false
            summary: |
              The following {{type}} require labels (#{resource[:items].lines.size}):

              {{items}}

              Please take care of them before the end of #{7.days.from_now.strftime('%Y-%m-%d')}

              /label ~"needs attention"
`;
  const { warnings, lists, written, texts } = carriedOut(policy, having(issue(1), issue(2, { labels: ["a b"] })));
  assert.deepEqual(warnings, []);
  assert.deepEqual(lists, [
    "updated_before=2026-11-16T00:00:00Z&state=opened&labels=None&order_by=created_at&sort=desc",
  ]);
  assert.deepEqual(
    written.map(({ path }) => path),
    [
      "projects/group%2Freports/issues",
      "projects/group%2Freports/issues/90/discussions",
      "projects/group%2Freports/issues/90/discussions",
    ],
  );
  assert.equal(written[0]?.body?.["title"], "Issues require labels");
  assert.equal(
    texts[0],
    `The following issues require labels (2):

- [ ] [Thing 1](https://gitlab.example.com/group/app/-/issues/1)${" "}
- [ ] [Thing 2](https://gitlab.example.com/group/app/-/issues/2) ~"a b"

Please take care of them before the end of 2026-11-28

/label ~"needs attention"`,
  );
  assert.equal(texts[1], "# Thing 1\n\nauthor: @eve");
});

test("a summary is made of resources, whatever their items say; of none there is none", () => {
  const policy = (item: string): string => `resource_rules:
  issues:
    summaries:
      - name: Both
        rules:
          - {name: A, actions: {summarize: {item: ${item}, summary: "A: {{items}}"}}}
          - {name: B, conditions: {ruby: false}, actions: {summarize: {item: x, summary: "B: {{items}}"}}}
        actions: {summarize: {title: "{{type}}", summary: "{{items}}"}}
`;
  assert.deepEqual(carriedOut(policy('"#{nil}"'), having(issue(1))).texts, ["A: "]);
  assert.deepEqual(carriedOut(policy('"{{title}}"'), having()).texts, []);
});

test("an issue for a resource is opened in the resource's project", () => {
  const policy = `resource_rules:
  issues:
    rules:
      - name: Testing
        actions:
          issue:
            title: |
              Testing: {{title}}
            description: |
              The issue {{full_reference}} needs testing.
`;
  const { written } = carriedOut(policy, having(issue(1)), { input: { source: "groups", sourceId: "group" } });
  assert.deepEqual(
    written.map(({ path, body }) => [path, body]),
    [["projects/7/issues", { title: "Testing: Thing 1", description: "The issue group/app#1 needs testing." }]],
  );
});

test("days count from midnight; minutes and hours from now", () => {
  const date = (attribute: string, more: string): string => `resource_rules:
  merge_requests:
    rules:
      - name: Dates
        conditions: {date: {attribute: ${attribute}, ${more}}}
        actions: {comment: "{{title}}"}
`;
  const at = (time: string): Record<string, unknown> => issue(1, { merged_at: time });
  const matches = (more: string, time: string): boolean =>
    carriedOut(date("merged_at", more), having(at(time))).texts.length > 0;
  const older = "condition: older_than, interval_type: days, interval: 1";
  assert.equal(matches(older, "2026-11-20T00:30:00Z"), false);
  assert.equal(matches(older, "2026-11-19T23:30:00Z"), true);
  const newer = "condition: newer_than, interval_type: days, interval: 1";
  assert.equal(matches(newer, "2026-11-20T23:30:00Z"), false);
  assert.equal(matches(newer, "2026-11-21T00:30:00Z"), true);
  const hours = "condition: newer_than, interval_type: hours, interval: 6";
  assert.equal(matches(hours, "2026-11-21T02:59:00Z"), false);
  assert.equal(matches(hours, "2026-11-21T03:01:00Z"), true);
  const [updated] = carriedOut(date("updated_at", hours), having()).lists;
  assert.equal(updated, "updated_after=2026-11-21T03:00:00Z");
});

test("conditions in Ruby that only some resources need", () => {
  const policy = `resource_rules:
  issues:
    rules:
      - name: No type
        conditions:
          ruby: |
            !resource["labels"].any? { |label| label.start_with?("type::") }
        actions: {comment: type}
      - name: No description
        conditions:
          ruby: |
            not resource["description"] or resource["description"] == ""
        actions: {comment: description}
      - name: Deadline
        conditions:
          ruby: |
            resource["due_date"] and DateTime.now + 7 >= resource["due_date"]
        actions: {comment: deadline}
      - name: Long closed
        conditions:
          ruby: resource[:closed_at] < 30.days.ago.strftime('%Y-%m-%dT00:00:00.000Z')
        actions: {comment: closed}
`;
  const closed = { closed_at: "2026-01-01T00:00:00.000Z" };
  const typed = issue(1, { labels: ["type::bug"], description: "x", due_date: "2026-11-25", ...closed });
  const bare = issue(2, { description: null, due_date: null, closed_at: "2026-11-20T00:00:00.000Z" });
  const { written } = carriedOut(policy, having(typed, bare));
  assert.deepEqual(
    written.map(({ path, body }) => `${path.split("/").at(-2)} ${String(body?.["body"])}`),
    ["2 type", "2 description", "1 deadline", "1 closed"],
  );
});

test("plugins' methods and the environment are refused, at their place", () => {
  const policy = (ruby: string): string =>
    `resource_rules:\n  issues:\n    rules:\n      - name: A\n        conditions:\n          ruby: ${ruby}\n`;
  const told = (ruby: string): string[] =>
    compilePolicy(policy(ruby)).diagnostics.map(
      ({ severity, where, message }) => `${severity} ${where.line}:${where.column} ${message}`,
    );
  assert.deepEqual(told('"!has_assignee?"'), ["error 6:19 has_assignee? is not of the language of these expressions"]);
  assert.match(told("active?(resource[:project_id], 7)").join("\n"), /^error 6:17 active\? is not of the language/);
  assert.match(told('ENV["X"].nil?').join("\n"), /^error 6:17 ENV cannot be named here/);
});
