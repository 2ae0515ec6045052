import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy, loadPolicy } from "../testing/triage-run.ts";

/** Problems of a policy, a line each. */
function problems(text: string): string[] {
  return compilePolicy(text).diagnostics.map(
    ({ severity, where, message }) => `${severity} ${where.line}:${where.column} ${message}`,
  );
}

/** A policy with one rule of these conditions and actions. */
function rule(type: string, conditions: string, actions = "{}"): string {
  return `resource_rules:
  ${type}:
    rules:
      - name: A
        conditions: ${conditions}
        actions: ${actions}
`;
}

test("a file with every key compiles without a word", () => {
  const text = `host_url: https://gitlab.example.com
.common: &common
  state: opened
resource_rules:
  epics:
    rules:
      - name: Epics
        conditions:
          <<: *common
          date: {attribute: created_at, condition: newer_than, interval_type: minutes, interval: 90}
          author_member: {source: group, condition: not_member_of, source_id: my/group}
          labels: [None]
        limits: {most_recent: 50}
        actions: {labels: [a], remove_labels: [b], status: close, mention: [ann], comment: "{{title}}"}
  issues:
    summaries:
      - name: Weekly
        rules:
          - name: New
            conditions: {state: opened}
            actions: {summarize: {item: "- {{title}}", summary: "{{title}}{{items}}", title: New}}
        actions: {summarize: {title: "Week #{Date.today.cweek}", destination: group/app, summary: "{{items}} {{type}}"}}
    rules:
      - conditions:
          milestone: upcoming
          iteration: any
          votes: {attribute: upvotes, condition: less_than, threshold: 10}
          labels: ["missed:{10..11}.{0..1}", "{ a, b }", Any]
          forbidden_labels: [x]
          no_additional_labels: true
          author_username: eve
          assignee_member: {source: project, condition: member_of, source_id: 42}
          health_status: at_risk
          weight: 3
          issue_type: incident
          discussions: {attribute: threads, condition: greater_than, threshold: 3}
          ruby: labels.any? { |l| l.name == 'x' }
        limits: {oldest: 3}
        actions:
          move: group/other
          comment_type: thread
          comment: |
            {{author}} #{full_resource_reference} \\#{literal}
          redact_confidential_resources: false
          summarize: {title: T, item: "- {{title}}", summary: "{{items}}", redact_confidential_resources: false}
          comment_on_summary: "about {{full_reference}}"
          issue: {title: "T #{project_path}", destination: group/app, description: "{{web_url}}"}
  merge_requests:
    rules:
      - name: Requests
        conditions:
          state: merged
          draft: yes
          source_branch: feature
          target_branch: main
          reviewer_id: none
          date: {attribute: merged_at, condition: older_than, interval_type: years, interval: 1, filter_in_ruby: true}
        actions: {comment_internal: true, comment: x}
  branches:
    rules:
      - name: Branches
        conditions:
          date: {attribute: committed_date, condition: older_than, interval_type: months, interval: 6}
          name: ^feature
          protected: false
        actions: {delete: true}
`;
  assert.deepEqual(problems(text), []);
  const { workflow } = loadPolicy(text).describe();
  assert.equal(workflow?.name, "triage-policies");
  assert.deepEqual(
    workflow?.graph.nodes.map(({ name, type, parent }) => [name, type, parent]),
    [
      ["Epics", "epics", undefined],
      ["Weekly", "issues summary", undefined],
      ["New", "issues", "issues summary: Weekly"],
      ["issues 1", "issues", undefined],
      ["Requests", "merge_requests", undefined],
      ["Branches", "branches", undefined],
    ],
  );
});

test("unknown keys are told, with the one that may have been meant; a misspelt condition is an error", () => {
  assert.deepEqual(problems("resource_rules:\n  issus: {}\n"), [
    "error 2:3 resource_rules of the file has no key issus; did you mean issues?",
  ]);
  assert.deepEqual(problems("resource_rulez: {}\n"), [
    "error 1:1 the file has no resource_rules",
    "error 1:1 the file has no key resource_rulez; did you mean resource_rules?",
  ]);
  assert.deepEqual(problems(rule("issues", "{stat: opened}")), [
    'error 5:22 conditions of rule "A" has no key stat; did you mean state?',
  ]);
  assert.deepEqual(problems(rule("issues", "{}", "{comments: x}")), [
    'warning 6:19 actions of rule "A" has no key comments; did you mean comment?',
  ]);
  assert.deepEqual(problems("anchors: {}\nresource_rules: {}\n"), [
    "warning 1:1 the file has no key anchors: it means nothing",
  ]);
});

test("keys of other resources say so", () => {
  assert.deepEqual(problems(rule("merge_requests", "{weight: 3}")), [
    'warning 5:22 conditions of rule "A" has no key weight: it is for issues, and these are merge_requests',
  ]);
  assert.deepEqual(problems(rule("issues", "{}", "{delete: true}")), [
    'warning 6:19 actions of rule "A" has no key delete: it is for branches, and these are issues',
  ]);
  assert.deepEqual(problems(rule("branches", "{}", "{labels: [x]}")), [
    'warning 6:19 actions of rule "A" has no key labels: nothing of the kind is done to branches',
  ]);
});

