import assert from "node:assert/strict";
import { test } from "node:test";
import type { Action, ActionCall } from "../../core/action.ts";
import { defaultRetry } from "../../core/retry.ts";
import { decodeWire, encodeWire } from "../../core/wire.ts";
import { echoAction } from "../../actions/echo.ts";
import { openTestServer, type TestServer } from "../testing.ts";
import type { ValidationSettings } from "./validator.ts";

interface Said {
  decision: string;
  reasons: string[];
  rules: {
    rule: string;
    project: string;
    group?: string;
    decision: string;
    failure?: { code: string; message: string };
  }[];
  on_failure?: string;
}

/** Answers reads of projects as GitLab does, and keeps what it was asked. */
function gitlab(projects: Record<string, { id: number; path: string }> = {}): Action & { asked: ActionCall[] } {
  const asked: ActionCall[] = [];
  return {
    name: "gitlab",
    retry: { ...defaultRetry, initialMs: 1 },
    timeoutMs: 1000,
    asked,
    perform(call) {
      asked.push(call);
      const { path } = decodeWire(call.input) as { path: string };
      const found = projects[path === "projects/:id" ? call.project : path];
      if (found === undefined) {
        return { error: { type: "gitlab", code: "GITLAB_STATUS", message: "404 Project Not Found", retryable: false } };
      }
      const body = { id: found.id, path_with_namespace: found.path };
      return { value: encodeWire({ status_code: 200, body, next: null }) };
    },
  };
}

/** Never answers before it is given up. */
const silent: Action = {
  name: "http",
  retry: defaultRetry,
  timeoutMs: 60_000,
  perform: ({ signal }) =>
    new Promise((resolve) => {
      const error = { type: "http", code: "HTTP_TIMEOUT", message: "given up", retryable: false };
      signal.addEventListener("abort", () => resolve({ error }), { once: true });
    }),
};

async function validate(server: TestServer, body: object, project = "1"): Promise<Said> {
  const url = `/api/v1/projects/${encodeURIComponent(project)}/validate`;
  const answer = await server.call({ method: "POST", url, payload: body });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Said>();
}

const change = { type: "project.update", data: { visibility: "public" } };

function open(validation: Partial<ValidationSettings> = {}, actions: readonly Action[] = [echoAction]) {
  return openTestServer({ validation }, actions);
}

test("allow, deny and what stands for them", async () => {
  await using server = await open();
  const answers: [string, string, string[]][] = [
    ["allow()", "allow", []],
    ['deny("it is secret")', "deny", ["it is secret"]],
    ['deny(["one", "two"])', "deny", ["one", "two"]],
    ["True", "allow", []],
    ["False", "deny", ["denied by the rule rule"]],
    ['struct(decision = "deny", reason = "so")', "deny", ["so"]],
    ['{"decision": "allow"}', "allow", []],
    ['deny(change.data.visibility + " " + change.type + " " + change.project)', "deny", ["public project.update 1"]],
    ['allow() if w.run("echo", {"a": 1}).a == 1 else deny("no echo")', "allow", []],
  ];
  for (const [expression, decision, reasons] of answers) {
    const script = `def rule(w, change):\n    return ${expression}\n\non_validate(type = "project.*", handler = rule)\n`;
    assert.deepEqual(await server.script(script), []);
    const said = await validate(server, change);
    assert.deepEqual([said.decision, said.reasons, said.on_failure], [decision, reasons, undefined], expression);
  }
});

test("one denial of many denies, and rules for other types and fields are not asked", async () => {
  await using server = await open();
  await server.script(
    `def no(w, change):
    return deny("no")

def yes(w, change):
    return allow()

on_validate(type = "project.update", handler = yes)
on_validate(type = ["project.update", "x"], handler = no, filter = {"visibility": "public"})
on_validate(type = "member.*", handler = no, name = "members")
`,
  );
  const { decision, reasons, rules } = await validate(server, change);
  assert.deepEqual([decision, reasons], ["deny", ["no"]]);
  assert.deepEqual(
    rules.map(({ rule, decision: own }) => [rule, own]),
    [
      ["yes", "allow"],
      ["no", "deny"],
    ],
  );
  assert.equal((await validate(server, { ...change, data: { visibility: "private" } })).decision, "allow");
  assert.deepEqual((await validate(server, { type: "other" })).rules, []);
  assert.deepEqual((await server.engine.listRuns({})).items, []);
  assert.deepEqual((await server.engine.listEvents({})).items, []);
});

