import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { AutoFlowError } from "../../../core/errors.ts";
import { simulation } from "../testing/simulation.ts";
import { plant } from "./plant.ts";
import { readSeedFile } from "./seed-file.ts";

function fileOf(t: TestContext, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-seed-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "seed.yaml");
  writeFileSync(file, text);
  return file;
}

const example = `
users:
  - {username: tomas, name: Tomás Okafor, token: glpat-tomas}
groups:
  - path: port
    members: {mara: maintainer}
    labels: [{name: "type::bug", color: "#d9534f"}]
    milestones: [{title: "1.4", due_date: in 2 weeks}]
    epics: [{title: Lamps}]
    iterations: [{title: Sprint 1, start_date: 1 week ago, due_date: in 1 week}]
  - {path: port/harbour, visibility: public}
projects:
  - path: port/harbour/crane
    id: 42
    members: {tomas: developer}
    files: {README.md: "# Crane\\n", lib/a.c: "a\\n"}
    branches: {feature: {lib/a.c: "b\\n"}}
    tags: {v1: main}
    hooks: [{url: "http://127.0.0.1:9/", events: [issues_events]}]
    issues:
      - title: Old
        author: tomas
        assignees: [mara]
        labels: ["type::bug", crane]
        milestone: "1.4"
        epic: Lamps
        iteration: Sprint 1
        created_at: 100 days ago
        updated_at: 40 days ago
        notes: [{body: Still so., author: mara, created_at: 40 days ago}]
      - {title: Done, state: closed, closed_at: 3 days ago}
    merge_requests:
      - {title: Change, description: "Closes #1", source_branch: feature, author: tomas, reviewers: [mara], approved_by: [mara]}
    pipelines: [{jobs: [{name: unit, status: failed}]}]
    environments: [production]
`;

test("a seed is there, silently, with the times that it says", (t) => {
  const { gitlab, call, list, deliveries } = simulation();
  gitlab.change((world) => plant({ world, user: gitlab.root }, readSeedFile(fileOf(t, example))));
  assert.equal(deliveries.length, 0);
  const issue = call("GET", "projects/port%2Fharbour%2Fcrane/issues/1");
  assert.deepEqual(
    [issue["labels"], issue["created_at"], issue["updated_at"], issue["user_notes_count"]],
    [["crane", "type::bug"], "2026-07-25T09:00:00.000Z", "2026-09-23T09:00:00.000Z", 1],
  );
  assert.equal((issue["milestone"]! as { due_date: string }).due_date, "2026-11-16");
  assert.deepEqual(
    list("projects/42/issues?iteration_id=current").map(({ iid }) => iid),
    [1],
  );
  assert.deepEqual(
    list("projects/42/issues?state=closed").map(({ closed_at }) => closed_at),
    ["2026-10-30T09:00:00.000Z"],
  );
  assert.equal(call("GET", "projects/42/merge_requests/1/approvals")["approved"], true);
  assert.deepEqual(
    list("projects/42/pipelines").map(({ status }) => status),
    ["failed"],
  );
  assert.equal(call("GET", "user", undefined, "glpat-tomas")["name"], "Tomás Okafor");
  call("POST", "projects/42/issues", { title: "New" });
  assert.equal(deliveries.length, 2);
});

test("what is wrong with a seed is told with its place", (t) => {
  const cases: [string, RegExp, number][] = [
    ["projects:\n  - path: a/b\n    lables: []\n", /^projects\[0\]\.lables is not known; did you mean labels\?/, 3],
    ["users:\n  - {name: x}\n", /^users\[0\]\.username is missing/, 2],
    ["projects:\n  - path: a/b\n    issues:\n      - {title: 1.4}\n", /issues\[0\]\.title must be text, got 1\.4/, 4],
  ];
  for (const [text, message, line] of cases) {
    assert.throws(
      () => readSeedFile(fileOf(t, text)),
      (error: unknown) =>
        error instanceof AutoFlowError &&
        error.code === "GITLAB_SEED_INVALID" &&
        message.test(error.message) &&
        error.where?.line === line,
    );
  }
});

test("what cannot be is refused in words", () => {
  const { gitlab } = simulation();
  const planting = (seed: Parameters<typeof plant>[1]) => () => plant({ world: gitlab.world, user: gitlab.root }, seed);
  assert.throws(planting({ projects: [{ path: "none/x" }] }), /there is no group or user "none" for none\/x/);
  assert.throws(
    planting({ projects: [{ path: "atlas/y", issues: [{ title: "t", author: "nobody" }] }] }),
    /there is no user "nobody"/,
  );
  assert.throws(
    planting({ projects: [{ path: "atlas/z", issues: [{ title: "t", created_at: "soon" }] }] }),
    /"soon" is no time/,
  );
});
