/** Repositories and merge requests: commits, diffs, conflicts, merges, pipelines that decide. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { finishJob, finishPipeline } from "../operations/job-outcomes.ts";
import { simulation, type Simulation } from "../testing/simulation.ts";

function commit({ call }: Simulation, branch: string, files: Record<string, string>, start?: string): string {
  const { id } = call("POST", "projects/1/repository/commits", {
    branch,
    commit_message: `Work on ${branch}`,
    ...(start !== undefined && { start_branch: start }),
    actions: Object.entries(files).map(([file_path, content]) => ({ action: "create", file_path, content })),
  });
  return id!;
}

test("a commit takes several actions, and refuses all when one does not fit", () => {
  const sim = simulation();
  const { call, send, list } = sim;
  commit(sim, "main", { "a.txt": "1\n2\n3\n", "lib/b.txt": "b\n" });
  const actions = [
    { action: "update", file_path: "a.txt", content: "1\nzwei\n3\n" },
    { action: "move", file_path: "lib/c.txt", previous_path: "lib/b.txt" },
    { action: "chmod", file_path: "README.md", execute_filemode: true },
    { action: "create", file_path: "d.bin", content: "AAEC", encoding: "base64" },
  ];
  const made = call("POST", "projects/1/repository/commits", { branch: "main", commit_message: "Several", actions });
  assert.deepEqual(made["stats"], { additions: 1, deletions: 1, total: 2 });
  const diffs = list(`projects/1/repository/commits/${made["id"]}/diff`);
  assert.deepEqual(
    diffs.map(({ new_path, renamed_file }) => [new_path, renamed_file]),
    [
      ["README.md", false],
      ["a.txt", false],
      ["d.bin", false],
      ["lib/c.txt", true],
    ],
  );
  assert.equal(diffs[1]!["diff"], "@@ -1,3 +1,3 @@\n 1\n-2\n+zwei\n 3\n");
  assert.deepEqual(send("GET", "projects/1/repository/files/d.bin/raw?ref=main").body, new Uint8Array([0, 1, 2]));
  const refused = send("POST", "projects/1/repository/commits", {
    branch: "main",
    commit_message: "x",
    actions: [
      { action: "create", file_path: "new", content: "" },
      { action: "delete", file_path: "none" },
    ],
  });
  assert.deepEqual([refused.status, refused.body], [400, { message: "A file with this name doesn't exist" }]);
  assert.equal(send("GET", "projects/1/repository/files/new?ref=main").status, 404);
  assert.deepEqual(
    list("projects/1/repository/tree").map(({ path, type, mode }) => [path, type, mode]),
    [
      ["lib", "tree", "040000"],
      ["README.md", "blob", "100755"],
      ["a.txt", "blob", "100644"],
      ["d.bin", "blob", "100644"],
    ],
  );
  // What `git hash-object` says of the same content.
  assert.equal(
    call("GET", "projects/1/repository/files/lib%2Fc.txt?ref=main")["blob_id"],
    "61780798228d17af2d34fce4cfbdf35556832472",
  );
});

test("a merge closes what it says, removes the branch, and tells of all of it in order", () => {
  const sim = simulation();
  const { call, deliveries, send } = sim;
  call("POST", "projects/1/issues", { title: "x" });
  commit(sim, "dark", { "lamp.c": "x\n" }, "main");
  call("POST", "projects/1/merge_requests", {
    title: "Dark",
    description: "Closes #1",
    source_branch: "dark",
    target_branch: "main",
  });
  assert.deepEqual(
    send("POST", "projects/1/merge_requests", { title: "Again", source_branch: "dark", target_branch: "main" }).body,
    {
      message: ["Another open merge request already exists for this source branch: !1"],
    },
  );
  deliveries.length = 0;
  const merged = call("PUT", "projects/1/merge_requests/1/merge", { should_remove_source_branch: true });
  assert.equal(merged["state"], "merged");
  assert.deepEqual(
    deliveries.map(({ headers, body }) => [
      headers["X-Gitlab-Event"],
      (body["object_attributes"] as { action?: string } | undefined)?.action ?? body["ref"],
    ]),
    [
      ["Push Hook", "refs/heads/main"],
      ["Merge Request Hook", "merge"],
      ["Issue Hook", "close"],
      ["Push Hook", "refs/heads/dark"],
    ],
  );
  const head = call("GET", "projects/1/repository/commits/main");
  assert.equal(head["id"], merged["merge_commit_sha"]);
  assert.equal((head["parent_ids"] as unknown as string[]).length, 2);
  assert.match(head["message"]!, /^Merge branch 'dark' into 'main'\n\nDark\n\nSee merge request atlas\/beacon!1$/);
});

test("conflicts, drafts and wrong heads are not merged", () => {
  const sim = simulation();
  const { call, send } = sim;
  commit(sim, "one", { "lamp.c": "one\n" }, "main");
  call("POST", "projects/1/merge_requests", { title: "Draft: One", source_branch: "one", target_branch: "main" });
  assert.equal(call("GET", "projects/1/merge_requests/1")["detailed_merge_status"], "draft_status");
  assert.equal(send("PUT", "projects/1/merge_requests/1/merge").status, 405);
  call("POST", "projects/1/merge_requests/1/notes", { body: "/ready" });
  assert.equal(send("PUT", "projects/1/merge_requests/1/merge", { sha: "0".repeat(40) }).status, 409);
  commit(sim, "main", { "lamp.c": "other\n" });
  const now = call("GET", "projects/1/merge_requests/1");
  assert.deepEqual([now["title"], now["detailed_merge_status"], now["has_conflicts"]], ["One", "conflict", true]);
  assert.equal(send("PUT", "projects/1/merge_requests/1/merge").status, 422);
});

test("a merge waits for its pipeline where it is told to", () => {
  const sim = simulation();
  const { call, gitlab, send } = sim;
  call("PUT", "projects/1", { only_allow_merge_if_pipeline_succeeds: true });
  commit(sim, "dark", { ".gitlab-ci.yml": "unit: {script: [make]}\n" }, "main");
  call("POST", "projects/1/merge_requests", { title: "Dark", source_branch: "dark", target_branch: "main" });
  assert.equal(send("PUT", "projects/1/merge_requests/1/merge").status, 405);
  const waiting = call("PUT", "projects/1/merge_requests/1/merge", { auto_merge: true });
  assert.deepEqual([waiting["state"], waiting["merge_when_pipeline_succeeds"]], ["opened", true]);
  gitlab.change((world) =>
    finishPipeline({ world, user: gitlab.root }, world.projects.get(1)!.pipelines.get(1)!, "success"),
  );
  assert.equal(call("GET", "projects/1/merge_requests/1")["state"], "merged");
});

test("a pipeline goes stage by stage; a failure skips what comes after, and can be tried again", () => {
  const sim = simulation();
  const { call, gitlab, list } = sim;
  const config =
    "build: {stage: build, script: [a]}\nunit: {script: [b]}\nlint: {script: [c], allow_failure: true}\nship: {stage: deploy, script: [d], when: manual}\nalarm: {stage: deploy, script: [e], when: on_failure}\n";
  commit(sim, "main", { ".gitlab-ci.yml": config });
  const states = (): string[] =>
    list("projects/1/pipelines/1/jobs")
      .map(({ name, status }) => `${name} ${status}`)
      .toSorted();
  const finish = (name: string, status: "success" | "failed"): void => {
    gitlab.change((world) => {
      const job = [...world.projects.get(1)!.jobs.values()].findLast((one) => one.name === name)!;
      finishJob({ world, user: gitlab.root }, job, status);
    });
  };
  assert.deepEqual(states(), ["alarm created", "build pending", "lint created", "ship created", "unit created"]);
  finish("build", "success");
  finish("lint", "failed");
  finish("unit", "failed");
  assert.deepEqual(states(), ["alarm pending", "build success", "lint failed", "ship manual", "unit failed"]);
  finish("alarm", "success");
  assert.equal(call("GET", "projects/1/pipelines/1")["status"], "failed");
  call("POST", "projects/1/pipelines/1/retry");
  finish("unit", "success");
  finish("lint", "success");
  assert.equal(call("GET", "projects/1/pipelines/1")["status"], "success");
});

test("outside systems say what they found about a commit", () => {
  const sim = simulation();
  const { call, send, list } = sim;
  const first = call("POST", "projects/1/statuses/main", {
    state: "running",
    name: "scan",
    target_url: "https://scan.example.com/1",
  });
  assert.deepEqual([first["status"], first["ref"], first["name"]], ["running", "main", "scan"]);
  call("POST", "projects/1/statuses/main", { state: "success", name: "scan" });
  call("POST", "projects/1/statuses/main", { state: "failed", name: "size", description: "Too big" });
  const found = list("projects/1/repository/commits/main/statuses").map(({ name, status }) => [name, status]);
  assert.deepEqual(found, [
    ["scan", "success"],
    ["size", "failed"],
  ]);
  assert.equal(call("GET", "projects/1/repository/commits/main")["status"], "failed");
  assert.equal(send("POST", "projects/1/statuses/main", { state: "failed", name: "size" }).status, 400);
});