test("what would outlive a rule is refused, and the default counts", async () => {
  await using server = await open({}, [echoAction, gitlab(), silent]);
  const refused: [string, RegExp][] = [
    ['w.gitlab.post("projects/:id/issues", body = {"title": "x"})', /makes a POST request/],
    ['w.http.delete("https://example.com/")', /makes a DELETE request/],
    ['w.emit("x", {})', /emits an event/],
    ['w.spawn("other")', /starts another run/],
    ['w.signal("a", "b")', /sends a signal/],
    ['w.wait_for_event(type = "x")', /waits for an event/],
    ["w.sleep(days = 1)", /sleeps longer/],
    ['w.ask(title = "May it?", assignees = ["kim"])', /asks people/],
    ["None", /answered with None/],
    ['fail("broken")', /broken/],
  ];
  for (const [expression, message] of refused) {
    const script = `def rule(w, change):\n    ${expression}\n    return ${expression === "None" ? "None" : "allow()"}\n\non_validate(type = "*", handler = rule)\n`;
    assert.deepEqual(await server.script(script), []);
    const said = await validate(server, change);
    assert.deepEqual([said.decision, said.on_failure], ["deny", "deny"], expression);
    assert.match(said.reasons.join(), message);
    assert.match(said.rules[0]!.failure!.code, /^VALIDATION_/);
  }
  assert.deepEqual((await server.engine.listEvents({})).items, []);
});

test("a rule that is late is given up: one that calls, one that computes", async () => {
  await using server = await open({ onFailure: "allow" }, [silent]);
  for (const body of ['w.http.get("https://example.com/")', "[0 for i in range(30000) for j in range(30000)]"]) {
    await server.script(
      `def rule(w, change):\n    ${body}\n    return deny("x")\n\non_validate(type = "*", handler = rule)\n`,
    );
    const said = await validate(server, { ...change, timeout_ms: 60 });
    assert.deepEqual([said.decision, said.on_failure, said.reasons], ["allow", "allow", []]);
    assert.equal(said.rules[0]!.failure!.code, "VALIDATION_TIMEOUT");
  }
});

test("rules of a group bind the projects in it, whatever name they are given", async () => {
  const known = { id: 5, path: "Acme/sub/web" };
  const api = gitlab({ "5": known, "acme/SUB/web": known, "9": { id: 9, path: "acme-other/app" } });
  const policies = new Map([["acme", "77"]]);
  await using server = await open({ policies, projectPaths: new Map([["77", "acme/rules"]]) }, [api]);
  const missing = await validate(server, change, "5");
  assert.deepEqual([missing.decision, missing.on_failure], ["deny", "deny"]);
  assert.match(missing.reasons.join(), /group acme has its rules in project 77/);
  await server.script(
    `def rule(w, change):
    return deny(change.path)

on_validate(type = "*", handler = rule)
`,
    "77",
  );
  for (const name of ["5", "acme/SUB/web"]) {
    const said = await validate(server, change, name);
    assert.deepEqual(said.reasons, ["Acme/sub/web"], name);
    assert.equal(said.rules[0]!.group, "acme");
  }
  assert.deepEqual(await validate(server, change, "9"), { decision: "allow", reasons: [], rules: [] });
  const unknown = await validate(server, change, "404");
  assert.deepEqual([unknown.decision, unknown.rules], ["deny", []]);
  assert.match(unknown.reasons.join(), /404 Project Not Found/);
});

test("a rule of a group acts with what its own project has", async () => {
  const api = gitlab({ "5": { id: 5, path: "acme/web" }, "projects/1": { id: 1, path: "x/y" } });
  const policies = new Map([["acme", "77"]]);
  await using server = await open({ policies, projectPaths: new Map([["77", "acme/rules"]]) }, [api]);
  await server.script(
    `def rule(w, change):
    return deny(w.gitlab.get("projects/1").path_with_namespace)

on_validate(type = "*", handler = rule)
`,
    "77",
  );
  assert.deepEqual((await validate(server, change, "5")).reasons, ["x/y"]);
  assert.deepEqual(
    api.asked.map(({ project }) => project),
    ["5", "77"],
  );
});

test("a definition that never compiled may have rules", async () => {
  await using server = await open();
  await server.script("def rule(");
  const said = await validate(server, change);
  assert.deepEqual([said.decision, said.on_failure], ["deny", "deny"]);
  assert.match(said.reasons.join(), /main\.star of project 1 has never compiled/);
});
