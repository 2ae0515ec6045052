import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openTestServer, until, type TestServer } from "../testing.ts";
import { checked, greeting, guarded, post, waiting } from "./testing-workflows.ts";

const prefix = "/api/orchestrator/v2/workflows";

interface Instance {
  id: string;
  state: string;
  completedWith?: string;
  workflowdata: Record<string, unknown>;
  nodes: { definitionId: string; enter: string; exit?: string; errorMessage?: string }[];
  error?: { message: string; nodeDefinitionId: string };
  duration?: string;
  initiatorEntity?: string;
  targetEntity?: string;
}

async function execute(server: TestServer, id: string, body: object = {}, headers = {}): Promise<string> {
  const answer = await post(server, `${prefix}/${id}/execute`, body, headers);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ id: string }>().id;
}

async function instance(server: TestServer, id: string): Promise<Instance> {
  return (await server.call({ url: `${prefix}/instances/${id}` })).json<Instance>();
}

/** The instance once it has this state. */
async function instanceIn(server: TestServer, id: string, state: string): Promise<Instance> {
  return until(async () => {
    const found = await instance(server, id);
    return found.state === state && found;
  });
}

describe("execute", () => {
  it("starts a run for entities, without the tokens that come with it", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const authTokens = [{ provider: "github", token: "ghp-secret" }];
    const headers = { authorization: "Bearer secret", "x-trace": "t" };
    const body = {
      inputData: { n: 1 },
      targetEntity: "component:default/x",
      initiatorEntity: "user:default/me",
      authTokens,
    };
    const id = await execute(server, "waiting", body, headers);
    const found = await instanceIn(server, id, "ACTIVE");
    assert.equal(found.targetEntity, "component:default/x");
    assert.equal(found.initiatorEntity, "user:default/me");
    const run = await until(async () => {
      const details = await server.engine.findRun(id);
      return details?.state === "waiting" && details;
    });
    assert.ok(!JSON.stringify(run).includes("secret"));
    assert.deepEqual((await instance(server, id)).workflowdata, { n: 1, noted: true });
  });

  it("refuses an input that does not fit, as a problem with a line for each violation", async () => {
    await using server = await openTestServer();
    await server.workflow(checked);
    const answer = await post(server, `${prefix}/checked/execute`, { inputData: { size: "huge" } });
    assert.equal(answer.statusCode, 400);
    const { code, detail } = answer.json<{ code: string; detail: string }>();
    assert.equal(code, "WORKFLOW_INPUT_INVALID");
    assert.equal(detail.split("\n").length, 2);
    assert.deepEqual((await server.engine.listRuns({})).items, []);
    assert.equal((await post(server, `${prefix}/none/execute`, {})).statusCode, 404);
    assert.equal((await post(server, `${prefix}/checked/execute`, { inputData: [] })).statusCode, 400);
  });

  it("starts one run for an Idempotency-Key", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    const headers = { "idempotency-key": "k" };
    assert.equal(await execute(server, "greeting", {}, headers), await execute(server, "greeting", {}, headers));
  });
});

