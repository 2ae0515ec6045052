import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toySource } from "../../engines/testing/toy-program.ts";
import { openTestServer, testScript, until } from "../testing.ts";

describe("definitions", () => {
  it("are listed with triggers and problems", async () => {
    await using server = await openTestServer();
    const filter = { types: ["a", "b*"], fields: [{ path: ["x"], anyOf: [1, "y", null] }] };
    await server.define({ name: "h", filter, body: [] });
    await server.engine.putDefinition({
      project: "2",
      language: "toy",
      sources: { entry: "broken.star", files: new Map([["broken.star", "["]]) },
    });
    const { items } = (await server.call({ url: "/api/v1/definitions" })).json<{ items: Listed[] }>();
    const byPath = new Map(items.map((item) => [item.path, item]));
    assert.equal(byPath.get(testScript)?.triggers[0]?.name, "h");
    assert.equal(byPath.get("broken.star")?.problems[0]?.code, "SCRIPT_SYNTAX");
    const ofOne = (await server.call({ url: "/api/v1/definitions?project=2" })).json<{ items: Listed[] }>();
    assert.deepEqual(
      ofOne.items.map(({ path }) => path),
      ["broken.star"],
    );
  });

  it("are listed with the reason when their source cannot be read", async () => {
    const sourceProblems = () => ["1", "9"].map((project) => ({ project, path: testScript, message: "no answer" }));
    await using server = await openTestServer({ sourceProblems });
    await server.define({ name: "h", filter: { types: ["a"], fields: [] }, body: [] });
    const list = async (query: string) =>
      (await server.call({ url: `/api/v1/definitions${query}` })).json<{ items: Listed[] }>().items;
    const shown = (await list("")).map(({ triggers, problems }) => [triggers.length, problems[0]?.code]);
    assert.deepEqual(shown, [
      [1, "SCRIPT_SOURCE_UNAVAILABLE"],
      [0, "SCRIPT_SOURCE_UNAVAILABLE"],
    ]);
    assert.equal((await list("?project=9")).length, 1);
  });

  it("have triggers that may be resumed, by a path with slashes", async () => {
    await using server = await openTestServer();
    await server.define({ name: "h#2", filter: { types: ["a"], fields: [] }, body: [] });
    const resume = (path: string, trigger = "h#2") =>
      server.call({
        method: "POST",
        url: `/api/v1/projects/1/definitions/${encodeURIComponent(path)}/triggers/${encodeURIComponent(trigger)}/resume`,
      });
    assert.equal((await resume(testScript)).statusCode, 204);
    assert.equal((await resume("a/b/other.star")).statusCode, 404);
    const unknown = await resume(testScript, "nosuch");
    assert.equal(unknown.statusCode, 404);
    assert.equal(unknown.json<{ hint: string }>().hint, "Its triggers: h#2.");
  });
});

interface Listed {
  path: string;
  triggers: { name: string }[];
  problems: { code: string }[];
}

describe("flags", () => {
  it("are listed and set, for a project and back", async () => {
    await using server = await openTestServer();
    const set = (payload: object, name = "autoflow_enabled") =>
      server.call({ method: "PUT", url: `/api/v1/flags/${name}`, payload });
    const ofProject = async () => {
      const { items } = (await server.call({ url: "/api/v1/flags" })).json<{ items: { project?: string }[] }>();
      return items.filter(({ project }) => project === "7");
    };
    assert.equal((await set({ project: "7", enabled: false })).statusCode, 204);
    assert.deepEqual(await ofProject(), [{ name: "autoflow_enabled", project: "7", enabled: false }]);
    assert.equal((await set({ project: "7", enabled: null })).statusCode, 204);
    assert.deepEqual(await ofProject(), []);
    assert.equal((await set({ enabled: true }, "no_such_flag")).statusCode, 404);
  });

  it("take no text for a truth value, and no field they do not know", async () => {
    await using server = await openTestServer();
    for (const [payload, detail] of [
      [{ enabled: "true" }, /body enabled must be boolean,null/],
      [{ enabled: true, projekt: "1" }, /body has an unknown field "projekt"/],
      [{}, /body must have required property 'enabled'/],
    ] as const) {
      const answer = await server.call({ method: "PUT", url: "/api/v1/flags/autoflow_enabled", payload });
      assert.equal(answer.statusCode, 400);
      assert.match(answer.json<{ detail: string }>().detail, detail);
    }
  });
});

const waitingDriver = toySource({ name: "", filter: { types: [], fields: [] }, body: [["receive", "go"]] });

