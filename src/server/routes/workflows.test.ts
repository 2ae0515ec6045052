import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openTestServer, until } from "../testing.ts";
import { checked, greeting, guarded, post, waiting } from "./testing-workflows.ts";

const prefix = "/api/v1/workflows";

describe("workflows of the API", () => {
  it("are listed and shown, with their text", async () => {
    await using server = await openTestServer();
    await server.workflow(checked);
    await server.workflow({ "g.sw.yaml": greeting });
    const { items } = (await server.call({ url: prefix })).json<{ items: { workflowId: string }[] }>();
    assert.deepEqual(
      items.map(({ workflowId }) => workflowId),
      ["checked", "greeting"],
    );
    const shown = (await server.call({ url: `${prefix}/greeting` })).json<{
      workflow: { title: string };
      path: string;
    }>();
    assert.deepEqual([shown.path, shown.workflow.title], ["g.sw.yaml", "Greeting"]);
    assert.equal((await server.call({ url: `${prefix}/greeting/source` })).body, greeting);
    const definitions = await server.call({ url: "/api/v1/definitions" });
    assert.equal(definitions.json<{ items: { workflow?: { name: string } }[] }>().items.length, 2);
  });

  it("are started, and started once for a key", async () => {
    await using server = await openTestServer();
    await server.workflow(checked);
    const url = `${prefix}/checked/runs`;
    const headers = { "idempotency-key": "k" };
    const body = { input: { size: "small", name: "x" }, businessKey: "b" };
    const first = await post(server, url, body, headers);
    assert.equal(first.statusCode, 201, first.body);
    const second = await post(server, url, body, headers);
    assert.deepEqual(second.json(), { ...first.json<object>(), created: false });
    const refused = await post(server, url, { input: { size: "huge", name: "x" } });
    assert.equal(refused.json<{ code: string }>().code, "WORKFLOW_INPUT_INVALID");
    const { runId } = first.json<{ runId: string }>();
    const run = (await server.call({ url: `/api/v1/runs/${runId}` })).json<{ input: string; starter: object }>();
    assert.deepEqual(JSON.parse(run.input), body.input);
  });

  it("are drawn, with where a run stands", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const { runId } = (await post(server, `${prefix}/waiting/runs`, {})).json<{ runId: string }>();
    await until(async () => (await server.engine.findRun(runId))?.state === "waiting");
    const svg = await server.call({ url: `${prefix}/waiting/diagram?run=${runId}` });
    assert.equal(svg.headers["content-type"], "image/svg+xml");
    assert.match(svg.body, /^<svg/);
    const mermaid = await server.call({ url: `${prefix}/waiting/diagram?format=mermaid` });
    assert.match(mermaid.body, /Wait/);
    assert.equal((await server.call({ url: `${prefix}/waiting/diagram?run=none` })).statusCode, 404);
  });
});

describe("commands to runs", () => {
  it("repeat, with other data, and skip", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": guarded });
    const start = async () => {
      const { id } = (await post(server, "/guarded", { who: "me" })).json<{ id: string }>();
      return id;
    };
    const command = (id: string, name: string, body: object = {}) =>
      post(server, `/api/v1/runs/${id}/commands/${name}`, body);
    const id = await start();
    assert.deepEqual((await command(id, "retry")).json(), { state: "failed", message: "denied for me" });
    assert.deepEqual((await command(id, "retry", { data: { allowed: true } })).json(), { state: "succeeded" });
    assert.equal((await command(id, "retry")).json<{ code: string }>().code, "RUN_ALREADY_ENDED");
    const other = await start();
    assert.deepEqual((await command(other, "skip")).json(), { state: "succeeded" });
    assert.equal((await command(other, "data")).statusCode, 400);
    assert.equal((await command("none", "skip")).statusCode, 404);
    const third = await start();
    const elsewhere = await command(third, "retry", { node: "nix" });
    assert.equal(elsewhere.statusCode, 404);
    assert.match(elsewhere.json<{ hint: string }>().hint, /"Guard"/);
    assert.equal((await server.engine.findRun(third))?.state, "failed");
    assert.equal((await command(third, "enter", { node: "nix" })).statusCode, 404);
    const { items } = (await server.call({ url: `/api/v1/runs/${id}/nodes` })).json<{ items: { node: string }[] }>();
    assert.equal(items.at(-1)?.node, "Guard");
  });

  it("without a node, repeat and skip only what has failed", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const { runId } = (await post(server, `${prefix}/waiting/runs`, {})).json<{ runId: string }>();
    await until(async () => (await server.engine.findRun(runId))?.state === "waiting");
    for (const name of ["retry", "skip"]) {
      const refused = await post(server, `/api/v1/runs/${runId}/commands/${name}`, {});
      assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code], [409, "RUN_NOT_FAILED"]);
    }
    assert.equal((await server.engine.findRun(runId))?.state, "waiting");
    const skipped = await post(server, `/api/v1/runs/${runId}/commands/skip`, { node: "Wait" });
    assert.deepEqual(skipped.json(), { state: "succeeded" });
  });
});