describe("instances", () => {
  it("show state, times, data, nodes and what a run completed with", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    const id = await execute(server, "greeting", { inputData: { result: { completedWith: "error" } } });
    const found = await instanceIn(server, id, "COMPLETED");
    assert.equal(found.completedWith, "error");
    assert.match(found.duration ?? "", /second/);
    assert.deepEqual(
      found.nodes.map(({ definitionId, exit }) => [definitionId, exit !== undefined]),
      [["Greet", true]],
    );
    assert.equal((await server.call({ url: `${prefix}/instances/none` })).statusCode, 404);
  });

  it("show why a run failed, and are retriggered with other data", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": guarded });
    const id = await execute(server, "guarded", { inputData: { who: "me" } });
    const { error } = await instanceIn(server, id, "ERROR");
    assert.deepEqual([error?.message, error?.nodeDefinitionId], ["denied for me", "Guard"]);
    const url = `${prefix}/guarded/${id}/retrigger`;
    const again = await post(server, url, {});
    assert.equal(again.statusCode, 400);
    assert.match(again.json<{ detail: string }>().detail, /failed again: denied for me/);
    assert.equal((await post(server, url, { inputData: { who: "me", allowed: true } })).statusCode, 200);
    const { workflowdata } = await instanceIn(server, id, "COMPLETED");
    assert.deepEqual(workflowdata, { who: "me", allowed: true });
    assert.equal((await post(server, url, {})).statusCode, 400);
  });

  it("are aborted, also in error", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    await server.workflow({ "g.sw.yaml": guarded });
    const open = await execute(server, "waiting");
    const failed = await execute(server, "guarded", { inputData: { who: "me" } });
    await instanceIn(server, open, "ACTIVE");
    await instanceIn(server, failed, "ERROR");
    for (const id of [open, failed]) {
      const answer = await server.call({ method: "DELETE", url: `${prefix}/instances/${id}/abort` });
      assert.equal(answer.statusCode, 200, answer.body);
      await instanceIn(server, id, "ABORTED");
    }
  });

  it("have logs, and their states have names", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    const id = await execute(server, "greeting");
    await instanceIn(server, id, "COMPLETED");
    const { logs } = (await server.call({ url: `${prefix}/instances/${id}/logs` })).json<{ logs: { log: string }[] }>();
    assert.ok(logs.length >= 2);
    const statuses = (await server.call({ url: `${prefix}/instances/statuses` })).json<object[]>();
    assert.deepEqual(statuses[0], { key: "Active", value: "ACTIVE" });
  });
});