describe("drivers", () => {
  const files = { "main.json": "[]" };

  it("need their entry among their files", async () => {
    await using server = await openTestServer();
    const payload = { identity: "x", language: "toy", entry: "other.json", files };
    const answer = await server.call({ method: "POST", url: "/api/v1/projects/1/drivers", payload });
    assert.match(answer.json<{ detail: string }>().detail, /the entry "other.json" is not among the files/);
  });

  it("get their input as it was sent", async () => {
    await using server = await openTestServer();
    const inputs: unknown[] = [];
    server.engine.startDriver = ({ input }) => {
      inputs.push(input);
      return Promise.resolve({ runId: "r", created: true });
    };
    const headers = { "content-type": "application/json" };
    for (const input of [',"input":{"n": 12345678901234567890}', ',"input":"text"', ',"input":null', ""]) {
      const script = JSON.stringify('"input": 1');
      const payload = ` {"identity":"x","language":"toy","entry":"a","files":{"a":${script}}${input}}`;
      const answer = await server.call({ method: "POST", url: "/api/v1/projects/1/drivers", headers, payload });
      assert.equal(answer.statusCode, 201, answer.body);
    }
    assert.deepEqual(inputs, ['{"n": 12345678901234567890}', '"text"', "null", undefined]);
  });

  it("are refused when their body is none", async () => {
    await using server = await openTestServer();
    for (const [payload, code] of [
      ["{", "REQUEST_JSON_MALFORMED"],
      ["", "REQUEST_JSON_MALFORMED"],
      ["[]", "REQUEST_INVALID"],
      ["{}", "REQUEST_INVALID"],
    ]) {
      const headers = { "content-type": "application/json" };
      const answer = await server.call({
        method: "POST",
        url: "/api/v1/projects/1/drivers",
        headers,
        payload: payload!,
      });
      assert.equal(answer.json<{ code: string }>().code, code, payload);
    }
  });

  it("are started once for an identity", async () => {
    await using server = await openTestServer();
    const payload = {
      identity: "x",
      language: "toy",
      entry: "a.json",
      files: { "a.json": waitingDriver },
      input: { n: 1 },
    };
    const start = () => server.call({ method: "POST", url: "/api/v1/projects/1/drivers", payload });
    const first = await start();
    assert.equal(first.statusCode, 201, first.body);
    const second = await start();
    assert.equal(second.statusCode, 200);
    assert.deepEqual(second.json(), { ...first.json<object>(), created: false });
  });
});

describe("health", () => {
  it("says that the process answers, and why work may not be sent", async () => {
    await using server = await openTestServer();
    assert.deepEqual((await server.call({ url: "/healthz" })).json(), { status: "ok", version: "0.0.0-test" });
    assert.deepEqual((await server.call({ url: "/readyz" })).json(), { ready: true, problems: [] });
    const health = server.engine.health();
    server.engine.health = () => ({ ...health, writable: false, problem: "the disk is full", loopAgeMs: 60_000 });
    const answer = await server.call({ url: "/readyz" });
    assert.equal(answer.statusCode, 503);
    assert.deepEqual(answer.json(), {
      ready: false,
      problems: ["the disk is full", "the engine's loop has not come round for 60 s"],
    });
    assert.equal((await server.call({ url: "/healthz" })).statusCode, 200);
  });
});

describe("metrics", () => {
  it("count what the engine did and show what there is", async () => {
    await using server = await openTestServer();
    await server.define({ name: "h", filter: { types: ["go"], fields: [] }, body: [] });
    await server.engine.startDriver({
      identity: "x",
      definition: { project: "1", language: "toy", sources: { entry: "a", files: new Map([["a", waitingDriver]]) } },
    });
    const attributes = { id: "1", source: "test", type: "go" };
    await server.engine.appendEvents([{ project: "1", attributes, body: new Uint8Array(), overlay: "" }]);
    await until(async () => (await server.engine.listRuns({ states: ["succeeded"] })).items.length > 0);
    const { body, headers } = await server.call({ url: "/metrics" });
    assert.match(String(headers["content-type"]), /^text\/plain; version=0\.0\.4/);
    assert.match(body, /^autoflow_events_total\{type="go",duplicate="false"\} 1$/m);
    assert.match(body, /^autoflow_runs\{state="waiting"\} 1$/m);
    assert.match(body, /^autoflow_run_duration_seconds_count\{state="succeeded"\} 1$/m);
    assert.match(body, /^autoflow_turn_compute_seconds_count 2$/m);
    assert.match(body, /^autoflow_store_writable 1$/m);
  });

  it("keep the number of names that come from outside within bounds", async () => {
    await using server = await openTestServer();
    const events = Array.from({ length: 300 }, (_, n) => ({
      project: "1",
      attributes: { id: String(n), source: "test", type: `type-${n}` },
      body: new Uint8Array(),
      overlay: "",
    }));
    await server.engine.appendEvents(events);
    const { body } = await server.call({ url: "/metrics" });
    assert.equal(body.match(/^autoflow_events_total\{/gm)?.length, 201);
    assert.match(body, /^autoflow_events_total\{type="other",duplicate="false"\} 100$/m);
  });
});
