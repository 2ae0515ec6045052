/** A whole policy, carried out by the command line against the simulated GitLab over HTTP. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { serveGitLab } from "../../src/testkit/gitlab/server/http-server.ts";
import { createSimulatedGitLab, type SimulatedGitLab } from "../../src/testkit/gitlab/simulated-gitlab.ts";
import { Workplace, type Result } from "./command-line.ts";

const seed: Seed = {
  users: [{ username: "ann", token: "glpat-ann" }, { username: "bob" }, { username: "eve" }],
  groups: [
    {
      path: "orbit",
      members: { ann: "maintainer", bob: "developer" },
      labels: [{ name: "stale" }, { name: "team::rocket" }, { name: "bug" }, { name: "community" }],
      milestones: [{ title: "18.1", start_date: "2020-01-01", due_date: "2099-01-01" }],
      epics: [{ title: "Fly" }, { title: "Land", labels: ["bug"] }],
    },
  ],
  projects: [
    {
      path: "orbit/app",
      files: { "README.md": "# App\n" },
      branches: { "feature/a": { "a.txt": "a" }, "feature/b": { "b.txt": "b" }, keep: { "k.txt": "k" } },
      issues: [
        { title: "Old bug", author: "eve", labels: ["bug"], created_at: "90 days ago", updated_at: "60 days ago" },
        { title: "New bug", author: "ann", labels: ["bug"], milestone: "18.1", upvotes: ["ann", "bob"] },
        { title: "Secret bug", author: "bob", labels: ["bug"], confidential: true, updated_at: "60 days ago" },
        { title: "Old and closed", labels: ["bug"], state: "closed", updated_at: "60 days ago" },
        {
          title: "Talked about",
          author: "bob",
          notes: [
            { body: "one", author: "ann" },
            { body: "two", author: "bob" },
          ],
        },
      ],
      merge_requests: [
        { title: "Draft: a", author: "eve", source_branch: "feature/a", updated_at: "60 days ago" },
        { title: "b", author: "ann", source_branch: "feature/b", reviewers: ["bob"] },
      ],
    },
    { path: "orbit/reports" },
  ],
};

const policy = `resource_rules:
  epics:
    rules:
      - name: Epics with bugs
        conditions: {state: opened, labels: [bug]}
        actions: {labels: [stale], comment: "{{author}} look at {{title}}"}
  issues:
    summaries:
      - name: Report
        rules:
          - name: Bugs
            conditions: {state: opened, labels: [bug]}
            actions: {summarize: {title: Bugs, item: "- [ ] {{title}} {{full_reference}}", summary: "### {{title}}\\n{{items}}"}}
          - name: Popular
            conditions: {votes: {attribute: upvotes, condition: greater_than, threshold: 1}}
            actions: {summarize: {item: "- {{title}} in {{milestone}}"}}
        actions: {summarize: {title: "Report #{Date.today.year}", destination: orbit/reports, summary: "{{items}}"}}
    rules:
      - name: Stale
        conditions:
          state: opened
          date: {attribute: updated_at, condition: older_than, interval_type: months, interval: 1}
          forbidden_labels: [stale]
        actions:
          labels: [stale]
          remove_labels: [bug]
          comment: "{{author}} is {{title}} still wanted?"
      - name: Community
        conditions:
          author_member: {source: group, condition: not_member_of, source_id: orbit}
          ruby: labels.none? { |l| l.name == "community" }
        actions: {labels: [community], mention: [ann]}
      - name: Discussed
        conditions: {discussions: {attribute: notes, condition: greater_than, threshold: 1}}
        actions: {comment: "{{upvotes}} votes", comment_type: thread}
  merge_requests:
    rules:
      - name: Old drafts
        conditions: {state: opened, draft: true}
        actions: {status: close, comment: "Closed #{resource[:source_branch]}"}
  branches:
    rules:
      - name: Closed features
        conditions:
          name: ^feature/
          date: {attribute: committed_date, condition: newer_than, interval_type: days, interval: 1}
        limits: {oldest: 1}
        actions: {delete: true}
`;

interface Place {
  gitlab: SimulatedGitLab;
  triage: (...args: string[]) => Promise<Result>;
  get: (path: string) => unknown;
}

async function inPlace(text: string, work: (place: Place) => Promise<void>): Promise<void> {
  await using workplace = new Workplace();
  workplace.write(".triage-policies.yml", text);
  let gitlab: SimulatedGitLab | undefined;
  const server = await serveGitLab(0, (url) => {
    gitlab = createSimulatedGitLab({ clock: { now: () => Date.now() }, url });
    const { world, root } = gitlab;
    plant({ world, user: root }, seed);
    return { gitlab };
  });
  try {
    const simulated = gitlab!;
    await work({
      gitlab: simulated,
      triage: (...args) =>
        workplace.runWith({ CI_PROJECT_PATH: "" }, "triage", "-t", "glpat-ann", "-H", server.url, ...args),
      get(path) {
        const headers = { "private-token": "glpat-root" };
        return simulated.handle({ method: "GET", path: `/api/v4/${path}`, headers }).body;
      },
    });
  } finally {
    await server.close();
  }
}

interface Item {
  iid: number;
  title: string;
  labels: string[];
  state: string;
  description: string;
}

const app = "projects/orbit%2Fapp";

test("a dry run tells everything that a run then does, and changes nothing", async () => {
  await inPlace(policy, async ({ triage, get }) => {
    const before = JSON.stringify([
      get(`${app}/issues`),
      get(`${app}/merge_requests`),
      get(`${app}/repository/branches`),
    ]);
    const dry = await triage("-n", "-i", "orbit/app");
    assert.deepEqual([dry.status, dry.stderr.includes("skipped")], [0, false], dry.stderr);
    assert.match(dry.stdout, /^epics · Epics with bugs: skipped: epics are in groups/m);
    assert.match(dry.stdout, /^issues · Stale: 2 found, 2 match$/m);
    assert.match(
      dry.stdout,
      /^ {2}orbit\/app#1:\n {4}comment\n {4}label ~"stale"\n {4}remove label ~"bug"\n {4}> @eve is Old bug/m,
    );
    assert.match(dry.stdout, /^ {2}summary "Report \d+" in orbit\/reports$/m);
    assert.match(dry.stdout, /^ {2}orbit\/app#2 does not match: author_member$/m);
    const after = JSON.stringify([
      get(`${app}/issues`),
      get(`${app}/merge_requests`),
      get(`${app}/repository/branches`),
    ]);
    assert.equal(after, before);
  });
});

test("a run does what every rule says, and a second one finds less to do", async () => {
  await inPlace(policy, async ({ triage, get }) => {
    const { status, stdout, stderr } = await triage("-i", "orbit/app", "-o", "json");
    assert.equal(status, 0, stderr);
    const { rules } = JSON.parse(stdout) as { rules: { rule: string; matched: number }[] };
    assert.deepEqual(
      rules.map(({ rule, matched }) => `${rule} ${matched}`),
      [
        "Epics with bugs 0",
        "Report: Bugs 3",
        "Report: Popular 1",
        "Report 4",
        "Stale 2",
        "Community 1",
        "Discussed 2",
        "Old drafts 1",
        "Closed features 1",
      ],
    );
    const issues = get(`${app}/issues?sort=asc`) as Item[];
    assert.deepEqual(
      issues.map(({ iid, labels, state }) => `${iid} ${state} ${labels.join(",")}`),
      ["1 opened community,stale", "2 opened bug", "3 opened stale", "4 closed bug", "5 opened "],
    );
    const [report] = get("projects/orbit%2Freports/issues") as Item[];
    assert.equal(report?.title, `Report ${new Date().getUTCFullYear()}`);
    assert.equal(
      report?.description,
      '### Bugs\n- [ ] (confidential) orbit/app#3\n- [ ] New bug orbit/app#2\n- [ ] Old bug orbit/app#1\n\n- New bug in %"18.1"',
    );
    const notes = (get(`${app}/issues/3/notes?sort=asc`) as { body: string; system: boolean }[]).filter(
      ({ system }) => !system,
    );
    assert.deepEqual(
      notes.map(({ body }) => body),
      ["(confidential) is (confidential) still wanted?"],
    );
    const [draft] = get(`${app}/merge_requests?source_branch=feature/a`) as Item[];
    assert.equal(draft?.state, "closed");
    const branches = (get(`${app}/repository/branches`) as { name: string }[]).map(({ name }) => name);
    assert.equal(branches.filter((name) => name.startsWith("feature/")).length, 1);
    const again = await triage("-i", "orbit/app");
    assert.match(again.stdout, /^issues · Stale: 0 found, 0 match$/m);
    assert.match(again.stdout, /^issues · Community: \d+ found, 0 match$/m);
  });
});

test("a group has epics too; one resource alone is looked at, with what does not hold", async () => {
  await inPlace(policy, async ({ triage, get }) => {
    const { status, stdout, stderr } = await triage("-s", "groups", "-i", "orbit");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^epics · Epics with bugs: 1 found, 1 matches\n {2}orbit&2:$/m);
    assert.match(stdout, /^branches · Closed features: skipped: branches are in projects/m);
    const [note] = get("groups/orbit/epics/2/notes") as { body: string }[];
    assert.match(note?.body ?? "", /^@root look at Land/);
    const one = await triage("-n", "-i", "orbit/app", "--resource-reference", "#5");
    assert.equal(one.status, 0, one.stderr);
    assert.match(one.stdout, /^ {2}orbit\/app#5 does not match: date$/m);
    assert.doesNotMatch(one.stdout, /#1/);
  });
});

test("an unknown label: nothing of its rule is done, and the exit status is 1", async () => {
  const text = policy.replace("labels: [stale]\n          remove_labels", "labels: [stail]\n          remove_labels");
  await inPlace(text, async ({ triage, get }) => {
    const { status, stderr } = await triage("-i", "orbit/app");
    assert.equal(status, 1);
    assert.match(
      stderr,
      /TRIAGE_LABEL_UNKNOWN: rule "Stale" \(line \d+\): there is no label ~"stail" in project orbit\/app/,
    );
    assert.deepEqual((get(`${app}/issues/1`) as Item).labels, ["bug"]);
  });
});

test("what is wrong with the policy or the options: exit status 2, with its place", async () => {
  await inPlace(policy.replace("forbidden_labels", "forbiden_labels"), async ({ triage }) => {
    const { status, stderr } = await triage("-i", "orbit/app");
    assert.equal(status, 2);
    assert.match(
      stderr,
      /has no key forbiden_labels; did you mean forbidden_labels\?\n {2}at \.triage-policies\.yml:\d+:11/,
    );
  });
  await inPlace(policy.replace("labels.none?", "labels.eval"), async ({ triage }) => {
    const { status, stderr } = await triage("-i", "orbit/app");
    assert.equal(status, 2);
    assert.match(stderr, /error POLICY_EXPRESSION: the method eval is not of the language/);
  });
  await inPlace(policy, async ({ triage }) => {
    assert.equal((await triage()).status, 2);
    assert.equal((await triage("-i", "orbit/app", "-r", "plugin.rb")).status, 2);
    assert.equal((await triage("-i", "orbit/app", "--resource-reference", "42")).status, 2);
    assert.equal((await triage("-i", "orbit/nothing")).status, 1);
  });
});

test("a GitLab that does not answer is told while it is waited for", async () => {
  await using place = new Workplace();
  place.write(".triage-policies.yml", policy);
  const running = place.start("triage", "-n", "-H", "http://127.0.0.1:1", "-t", "glpat-x", "-i", "orbit/app");
  await running.says(/no answer from 127\.0\.0\.1:1.*; it is tried again\. Ctrl-C ends it\./);
  running.process.kill("SIGINT");
  assert.equal((await running.ended).status, 130);
});

test("examples are written, and carried out", async () => {
  await inPlace(policy, async ({ triage }) => {
    assert.equal((await triage("--init")).status, 2);
    assert.equal((await triage("--init", "-f", "example.yml")).status, 0);
    assert.equal((await triage("-n", "-f", "example.yml", "-i", "orbit/app")).status, 0);
    assert.equal((await triage("--init-ci")).status, 0);
  });
});
