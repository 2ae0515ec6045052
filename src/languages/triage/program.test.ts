import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultLimits } from "../../core/program.ts";
import { triage } from "./program.ts";
import { compilePolicy, type GitLab, loadPolicy, runPolicy } from "./testing/triage-run.ts";

const policy = `resource_rules:
  issues:
    rules:
      - name: Stale
        conditions:
          date: {attribute: updated_at, condition: older_than, interval_type: weeks, interval: 2}
          state: opened
          labels: [bug]
        actions:
          labels: [stale]
          mention: [ann]
          comment: |
            {{author}} nothing happened to {{title}}.
`;

function issue(iid: number, more: Record<string, unknown> = {}) {
  return {
    id: 1000 + iid,
    iid,
    project_id: 7,
    title: `Issue ${iid}`,
    state: "opened",
    labels: ["bug"],
    author: { id: 1, username: "eve" },
    references: { short: `#${iid}`, relative: `#${iid}`, full: `group/app#${iid}` },
    ...more,
  };
}

const gitlab: GitLab = ({ method, path, query }) => {
  if (method === "POST") return { body: { id: 1 } };
  if (path.includes("/labels/")) return path.endsWith("/stale") ? { body: { id: 1 } } : { status: 404 };
  if (query?.some(([name, value]) => name === "page" && value === "2")) return { body: [issue(3)] };
  return { body: [issue(1), issue(2)], next: [...(query ?? []), ["page", "2"]] };
};

test("issues that match get one comment that does everything", () => {
  const { outcome, requests } = runPolicy(policy, gitlab);
  assert.equal(outcome.kind, "succeeded");
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    [
      "GET projects/:id/issues",
      "GET projects/:id/labels/stale",
      "POST projects/:id/issues/1/notes",
      "POST projects/:id/issues/2/notes",
      "GET projects/:id/issues",
      "POST projects/:id/issues/3/notes",
    ],
  );
  assert.deepEqual(requests[0]?.query, [
    ["per_page", "100"],
    ["updated_before", "2026-11-07T00:00:00Z"],
    ["state", "opened"],
    ["labels", "bug"],
  ]);
  assert.equal(requests[2]?.body?.["body"], '@eve nothing happened to Issue 1.\n\n/label ~"stale"\n\n/cc @ann');
});

test("a dry run writes nothing, and tells what it would", () => {
  const { outcome, requests } = runPolicy(policy, gitlab, { input: { dryRun: true } });
  assert.deepEqual(
    requests.filter(({ method }) => method !== "GET"),
    [],
  );
  assert.ok(outcome.kind === "succeeded");
  const { rules } = JSON.parse(outcome.value) as { rules: { matched: number; resources: { actions: string[] }[] }[] };
  assert.equal(rules[0]?.matched, 3);
  assert.deepEqual(rules[0]?.resources[0]?.actions.slice(0, 3), ["comment", 'label ~"stale"', "mention ann"]);
});

test("a run that is stored and loaded after every turn, in slices of one step, does the same", () => {
  const whole = runPolicy(policy, gitlab);
  const stored = runPolicy(policy, gitlab, { reopens: true, slice: 1 });
  assert.deepEqual(stored.requests, whole.requests);
  assert.deepEqual(stored.outcome, whole.outcome);
  assert.deepEqual(stored.states, whole.states);
});

const start = {
  runId: "r",
  project: "p",
  trigger: "",
  position: 0,
  time: 0,
  vars: {},
  secrets: [],
  limits: defaultLimits,
};

test("the same file is the same image, and what is damaged is refused", () => {
  const { image } = compilePolicy(policy);
  assert.equal(compilePolicy(policy).image?.hash, image?.hash);
  assert.notEqual(compilePolicy(policy.replace("Stale", "Old")).image?.hash, image?.hash);
  const bytes = image!.bytes.slice();
  bytes[bytes.length - 3]! ^= 1;
  assert.throws(() => triage.load({ ...image!, bytes }), { code: "STATE_DAMAGED" });
  const loaded = triage.load(image!);
  const machine = loaded.open(start);
  machine.step(undefined, 1000);
  const state = machine.snapshot();
  assert.deepEqual(loaded.inspect(start, state).nodes, [
    { node: "issues: Stale", name: "Stale", type: "issues", entered: 0 },
  ]);
  const other = loadPolicy(policy.replace("Stale", "Old"));
  assert.throws(() => other.open(start, state), { code: "STATE_DAMAGED" });
  state[state.length - 3]! ^= 1;
  assert.throws(() => loaded.open(start, state), { code: "STATE_DAMAGED" });
});