describe("searching instances", () => {
  async function search(server: TestServer, body: object, url = `${prefix}/instances`) {
    const answer = await post(server, url, body);
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<{
      items: Instance[];
      paginationInfo: { totalCount: number; offset: number; pageSize: number };
    }>();
  }

  async function world(server: TestServer): Promise<Record<"greeting" | "waiting" | "guarded", string>> {
    await server.workflow({ "g.sw.yaml": greeting });
    await server.workflow({ "w.sw.yaml": waiting });
    await server.workflow({ "d.sw.yaml": guarded });
    const ids = {
      greeting: await execute(server, "greeting", { initiatorEntity: "user:default/a", targetEntity: "component:x/1" }),
      waiting: await execute(server, "waiting", { initiatorEntity: "user:default/a" }),
      guarded: await execute(server, "guarded", { initiatorEntity: "user:default/b", inputData: { who: "b" } }),
    };
    await instanceIn(server, ids.greeting, "COMPLETED");
    await until(async () => (await server.engine.findRun(ids.waiting))?.state === "waiting");
    await instanceIn(server, ids.guarded, "ERROR");
    return ids;
  }

  const eq = (field: string, value: unknown) => ({ operator: "EQ", field, value });

  it("filters, also nested and logically", async () => {
    await using server = await openTestServer();
    const ids = await world(server);
    const cases: [object, (keyof typeof ids)[]][] = [
      [eq("state", "ERROR"), ["guarded"]],
      [{ operator: "IN", field: "state", value: ["COMPLETED", "ACTIVE"] }, ["greeting", "waiting"]],
      [eq("processId", "waiting"), ["waiting"]],
      [{ operator: "LIKE", field: "processId", value: "g%" }, ["greeting", "guarded"]],
      [{ operator: "LIKE", field: "processId", value: "*eet*" }, ["greeting"]],
      [{ field: "variables", nested: eq("initiatorEntity", "user:default/a") }, ["greeting", "waiting"]],
      [{ operator: "IS_NULL", field: "targetEntity", value: true }, ["guarded", "waiting"]],
      [{ operator: "IS_NULL", field: "targetEntity", value: false }, ["greeting"]],
      [{ operator: "IS_NULL", field: "end", value: true }, ["waiting"]],
      [{ operator: "NOT", filters: [eq("state", "COMPLETED")] }, ["guarded", "waiting"]],
      [{ operator: "AND", filters: [eq("initiatorEntity", "user:default/a"), eq("state", "ACTIVE")] }, ["waiting"]],
      [{ operator: "OR", filters: [eq("processId", "greeting"), eq("id", ids.waiting)] }, ["greeting", "waiting"]],
      [{ operator: "GTE", field: "start", value: "2020-01-01T00:00:00Z" }, ["greeting", "guarded", "waiting"]],
      [{ operator: "BETWEEN", field: "start", value: ["2020-01-01", "2021-01-01"] }, []],
      [
        { operator: "BETWEEN", field: "start", value: { from: "2020-01-01", to: "2999-01-01" } },
        ["greeting", "guarded", "waiting"],
      ],
      [{}, ["greeting", "guarded", "waiting"]],
    ];
    for (const [filters, expected] of cases) {
      const { items, paginationInfo } = await search(server, { filters });
      const names = items.map(({ id }) => Object.entries(ids).find(([, each]) => each === id)?.[0]);
      assert.deepEqual(new Set(names), new Set(expected), JSON.stringify(filters));
      assert.equal(paginationInfo.totalCount, expected.length);
    }
    const ofOne = await search(server, {}, `${prefix}/waiting/instances`);
    assert.deepEqual(
      ofOne.items.map(({ id }) => id),
      [ids.waiting],
    );
  });

  it("sorts and pages", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await execute(server, "greeting"));
    const page = async (more: object) =>
      search(server, { paginationInfo: { orderBy: "start", orderDirection: "ASC", ...more } });
    const first = await page({ pageSize: 2, offset: 0 });
    const second = await page({ pageSize: 2, offset: 2 });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ id }) => id),
      ids.slice(0, 4),
    );
    assert.deepEqual([second.paginationInfo.totalCount, second.paginationInfo.offset], [5, 2]);
    const last = await page({ pageSize: 1, orderDirection: "DESC" });
    assert.equal(last.items[0]?.id, ids[4]);
    const byDefault = await search(server, {});
    assert.equal(byDefault.items[0]?.id, ids[4]);
  });

  it("says what is wrong with a filter", async () => {
    await using server = await openTestServer();
    const cases: [object, RegExp][] = [
      [eq("colour", "red"), /no field "colour".*processId/],
      [eq("state", "DONE"), /no state "DONE".*ACTIVE/],
      [{ operator: "GT", field: "state", value: "ACTIVE" }, /GT does not fit state/],
      [{ operator: "XOR", filters: [] }, /operator is "XOR"/],
      [{ operator: "AND", filters: [] }, /AND of nothing/],
      [{ operator: "IN", field: "id", value: "x" }, /IN of id needs a list/],
      [{ operator: "BETWEEN", field: "start", value: [1] }, /needs \[from, to\]/],
      [{ operator: "GT", field: "start", value: "yesterday" }, /no time for start/],
    ];
    for (const [filters, message] of cases) {
      const answer = await post(server, `${prefix}/instances`, { filters });
      assert.equal(answer.statusCode, 400, answer.body);
      assert.match(answer.json<{ detail: string }>().detail, message);
    }
  });
});

