/** Every webhook that is sent is one that AutoFlow takes, and has the fields of the recorded ones of its type. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { toEvent } from "../../../events/gitlab-webhook.ts";
import { gitlabEventTypes } from "../../../events/gitlab/event-types.ts";
import type { PayloadShape } from "../../../events/gitlab/payload-shape.ts";
import { finishJob } from "../operations/job-outcomes.ts";
import { simulation, type Simulation } from "../testing/simulation.ts";
import type { Delivery } from "./delivery.ts";

const recorded = new URL("../../../events/testdata/webhooks/", import.meta.url);
const hooks = JSON.parse(readFileSync(new URL("../hooks.json", recorded), "utf8")) as Record<string, string>;

suite("webhooks", () => {
  const deliveries = everything();
  const byType = Map.groupBy(deliveries, typeOf);

  for (const [type, ones] of byType) {
    test(`${type} (${ones.length})`, () => {
      const known = gitlabEventTypes().find((one) => one.type === `com.gitlab.events.${type}`);
      assert.ok(known !== undefined, `AutoFlow does not know ${type}`);
      for (const delivery of ones) checkFields(delivery.body, known.data!, type);
      const files = readdirSync(recorded).filter((file) => file.replace(/(-.*)?\.json$/, "") === type);
      for (const file of files.filter((name) => isAlike(name, ones[0]!))) {
        assert.equal(ones[0]!.headers["X-Gitlab-Event"], hooks[file.replace(".json", "")]);
        checkPresent(JSON.parse(readFileSync(new URL(file, recorded), "utf8")), ones[0]!.body, file);
      }
    });
  }

  test("every kind that the simulation can bring about is among them", () => {
    const types = new Set(byType.keys());
    const wanted = `
      issue_created issue_updated issue_closed issue_reopened work_item_created note_created note_updated
      emoji_awarded emoji_revoked milestone_created milestone_closed merge_request_created
      merge_request_updated merge_request_approved merge_request_unapproved merge_request_closed
      merge_request_reopened merge_request_merged milestone_reopened branch_created branch_updated
      branch_deleted tag_created tag_deleted pipeline_created pipeline_pending pipeline_started
      pipeline_failed pipeline_succeeded job_created job_pending job_started job_failed job_succeeded
      release_created release_deleted deployment_started deployment_succeeded feature_flag_activated
      feature_flag_deactivated member_added member_updated member_removed member_access_requested
      project_created project_deleted subgroup_created subgroup_deleted
    `;
    assert.deepEqual(
      wanted
        .trim()
        .split(/\s+/)
        .filter((type) => !types.has(type)),
      [],
    );
  });

  test("headers are GitLab's, and a resend keeps its key", () => {
    const [one] = deliveries;
    const { "X-Gitlab-Event-UUID": event, "Idempotency-Key": key, ...headers } = one!.headers;
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    assert.match(event!, uuid);
    assert.match(key!, uuid);
    assert.match(headers["X-Gitlab-Webhook-UUID"]!, uuid);
    assert.equal(headers["X-Gitlab-Instance"], "https://gitlab.example.com");
    assert.match(headers["User-Agent"]!, /^GitLab\/18/);
    assert.equal(new Set(deliveries.map((each) => each.headers["Idempotency-Key"])).size, deliveries.length);
  });
});

function typeOf(delivery: Delivery): string {
  const headers = Object.fromEntries(
    Object.entries(delivery.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const event = toEvent(headers, new TextEncoder().encode(delivery.text));
  return event.attributes.type.replace("com.gitlab.events.", "");
}

/** Recordings of one type differ by what they are on: a note on a commit is not one on an issue. */
function isAlike(file: string, { body }: Delivery): boolean {
  const variant = /-(.*)\.json$/.exec(file)?.[1];
  if (
    variant === "system" ||
    variant === "project" ||
    variant === "service" ||
    variant === "legacy" ||
    variant === "confidential"
  )
    return false;
  const recording = JSON.parse(readFileSync(new URL(file, recorded), "utf8")) as Record<string, unknown>;
  return ["issue", "merge_request", "commit", "note", "group", "snippet"].every(
    (name) => name in recording === name in body || name === "commit",
  );
}