test("values of the wrong kind are told with what they should be", () => {
  const date = "{date: {attribute: merged_at, condition: older, interval_type: day, interval: -1}}";
  assert.deepEqual(problems(rule("issues", date)), [
    'error 5:40 attribute of date of conditions of rule "A" has to be created_at or updated_at, got the text "merged_at"',
    'error 5:62 condition of date of conditions of rule "A" has to be older_than or newer_than, got the text "older"',
    'error 5:84 interval_type of date of conditions of rule "A" has to be minutes, hours, days, weeks, months or years, got the text "day"; did you mean days?',
    'error 5:99 interval of date of conditions of rule "A" has to be a whole number from 0 on, got number -1',
  ]);
  assert.deepEqual(problems(rule("issues", "{state: merged, weight: heavy}")), [
    'error 5:29 state of conditions of rule "A" has to be opened, closed or all, got the text "merged"',
    'error 5:45 weight of conditions of rule "A" has to be Any, None or a whole number, got the text "heavy"',
  ]);
  assert.deepEqual(problems(rule("issues", "{author_member: {source: group}}")), [
    'error 5:37 author_member of conditions of rule "A" has no condition',
    'error 5:37 author_member of conditions of rule "A" has no source_id',
  ]);
  assert.deepEqual(problems("resource_rules:\n  issues:\n    rules: [x]\n"), [
    'error 3:13 a rule of issues has to be an object, got the text "x"',
  ]);
});

test("two limits, an internal thread, and a comment on no summary are refused", () => {
  const limits =
    "resource_rules:\n  issues:\n    rules:\n      - name: A\n        limits: {most_recent: 1, oldest: 2}\n";
  assert.deepEqual(problems(limits), [
    'error 5:42 limits of rule "A" has both most_recent and oldest; only one of them can be meant',
  ]);
  assert.deepEqual(problems(rule("issues", "{}", "{comment: x, comment_internal: true, comment_type: thread}")), [
    'error 6:69 comment_type of actions of rule "A" is thread, and comment_internal is true: GitLab\'s API would make it public',
  ]);
  assert.deepEqual(problems(rule("issues", "{}", "{comment_on_summary: x}")), [
    'error 6:39 comment_on_summary of actions of rule "A" needs summarize: there is no summary to comment on',
  ]);
});

test("what is wrong with an expression or a text is told at its place in the file", () => {
  const block = `resource_rules:
  issues:
    rules:
      - name: A
        conditions:
          ruby: |
            resource[:title].present? &&
              resource.secret
        actions:
          comment: |
            Hello {{autor}}
`;
  assert.deepEqual(problems(block), [
    "error 8:24 the method secret is not of the language of these expressions",
    "warning 11:19 there is no placeholder {{autor}}: it stays as it is; did you mean {{author}}?",
  ]);
  assert.deepEqual(problems(rule("issues", '{ruby: "1 +"}')), ["error 5:32 the end is not understood here"]);
  assert.deepEqual(problems(rule("issues", "{}", '{summarize: {title: "#{author}", item: x}}')), [
    "error 6:41 there is no author here: this text is about no single resource",
  ]);
  assert.deepEqual(problems(rule("branches", "{name: '['}")), [
    "error 5:28 the regular expression of name cannot be read: premature end of char-class",
  ]);
});

test("braces in labels make a rule of each combination, also within each other", () => {
  const labels = (text: string): string[] => {
    const { image } = compilePolicy(rule("issues", `{labels: ${text}}`));
    const content = JSON.parse(String.fromCharCode(...image!.bytes).replace(/^.*\n/, "")) as {
      policy: { resources: { rules: { variants: { labels: string[] }[][] }[] }[] };
    };
    return content.policy.resources[0]!.rules[0]!.variants.map(([one]) => one!.labels.join(" + "));
  };
  assert.deepEqual(labels('["missed:{10..11}.{0..1}", x]'), [
    "missed:10.0 + x",
    "missed:10.1 + x",
    "missed:11.0 + x",
    "missed:11.1 + x",
  ]);
  assert.deepEqual(labels('["{ apple, orange } pie"]'), ["apple pie", "orange pie"]);
  assert.deepEqual(labels('["a{b,{1..2}}c", "{x,y}"]'), [
    "abc + x",
    "abc + y",
    "a1c + x",
    "a1c + y",
    "a2c + x",
    "a2c + y",
  ]);
  assert.deepEqual(labels('["{one}", "a}b{", "{3..2}"]'), []);
  assert.deepEqual(labels('["{one}", "a}b{"]'), ["{one} + a}b{"]);
  assert.deepEqual(problems(rule("issues", '{labels: ["{1..999999999}"]}')), [
    'error 5:30 the braces in labels of conditions of rule "A" make more than 1000 rules of it',
  ]);
});

test("files that are no policies are refused", () => {
  assert.deepEqual(problems(""), ["error 1:1 the file is empty; it has to have resource_rules"]);
  assert.deepEqual(problems("- a\n"), ["error 1:1 the file has to be an object, got a list"]);
  assert.match(problems("a: [\n")[0]!, /^error 2:1 /);
  assert.match(problems("a: {}\n---\nb: {}\n").join("\n"), /a policy file is one YAML document/);
});
