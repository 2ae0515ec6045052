/** Answers of GitLab that get lost after their work was done: nothing is made twice. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { workbench } from "./simulated-run.ts";

const seed: Seed = {
  groups: [{ path: "acme" }],
  projects: [
    {
      path: "acme/web",
      files: { "README.md": "# Web", ".gitlab-ci.yml": "test: { script: [make test] }\n" },
      branches: { fix: { "fix.md": "F" } },
      issues: [{ title: "Crash" }],
    },
  ],
};

/** Writes, and how many of them there are afterwards. */
const writes: [name: string, write: string, count: string][] = [
  ["issue", 'issues.create(w, "New")', 'len(issues.list(w, search = "New"))'],
  [
    "note",
    'issues.create_note(w, 1, "Hello\\n/label ~none")',
    'len([n for n in notes.list(w, "issues/1") if n.body == "Hello"])',
  ],
  ["discussion", 'discussions.create(w, "issues/1", "Why?")', 'len([d for d in discussions.list(w, "issues/1")])'],
  ["merge request", 'merge_requests.create(w, "fix", "main", "Fix")', "len(merge_requests.list(w))"],
  ["label", 'labels.create(w, "a", "#ff0000")', "len(labels.list(w))"],
  ["milestone", 'milestones.create(w, "1.0")', "len(milestones.list(w))"],
  ["branch", 'branches.create(w, "b", "main")', 'len(branches.list(w, search = "^b$"))'],
  ["tag", 'tags.create(w, "v1", "main")', "len(tags.list(w))"],
  ["release", 'releases.create(w, "v1", ref = "main")', "len(releases.list(w))"],
  [
    "file",
    'files.create(w, "a.md", "main", "A", "Add a.md")',
    'len([c for c in commits.list(w) if c.title == "Add a.md"])',
  ],
  [
    "change of a file",
    'files.update(w, "README.md", "main", "R", "Change it")',
    'len([c for c in commits.list(w) if c.title == "Change it"])',
  ],
  [
    "removal of a file",
    'files.delete(w, "README.md", "main", "Remove it")',
    'len([c for c in commits.list(w) if c.title == "Remove it"])',
  ],
  [
    "commit",
    'commits.create(w, "main", "Both", [{"action": "create", "file_path": "x", "content": "1"}])',
    'len([c for c in commits.list(w) if c.title == "Both"])',
  ],
  ["hook", 'hooks.create(w, "https://a.example")', "len(hooks.list(w))"],
  ["environment", 'environments.create(w, "production")', "len(environments.list(w))"],
  ["epic", 'epics.create("acme", "Faster")', 'len(epics.list("acme"))'],
];

const names =
  "branches, commits, discussions, environments, epics, files, hooks, issues, labels, merge_requests, milestones, notes, releases, tags";
const load = `load("@autoflow//gitlab.star", ${names
  .split(", ")
  .map((name) => `"${name}"`)
  .join(", ")})\nw = "acme/web"\n`;

suite("a write whose answer was lost", () => {
  for (const [name, write, count] of writes) {
    test(`makes one ${name}`, async () => {
      const bench = workbench(seed);
      for (const method of ["POST", "PUT", "DELETE"]) bench.gitlab.faults.add({ method, times: 1, drop: "after" });
      const { lines, failure } = await bench.run(`${load}made = ${write}\nprint(${count}, type(made))`);
      assert.equal(failure, undefined);
      assert.match(lines[0]!, name === "removal of a file" ? /^1 NoneType$/ : /^1 dict$/);
    });

    test(`makes the ${name} when it was not made`, async () => {
      const bench = workbench(seed);
      for (const method of ["POST", "PUT", "DELETE"]) bench.gitlab.faults.add({ method, times: 1, drop: "before" });
      const { lines, failure } = await bench.run(`${load}${write}\nprint(${count})`);
      assert.equal(failure, undefined);
      assert.deepEqual(lines, ["1"]);
    });
  }

  test("answers with what was made", async () => {
    const bench = workbench(seed);
    bench.gitlab.faults.add({ method: "POST", times: 1, drop: "after" });
    const { lines } = await bench.run(`${load}print(issues.create(w, "New").title)`);
    assert.deepEqual(lines, ["New"]);
    assert.equal(bench.requests.filter((request) => request.startsWith("POST")).length, 1);
  });

  test("of a merge and of a removal is done", async () => {
    const bench = workbench(seed);
    bench.gitlab.faults.add({ method: "PUT", times: 1, drop: "after" });
    bench.gitlab.faults.add({ method: "DELETE", times: 1, drop: "after" });
    const script = `mr = merge_requests.create(w, "fix", "main", "Fix")
print(merge_requests.merge(w, mr).state)
hook = hooks.create(w, "https://a.example")
hooks.delete(w, hook)
print(hooks.list(w))`;
    const { lines, failure } = await bench.run(load + script);
    assert.equal(failure, undefined);
    assert.deepEqual(lines, ["merged", "[]"]);
  });

  test("does not take what was there before for its own", async () => {
    const bench = workbench(seed);
    bench.gitlab.faults.add({ method: "POST", after: 1, times: 1, drop: "before" });
    const script = `first = issues.create_note(w, 1, "ping")
sleep(5)
second = issues.create_note(w, 1, "ping")
print(first.id == second.id)`;
    const { lines } = await bench.run(load + script);
    assert.deepEqual(lines, ["False"]);
  });
});