/** Fields that a recording has and the simulation has no source for. */
const absent = new Set(["status", "source_pipeline", "oldrev", "runner"]);

/** Every field of the recording is there. What `changes` has is the change's own. */
function checkPresent(recording: unknown, actual: unknown, where: string): void {
  if (typeof recording !== "object" || recording === null || typeof actual !== "object" || actual === null) return;
  if (Array.isArray(recording)) {
    if (Array.isArray(actual) && actual.length > 0) checkPresent(recording[0], actual[0], `${where}[0]`);
    return;
  }
  for (const [name, value] of Object.entries(recording)) {
    if (name === "changes" || absent.has(name)) continue;
    const isOptional = name === "assignees" || name === "reviewers";
    assert.ok(name in actual || isOptional, `${where}.${name} is missing`);
    checkPresent(value, (actual as Record<string, unknown>)[name], `${where}.${name}`);
  }
}

/** Fields that GitLab sends and no recording has. */
const beyond = new Set([
  "internal",
  "push_options",
  "detailed_status",
  "sprint_id",
  "start_date",
  "type",
  "draft",
  "system_action",
]);

/** No field is there that the type's shape has not, and each is of its type. */
function checkFields(value: unknown, shape: PayloadShape, where: string): void {
  if (value === null || shape === "any" || shape === "any?") return;
  if (typeof shape === "string") {
    const wanted = shape.replace("?", "");
    const actual =
      typeof value === "number"
        ? wanted === "float"
          ? "float"
          : "int"
        : typeof value === "boolean"
          ? "bool"
          : typeof value;
    assert.equal(actual, wanted, `${where} is ${JSON.stringify(value)}`);
  } else if ("list" in shape) {
    assert.ok(Array.isArray(value), `${where} is no list`);
    for (const item of value) checkFields(item, shape.list, `${where}[]`);
  } else {
    for (const [name, inner] of Object.entries(value as object)) {
      const field = shape.fields[name];
      if (where.endsWith(".changes") && field === undefined) continue;
      assert.ok(field !== undefined || beyond.has(name), `${where}.${name} is in no recording`);
      if (field !== undefined) checkFields(inner, field, `${where}.${name}`);
    }
  }
}

/** The deliveries of a project's whole life. */
function everything(): Delivery[] {
  const sim = simulation();
  const { call } = sim;
  plan(sim);
  merge(sim);
  build(sim);
  const group = call("POST", "groups", { name: "Keepers", path: "keepers", parent_id: 1, visibility: "internal" });
  const mara = call("GET", "users?username=mara")[0] as unknown as { id: number };
  call("POST", `groups/${group["id"]}/access_requests`, {}, "glpat-mara");
  call("PUT", `groups/${group["id"]}/access_requests/${mara.id}/approve`, { access_level: 20 });
  call("PUT", `groups/${group["id"]}/members/${mara.id}`, { access_level: 30, expires_at: "2027-11-03" });
  call("DELETE", `groups/${group["id"]}/members/${mara.id}`);
  const project = call("POST", "projects", { name: "Foghorn", namespace_id: group["id"] });
  call("DELETE", `projects/${project["id"]}`);
  call("DELETE", `groups/${group["id"]}`);
  return sim.deliveries;
}