describe("workflows", () => {
  interface Overview {
    workflowId: string;
    name: string;
    version: string;
    lastRunId?: string;
    lastRunStatus?: string;
    isAvailable: boolean;
    workflowRunStats: { total: number; runsLastMonth: number; completed: number; error: number; successRatio?: number };
  }

  it("take a body that is empty though it is called JSON", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const headers = { "content-type": "application/json" };
    const id = await execute(server, "waiting");
    await instanceIn(server, id, "ACTIVE");
    for (const [method, url, status] of [
      ["POST", `${prefix}/overview`, 200],
      ["POST", `${prefix}/instances`, 200],
      ["POST", `${prefix}/waiting/instances`, 200],
      ["DELETE", `${prefix}/instances/${id}/abort`, 200],
    ] as const) {
      const answer = await server.call({ method, url, headers, payload: "" });
      assert.equal(answer.statusCode, status, `${url}: ${answer.body}`);
    }
    const payload = "{";
    assert.equal((await server.call({ method: "POST", url: `${prefix}/overview`, headers, payload })).statusCode, 400);
  });

  it("have overviews with what became of their runs", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    await server.workflow({ "d.sw.yaml": guarded });
    const id = await execute(server, "guarded", { inputData: { who: "x" } });
    await instanceIn(server, id, "ERROR");
    const list = async (body: object = {}, url = `${prefix}/overview`) =>
      (await post(server, url, body)).json<{ overviews: Overview[]; paginationInfo: { totalCount: number } }>();
    const { overviews, paginationInfo } = await list();
    assert.equal(paginationInfo.totalCount, 2);
    const found = overviews.find(({ workflowId }) => workflowId === "guarded")!;
    assert.deepEqual([found.lastRunId, found.lastRunStatus, found.isAvailable], [id, "ERROR", true]);
    assert.deepEqual([found.workflowRunStats.total, found.workflowRunStats.error], [1, 1]);
    assert.equal(found.workflowRunStats.successRatio, 0);
    const shown = (await server.call({ url: `${prefix}/guarded/overview` })).json<Overview>();
    assert.deepEqual(shown, found);
    const filtered = await list({ filters: { operator: "LIKE", field: "workflowId", value: "gr*" } });
    assert.deepEqual(
      filtered.overviews.map(({ workflowId }) => workflowId),
      ["greeting"],
    );
    for (const field of ["id", "processId", "workflowId"]) {
      const one = await list({ filters: { operator: "EQ", field, value: "guarded" } });
      assert.deepEqual(
        one.overviews.map(({ workflowId }) => workflowId),
        ["guarded"],
      );
    }
    const ofEntity = await list(
      { targetEntity: "component:x/y", annotationWorkflowIds: ["greeting"] },
      `${prefix}/overview/entity`,
    );
    assert.deepEqual(
      ofEntity.overviews.map(({ workflowId }) => workflowId),
      ["greeting"],
    );
    const sorted = await list({ paginationInfo: { orderBy: "workflowId", orderDirection: "DESC", pageSize: 1 } });
    assert.deepEqual(
      sorted.overviews.map(({ workflowId }) => workflowId),
      ["guarded"],
    );
  });

  it("tell a field that they do not have", async () => {
    await using server = await openTestServer();
    const unknown = { operator: "EQ", field: "nope", value: 1 };
    for (const body of [
      { filters: { operator: "NOT", filters: [unknown] } },
      { filters: unknown },
      { paginationInfo: { orderBy: "nope" } },
    ]) {
      const answer = await post(server, `${prefix}/overview`, body);
      assert.equal(answer.statusCode, 400);
      assert.match(answer.body, /nope[^]*workflowId, /);
    }
  });

  it("show their text, their schema with the input of a run, and that they can be started", async () => {
    await using server = await openTestServer();
    await server.workflow(checked);
    const source = await server.call({ url: `${prefix}/checked/source` });
    assert.equal(source.body, checked["checked.sw.yaml"]);
    assert.match(String(source.headers["content-type"]), /^text\/plain/);
    const id = await execute(server, "checked", { inputData: { size: "small", name: "x" } });
    const schema = (await server.call({ url: `${prefix}/checked/inputSchema?instanceId=${id}` })).json<object>();
    assert.deepEqual(schema, {
      inputSchema: JSON.parse(checked["schema.json"]) as unknown,
      data: { size: "small", name: "x" },
    });
    assert.equal((await server.call({ url: `${prefix}/checked/pingWorkflowService` })).json(), true);
    assert.equal((await server.call({ url: `${prefix}/none/pingWorkflowService` })).statusCode, 404);
  });
});

it("the Orchestrator's routes need the API token", async () => {
  await using server = await openTestServer({ apiToken: "0123456789abcdef" });
  for (const url of [`${prefix}/overview`, "/some-workflow"]) {
    const answer = await post(server, url, {});
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers["www-authenticate"], "Bearer");
  }
  const headers = { authorization: "Bearer 0123456789abcdef" };
  assert.equal((await post(server, `${prefix}/overview`, {}, headers)).statusCode, 200);
});
