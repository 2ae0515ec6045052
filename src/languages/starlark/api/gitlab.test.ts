/** The verbs of `gitlab`, seen from outside: the calls they ask for, and what their answers become. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireText } from "../../../core/wire.ts";
import { Run } from "../testing/handler-run.ts";

function input(run: Run): unknown {
  const call = run.effects.find((effect) => (effect as { kind: string }).kind === "call");
  return JSON.parse((call as { input: WireText }).input);
}

test("a verb describes its call", () => {
  const run = new Run(
    'w.gitlab.put("projects/:id/issues/7", query={"a": None, "dry": True}, body={"title": "é", "n": [1, 2.5, None]}, timeout="5s", retry=2, label="rename")',
  );
  assert.deepEqual(input(run), {
    method: "PUT",
    path: "projects/:id/issues/7",
    query: [["dry", "true"]],
    body: { title: "é", n: [1, 2.5, null] },
  });
  const [{ kind, action, retry, timeoutMs, origin }] = run.last.effects as never as [Record<string, unknown>];
  assert.deepEqual(
    { kind, action, retry, timeoutMs },
    { kind: "call", action: "gitlab", retry: { maxAttempts: 2 }, timeoutMs: 5000 },
  );
  assert.equal((origin as { label: string }).label, "rename");
});

test("a time in a body is a text", () => {
  const body = '{"at": time.from_timestamp(1795510800).in_location("Europe/Berlin")}';
  assert.deepEqual(input(new Run(`w.gitlab.post("x", body=${body})`)), {
    method: "POST",
    path: "x",
    body: { at: "2026-11-24T10:00:00+01:00" },
  });
});

test("each verb has its method", () => {
  for (const verb of ["get", "post", "put", "patch", "delete"]) {
    assert.deepEqual(input(new Run(`w.gitlab.${verb}("user")`)), { method: verb.toUpperCase(), path: "user" });
  }
  assert.deepEqual(input(new Run('gitlab.get("user")')), { method: "GET", path: "user" });
});

test("a query is written as GitLab reads it", () => {
  const query = (text: string) => (input(new Run(`w.gitlab.get("issues", query=${text})`)) as { query: unknown }).query;
  assert.deepEqual(query('{"labels": "a,b", "iids": [1, 2], "ids[]": (3,), "empty": []}'), [
    ["labels", "a,b"],
    ["iids[]", "1"],
    ["iids[]", "2"],
    ["ids[]", "3"],
  ]);
  assert.deepEqual(query('{"not": {"labels": ["x"], "author_id": 5, "none": None}}'), [
    ["not[labels][]", "x"],
    ["not[author_id]", "5"],
  ]);
  assert.deepEqual(query('{"since": time.from_timestamp(1795510800), "f": 1.5, "big": 1 << 70, "no": False}'), [
    ["since", "2026-11-24T09:00:00.000Z"],
    ["f", "1.5"],
    ["big", "1180591620717411303424"],
    ["no", "false"],
  ]);
});

test("secrets stay opaque in query and body", () => {
  const run = new Run('w.gitlab.post("x", query={"t": w.vars.TOKEN}, body={"value": "a" + w.vars.TOKEN})');
  assert.deepEqual(input(run), {
    method: "POST",
    path: "x",
    query: [["t", { $secret: [{ name: "TOKEN" }] }]],
    body: { value: { $secret: ["a", { name: "TOKEN" }] } },
  });
});

test("the answer is the body, by index and attribute", () => {
  const run = new Run(
    'issue = w.gitlab.get("projects/1/issues/7")\nprint(issue.iid, issue["labels"][0], issue.author.username, issue.get("milestone"))',
  );
  run.answer(1, {
    status_code: 200,
    body: { iid: 7, labels: ["bug"], author: { username: "sam" }, milestone: null },
    next: null,
  });
  assert.deepEqual(run.printed, ["7 bug sam None"]);
  const none = new Run('print(w.gitlab.delete("x"))').answer(1, { status_code: 204, body: null, next: null });
  assert.deepEqual(none.printed, ["None"]);
  assert.match(new Run('w.gitlab.get("x")').answer(1, "text").error, /answered with something that has no body/);
});

test("a failure is raised, and attempt makes it a value", () => {
  const failure = {
    type: "gitlab",
    code: "GITLAB_STATUS",
    message: "GET x answered 404 Not Found",
    retryable: false,
    details: { status_code: 404 },
  };
  assert.match(
    new Run('w.gitlab.get("x")').fail(1, failure).traceback,
    /main\.star:2:17: in h\nError in get: GET x answered 404/,
  );
  const run = new Run('r = w.attempt(w.gitlab.get, "x")\nprint(r.ok, r.error.code, r.error.details.status_code)');
  assert.deepEqual(run.fail(1, failure).printed, ["False GITLAB_STATUS 404"]);
});

test("list follows the pages, one call for each", () => {
  const run = new Run(
    'print([i.id for i in w.gitlab.list("projects/1/issues", query={"state": "opened"}, timeout=5, label="all")])',
  );
  const first = {
    method: "GET",
    path: "projects/1/issues",
    query: [
      ["state", "opened"],
      ["per_page", "100"],
    ],
  };
  assert.deepEqual(input(run), first);
  run.answer(1, { status_code: 200, body: [{ id: 1 }, { id: 2 }], next: [["cursor", "é"]] });
  assert.deepEqual(input(run), { ...first, query: [["cursor", "é"]] });
  assert.equal((run.effects[0] as { timeoutMs: number }).timeoutMs, 5000);
  run.answer(2, { status_code: 200, body: [{ id: 3 }], next: null });
  assert.deepEqual(run.printed, ["[1, 2, 3]"]);
});

test("list stops at its limit", () => {
  const run = new Run(
    'print(w.gitlab.list("users", limit=3))\nprint(w.gitlab.list("users", query={"per_page": 2}, limit=2))',
  );
  assert.deepEqual(input(run), { method: "GET", path: "users", query: [["per_page", "3"]] });
  run.answer(1, { status_code: 200, body: [1, 2], next: [["page", "2"]] });
  run.answer(2, { status_code: 200, body: [3, 4], next: [["page", "3"]] });
  assert.deepEqual(run.output, ["[1, 2, 3]"]);
  assert.deepEqual(input(run), { method: "GET", path: "users", query: [["per_page", "2"]] });
  run.answer(4, { status_code: 200, body: [1, 2], next: [["page", "2"]] });
  assert.deepEqual(run.output, ["[1, 2, 3]", "[1, 2]"]);
});

test("fibers list side by side", () => {
  const run = new Run('print(w.parallel([(w.gitlab.list, "a"), lambda: w.gitlab.list("b")]))');
  run.answer(2, { status_code: 200, body: ["b"], next: null });
  run.answer(1, { status_code: 200, body: ["a"], next: null });
  assert.deepEqual(run.printed, ['[["a"], ["b"]]']);
});

test("what is wrong with arguments is told", () => {
  const cases: [string, RegExp][] = [
    ["w.gitlab.get()", /get: missing argument for path/],
    ["w.gitlab.get(7)", /get: for parameter path: got int, want string/],
    ['w.gitlab.get("x", query="a=b")', /get: for parameter query: got string, want/],
    ['w.gitlab.get("x", query={"a": print})', /gitlab\.get: query: a: got builtin_function_or_method, want string/],
    ['w.gitlab.get("x", query={1: "a"})', /gitlab\.get: names in query must be strings, not int/],
    ['w.gitlab.get("x", body={})', /get: unexpected keyword argument "body"/],
    ['w.gitlab.post("x", body=json.encode({}))', /post: for parameter body: got string, want dict/],
    ['w.gitlab.post("x", body={"f": print})', /builtin_function_or_method/],
    ['w.gitlab.list("x", limit=0)', /gitlab\.list: limit must be an int of at least 1, got 0/],
    ['w.gitlab.list("x", query=[])', /gitlab\.list: for parameter query: got list, want dict/],
    ["w.gitlab.list(7)", /list: for parameter path: got int, want string/],
  ];
  for (const [body, expected] of cases) assert.match(new Run(body).error, expected);
  const run = new Run('w.gitlab.list("user")').answer(1, { status_code: 200, body: { id: 1 }, next: null });
  assert.match(run.error, /gitlab\.list: user is no list; read it with gitlab\.get/);
});