function plan({ call }: Simulation): void {
  call("POST", "projects/1/labels", { name: "type::bug", color: "#d9534f", description: "Broken" });
  const milestone = call("POST", "projects/1/milestones", { title: "1.4", due_date: "2026-11-06" });
  call("PUT", `projects/1/milestones/${milestone["id"]}`, { state_event: "close" });
  call("PUT", `projects/1/milestones/${milestone["id"]}`, { state_event: "activate" });
  call("POST", "groups/1/milestones", { title: "Winter" });
  call("POST", "projects/1/issues", {
    title: "Blinks",
    description: "It blinks.",
    labels: "type::bug",
    assignee_ids: [1],
  });
  call("PUT", "projects/1/issues/1", { weight: 3, due_date: "2026-11-30", add_labels: "area" });
  call("POST", "projects/1/issues", { title: "Secret", confidential: true });
  call("POST", "projects/1/issues", { title: "Task", issue_type: "task" });
  const note = call("POST", "projects/1/issues/1/notes", { body: "Seen too." });
  call("PUT", `projects/1/issues/1/notes/${note["id"]}`, { body: "Seen." });
  call("POST", "projects/1/issues/2/notes", { body: "Psst." });
  const award = call("POST", "projects/1/issues/1/award_emoji", { name: "thumbsup" });
  call("DELETE", `projects/1/issues/1/award_emoji/${award["id"]}`);
  call("POST", `projects/1/issues/1/notes/${note["id"]}/award_emoji`, { name: "eyes" });
  call("PUT", "projects/1/issues/1", { state_event: "close" });
  call("PUT", "projects/1/issues/1", { state_event: "reopen" });
}

function merge({ call }: Simulation): void {
  const commit = {
    branch: "dark",
    start_branch: "main",
    commit_message: "Dark",
    actions: [{ action: "create", file_path: "lamp.c", content: "x" }],
  };
  const { id: sha } = call("POST", "projects/1/repository/commits", commit);
  call("POST", `projects/1/repository/commits/${sha}/discussions`, { body: "Hm." });
  call("POST", "projects/1/merge_requests", {
    title: "Dark",
    description: "Closes #1",
    source_branch: "dark",
    target_branch: "main",
    labels: "type::bug",
    assignee_ids: [1],
    reviewer_ids: [1],
  });
  call("POST", "projects/1/merge_requests/1/notes", { body: "Nice." });
  call("PUT", "projects/1/repository/files/lamp.c", { branch: "dark", content: "y", commit_message: "Darker" });
  call("POST", "projects/1/merge_requests/1/approve");
  call("POST", "projects/1/merge_requests/1/unapprove");
  call("PUT", "projects/1/merge_requests/1", { state_event: "close" });
  call("PUT", "projects/1/merge_requests/1", { state_event: "reopen" });
  call("PUT", "projects/1/merge_requests/1/merge", { should_remove_source_branch: true });
}

function build({ call, gitlab, clock }: Simulation): void {
  const config = "unit: {script: [make]}\nship: {stage: deploy, script: [ship], environment: production}\n";
  call("POST", "projects/1/repository/files/.gitlab-ci.yml", { branch: "main", content: config, commit_message: "CI" });
  const finish = (name: string, status: "running" | "failed" | "success"): void => {
    clock.advance(5000);
    gitlab.change((world) => {
      const job = [...world.projects.get(1)!.jobs.values()].findLast((one) => one.name === name)!;
      finishJob({ world, user: gitlab.root }, job, status);
    });
  };
  finish("unit", "running");
  finish("unit", "failed");
  call("POST", "projects/1/pipelines/1/retry");
  finish("unit", "running");
  finish("unit", "success");
  finish("ship", "running");
  finish("ship", "success");
  call("POST", "projects/1/releases", {
    tag_name: "v1.4.0",
    ref: "main",
    name: "1.4",
    description: "Dark means dark.",
    assets: { links: [{ name: "Firmware", url: "https://example.com/f" }] },
  });
  call("DELETE", "projects/1/releases/v1.4.0");
  call("DELETE", "projects/1/repository/tags/v1.4.0");
  call("POST", "projects/1/feature_flags", { name: "slow_blink", version: "new_version_flag", active: false });
  call("PUT", "projects/1/feature_flags/slow_blink", { active: true });
  call("PUT", "projects/1/feature_flags/slow_blink", { active: false });
}