test("cancelling closes what is under way", () => {
  const machine = loadPolicy(policy).open(start);
  machine.step(undefined, 1000);
  const turn = machine.step({ kind: "cancel", seq: 1, time: 1, reason: "enough" }, 1000);
  assert.ok(turn !== "running");
  assert.deepEqual(turn.outcome, { kind: "cancelled", reason: "enough" });
  assert.deepEqual(
    turn.effects.map((effect) => effect.kind === "cancel" && effect.target),
    [1],
  );
});

test("an input that does not say where to look is refused", () => {
  const failed = (input: Record<string, unknown>): string => {
    const { outcome } = runPolicy(policy, gitlab, { input });
    return outcome.kind === "failed" ? `${outcome.error.code} ${outcome.error.message}` : outcome.kind;
  };
  assert.match(failed({ source: "groups" }), /^WORKFLOW_INPUT source is groups, so sourceId/);
  assert.match(failed({ source: "here" }), /source has to be projects, groups or all/);
  assert.match(failed({ resource: "42" }), /resource has to be like #42, !7 or &9/);
  assert.match(failed({ resource: "&4" }), /an epic is in a group/);
  assert.match(failed({ resource: "#4", source: "groups", sourceId: "g" }), /#4 is in a project/);
});

const automatic = `autoflow: {schedule: 0 9 * * 1, timezone: Europe/Berlin, live: true}
resource_rules:
  issues:
    summaries:
      - name: Report
        rules: [{name: Part, actions: {summarize: {}}}]
        actions: {summarize: {title: T}}
    rules:
      - {name: Each, conditions: {labels: [bug]}, actions: {comment: hello}}
      - {name: Some, limits: {oldest: 1}, actions: {comment: never}}
      - {name: Many, actions: {summarize: {title: T}}}
  merge_requests:
    rules: [{name: Other, actions: {comment: never}}]
`;

test("a policy that says when it is carried out has triggers", () => {
  const { triggers, mode } = loadPolicy(automatic).describe();
  assert.deepEqual(
    triggers.map(({ name, schedule, concurrency, filter }) => [name, schedule, concurrency?.mode, filter.types.length]),
    [
      ["schedule", { cron: "0 9 * * 1", timezone: "Europe/Berlin" }, "skip", 0],
      ["live", undefined, "coalesce", 8],
    ],
  );
  assert.equal(mode, "handlers");
  assert.deepEqual(loadPolicy(policy).describe().triggers, []);
});

test("a policy says where its schedule looks, and a definition of every project has to", () => {
  const start = { trigger: "schedule" };
  const elsewhere = automatic.replace("autoflow: {", "autoflow: {source: groups, source_id: my/group, ");
  const { requests } = runPolicy(elsewhere, () => ({ body: [] }), { start });
  assert.deepEqual(
    [...new Set(requests.map(({ path }) => path))],
    ["groups/my%2Fgroup/issues", "groups/my%2Fgroup/merge_requests"],
  );
  const input = { sourceId: "a/b" };
  const asked = runPolicy(elsewhere, () => ({ body: [] }), { start, input }).requests;
  assert.deepEqual(asked[0]?.path, "projects/a%2Fb/issues");
  const { outcome } = runPolicy(automatic, () => ({ body: [] }), { start: { ...start, project: "*" } });
  assert.ok(outcome.kind === "failed");
  assert.match(outcome.error.message, /the run has no project of its own/);
});

test("at a change only what is for each resource is carried out, for the one that changed", () => {
  const event = (data: unknown): string => JSON.stringify({ type: "com.gitlab.events.issue_updated", data });
  const one: GitLab = ({ method }) => ({ body: method === "POST" ? {} : issue(2) });
  for (const data of [{ object_attributes: { iid: 2 } }, { issue: { iid: 2 } }]) {
    const { outcome, requests } = runPolicy(automatic, one, { start: { trigger: "live", event: event(data) } });
    assert.equal(outcome.kind, "succeeded");
    assert.deepEqual(
      requests.map(({ method, path }) => `${method} ${path}`),
      ["GET projects/:id/issues/2", "POST projects/:id/issues/2/notes"],
    );
  }
  const { outcome } = runPolicy(automatic, one, { start: { trigger: "live", event: event({}) } });
  assert.ok(outcome.kind === "failed");
  assert.match(outcome.error.message, /no issue and no merge request/);
});
