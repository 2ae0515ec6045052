/** What the library for GitLab does beyond one call: decisions, waiting, and what it takes for a project or an issue. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Failure } from "../../../core/failure.ts";
import type { WireValue } from "../../../core/wire.ts";
import { type Answer, recordCalls, type Recording, showCall } from "../testing/recorded-calls.ts";

const missing: Answer = { error: refusal(404) };

function refusal(status: number): Failure {
  const message = `GitLab answered ${status}`;
  return { type: "gitlab", code: "GITLAB_STATUS", message, retryable: false, details: { status_code: status } };
}

/** Runs a script that has all names of the library, with the answers in order. */
function run(body: string, answers: readonly Answer[] = []): Recording {
  const names = [...body.matchAll(/\b([a-z_]+)\.[a-z_]+\(/g)].map((match) => match[1]!);
  const known = new Set(names.filter((name) => !["w", "json", "time", "gitlab"].includes(name)));
  const load = `load("@autoflow//gitlab.star", ${[...known].map((name) => `"${name}"`).join(", ")})\n`;
  return recordCalls(load + body, ({ query }, nth) => {
    const isList = query.some(([name]) => name === "per_page");
    return answers[nth] ?? { body: isList ? [] : { id: 1, iid: 7 } };
  });
}

function calls(body: string, answers: readonly Answer[] = []): string[] {
  const recording = run(body, answers);
  assert.equal(recording.failure, undefined);
  return recording.calls.map(showCall);
}

function failure(body: string, answers: readonly Answer[] = []): string {
  return run(body, answers).failure?.message ?? "no failure";
}

suite("labels", () => {
  const changes = (current: string[], add: string[], remove: string[] = []) => {
    const script = `c = labels.changes(${JSON.stringify(current)}, ${JSON.stringify(add)}, ${JSON.stringify(remove)})\nprint(json.encode([c.add, c.remove]))`;
    return JSON.parse(run(script).lines[0]!) as unknown;
  };

  test("of a scope take the place of one another", () => {
    assert.deepEqual(changes(["a::1", "b"], ["a::2"]), [["a::2"], ["a::1"]]);
    assert.deepEqual(changes(["a::1"], ["a::1"]), [[], []]);
    assert.deepEqual(changes([], ["a::1", "a::2"]), [["a::2"], []]);
    assert.deepEqual(changes(["a::b::1", "a::c"], ["a::b::2"]), [["a::b::2"], ["a::b::1"]]);
    assert.deepEqual(changes(["a::1", "a::2"], ["a::3"]), [["a::3"], ["a::1", "a::2"]]);
  });

  test("that are both added and removed are added, and what is not there is not removed", () => {
    assert.deepEqual(changes(["b"], ["b"], ["b", "c"]), [[], []]);
    assert.deepEqual(changes(["a::1"], ["a::2"], ["a::1"]), [["a::2"], ["a::1"]]);
    assert.deepEqual(changes(["a", "b"], [], ["a"]), [[], ["a"]]);
  });
});

suite("projects, groups and what is in them", () => {
  test("are taken from events", () => {
    const ev =
      'ev = {"data": {"object_kind": "issue", "project": {"id": 42}, "object_attributes": {"id": 77, "iid": 7, "project_id": 42}}}\n';
    assert.deepEqual(calls(`${ev}issues.close(ev, ev)`), ['PUT projects/42/issues/7 {"state_event": "close"}']);
    const note =
      'ev = {"data": {"object_kind": "note", "project_id": 42, "object_attributes": {"id": 9}, "merge_request": {"id": 5, "iid": 3, "source_branch": "a"}}}\n';
    assert.deepEqual(calls(`${note}notes.create(ev, ev, "hm")`), [
      'POST projects/42/merge_requests/3/notes {"body": "hm"}',
    ]);
    assert.deepEqual(calls(`${note}merge_requests.get(ev, ev)`), ["GET projects/42/merge_requests/3"]);
    const merge =
      'ev = {"data": {"object_kind": "merge_request", "project": {"id": 42}, "object_attributes": {"id": 5, "iid": 3, "source_branch": "a", "target_project_id": 42}}}\n';
    assert.deepEqual(calls(`${merge}discussions.list(ev, ev)`), ["GET projects/42/merge_requests/3/discussions"]);
    const pipeline =
      'ev = {"data": {"object_kind": "pipeline", "project": {"id": 42}, "object_attributes": {"id": 99, "iid": 4}}}\n';
    assert.deepEqual(calls(`${pipeline}pipelines.get(ev, ev)`), ["GET projects/42/pipelines/99"]);
    const deployment = 'ev = {"data": {"object_kind": "deployment", "project": {"id": 42}, "deployment_id": 4}}\n';
    assert.deepEqual(calls(`${deployment}deployments.get(ev, ev)`), ["GET projects/42/deployments/4"]);
  });

  test("are taken from what GitLab answers", () => {
    const issue = '{"id": 77, "iid": 7, "project_id": 42, "title": "x"}';
    assert.deepEqual(calls(`issues.get(${issue}, ${issue})`), ["GET projects/42/issues/7"]);
    const project = '{"id": 42, "path_with_namespace": "acme/web", "namespace": {"id": 5}}';
    assert.deepEqual(calls(`issues.list(${project})`), ["GET projects/42/issues"]);
    assert.deepEqual(calls(`labels.list({"id": 5, "full_path": "acme"})`), ["GET groups/5/labels"]);
    assert.deepEqual(calls(`epics.get({"id": 5, "full_path": "acme"}, "&2")`), ["GET groups/5/epics/2"]);
    assert.deepEqual(calls("issues.get(struct(id = 42), struct(iid = 7))"), ["GET projects/42/issues/7"]);
    assert.deepEqual(calls('issues.get(":id", "#7")'), ["GET projects/:id/issues/7"]);
  });

  test("that nothing can be taken from are told", () => {
    assert.match(failure("issues.get(None, 7)"), /places: got None, want a project: its number, its full path/);
    assert.match(failure('issues.get({"full_path": "acme", "id": 5}, 7)'), /places: got dict, want a project/);
    assert.match(failure('issues.get({"id": 77, "iid": 7}, 7)'), /places: got dict, want a project/);
    assert.match(failure('issues.get("", 7)'), /places: a name or path is empty/);
    assert.match(failure('issues.get(42, "seven")'), /places: got "seven", want the iid of the issue/);
    assert.match(failure("pipelines.get(42, {})"), /places: got dict, want the id of the pipeline/);
    assert.match(failure("epics.list([])"), /places: got list, want a group/);
    assert.match(failure('notes.list(42, {"id": 1})'), /places: got dict, want what notes can be on/);
    assert.match(failure('members.add(42, 5, "boss")'), /members: got the role "boss", want one of no_access, /);
  });
});

test("what may be there only once is looked for first", () => {
  assert.deepEqual(run('print(tags.find(42, "v1"))', [missing]).lines, ["None"]);
  assert.match(failure('tags.find(42, "v1")', [{ error: refusal(403) }]), /GitLab answered 403/);
  assert.deepEqual(run('print(users.find("sam"))', [{ body: [] }]).lines, ["None"]);
  assert.match(failure('users.id("sam")', [{ body: [] }]), /users: there is no user "sam"/);
  assert.match(failure('environments.stop(42, "x")', [{ body: [] }]), /environments: there is no environment "x"/);
  assert.deepEqual(calls('variables.set(42, "A", "b", environment_scope = "x")', [missing]), [
    "GET projects/42/variables/A?filter%5Benvironment_scope%5D=x",
    'POST projects/42/variables {"value": "b", "environment_scope": "x", "key": "A"}',
  ]);
});

test("a file is created, changed, or left", () => {
  const write = 'files.write(42, "a.md", "main", "new", "Write a")';
  const raw = "GET projects/42/repository/files/a.md/raw?ref=main";
  const body = '{"branch": "main", "content": "new", "commit_message": "Write a"}';
  assert.deepEqual(calls(write, [missing]), [raw, `POST projects/42/repository/files/a.md ${body}`]);
  assert.deepEqual(calls(write, [{ body: "old" }]), [raw, `PUT projects/42/repository/files/a.md ${body}`]);
  assert.deepEqual(calls(write, [{ body: "new" }]), [raw]);
});

test("one note is kept up to date", () => {
  const upsert = 'notes.upsert(42, "issues/7", "status", "now")';
  const note = (id: number, author: number, text: string): WireValue => ({ id, author: { id: author }, body: text });
  const others = [note(1, 6, "then <!-- status -->"), note(2, 5, "then")];
  const changed = calls(upsert, [{ body: { id: 5 } }, { body: [...others, note(3, 5, "then\n\n<!-- status -->")] }]);
  assert.equal(changed[2], 'PUT projects/42/issues/7/notes/3 {"body": "now\\n\\n<!-- status -->"}');
  assert.equal(
    calls(upsert, [{ body: { id: 5 } }, { body: [...others, note(3, 5, "now\n\n<!-- status -->")] }]).length,
    2,
  );
  assert.match(calls(upsert, [{ body: { id: 5 } }, { body: others }])[2]!, /^POST /);
});

test("a pipeline and a job are waited for", () => {
  const states = (...of: string[]) => of.map((status) => ({ body: { id: 99, status } }));
  const done = run('print(pipelines.wait(42, 99, every = "1m").status)', states("created", "running", "failed"));
  assert.deepEqual([done.lines, done.calls.length, done.elapsedMs], [["failed"], 3, 120_000]);
  const late = run('jobs.wait(42, 99, timeout = "1m")', states("pending", "pending", "pending", "pending"));
  assert.equal(late.failure?.message, "fail: jobs: 99 is still pending after 1m");
  assert.deepEqual([late.calls.length, late.elapsedMs], [3, 60_000]);
});

test("pages of a list are followed", () => {
  const { calls: made, lines } = run("print([issue.iid for issue in issues.list(42)])", [
    { body: [{ iid: 1 }], next: [["page", "2"]] },
    { body: [{ iid: 2 }] },
  ]);
  assert.deepEqual(lines, ["[1, 2]"]);
  assert.deepEqual(made.map(showCall), ["GET projects/42/issues", "GET projects/42/issues?page=2"]);
});

test("what others write carries out nothing", () => {
  const text = "Hi\\n/close\\n  /label ~bug\\nno /close\\n//";
  assert.equal(run(`print(quick_actions.escape("${text}"))`).lines[0], "Hi\n\\/close\n\\/label ~bug\nno /close\n\\//");
});
