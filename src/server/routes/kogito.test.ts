import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openTestServer, until } from "../testing.ts";
import { checked, greeting, guarded, post, waiting } from "./testing-workflows.ts";

interface Instance {
  id: string;
  workflowdata: Record<string, unknown>;
}

describe("POST /{workflowId}", () => {
  it("starts a run with a plain input, a wrapped one, and none, and answers with its data", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    for (const payload of [{ a: 1 }, { workflowdata: { a: 1 } }]) {
      const answer = await post(server, "/greeting", payload);
      assert.equal(answer.statusCode, 201);
      const { id, workflowdata } = answer.json<Instance>();
      assert.deepEqual(workflowdata, { a: 1, greeting: "hi" });
      assert.equal(answer.headers.location, `http://127.0.0.1:8080/greeting/${id}`);
      assert.equal((await server.engine.findRun(id))?.project, "1");
    }
    for (const payload of [undefined, "", "{}"]) {
      const headers = { "content-type": "application/json" };
      const answer = await post(server, "/greeting", payload, payload === undefined ? {} : headers);
      assert.deepEqual(answer.json<Instance>().workflowdata, { greeting: "hi" });
    }
  });

  it("keeps numbers, and the order of keys, as they were sent", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    const sent = '{"workflowdata": {"10": 1.0, "9": 12345678901234567890, "__proto__": {"x": 1}}}';
    const { body } = await post(server, "/greeting", sent, { "content-type": "application/json" });
    assert.match(body, /"workflowdata":\{"10":1(\.0)?,"9":1234567890123456\d+,"__proto__":\{"x":1\},"greeting":"hi"\}/);
  });

  it("answers at the first wait, and the run goes on with an event", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const { id, workflowdata } = (await post(server, "/waiting", { n: 1 })).json<Instance>();
    assert.deepEqual(workflowdata, { n: 1, noted: true });
    assert.deepEqual((await server.call({ url: "/waiting" })).json(), [{ id, workflowdata }]);
    const event = { specversion: "1.0", id: "e", source: "test", type: "go", kogitoprocrefid: id, data: { got: 1 } };
    const sent = await post(server, "/", JSON.stringify(event), { "content-type": "application/cloudevents+json" });
    assert.equal(sent.statusCode, 202, sent.body);
    await until(async () => (await server.engine.findRun(id))?.state === "succeeded");
    const after = await server.call({ url: `/waiting/${id}` });
    assert.deepEqual(after.json<Instance>().workflowdata, { n: 1, noted: true, got: 1, done: true });
    assert.deepEqual((await server.call({ url: "/waiting" })).json(), []);
  });

  it("takes an event of the binary mode under a path of its own", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const { id } = (await post(server, "/waiting")).json<Instance>();
    const headers = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "t", "ce-type": "go" };
    const sent = await post(server, "/go", { got: 2 }, { ...headers, "ce-kogitoprocrefid": id });
    assert.equal(sent.statusCode, 202, sent.body);
    await until(async () => (await server.engine.findRun(id))?.state === "succeeded");
    assert.equal(server.events[0]?.project, "1");
  });

  it("refuses what is no object, and makes no run", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    for (const payload of ["[1]", '"x"', "{", '{"workflowdata": [1]}', "null"]) {
      const answer = await post(server, "/greeting", payload, { "content-type": "application/json" });
      assert.equal(answer.statusCode, 400, payload);
      assert.match(answer.json<{ message: string }>().message, /object|JSON/);
    }
    assert.deepEqual((await server.engine.listRuns({})).items, []);
  });

  it("refuses an input that does not fit, with a line for each violation", async () => {
    await using server = await openTestServer();
    await server.workflow(checked);
    const answer = await post(server, "/checked", { size: "huge" });
    assert.equal(answer.statusCode, 400);
    const [first, ...lines] = answer.json<{ message: string }>().message.split("\n");
    assert.equal(first, "There are JsonSchema validation errors:");
    assert.equal(lines.length, 2, lines.join("\n"));
    assert.ok(lines.some((line) => line.includes("name")) && lines.some((line) => line.includes("size")));
    assert.deepEqual((await server.engine.listRuns({})).items, []);
    assert.equal((await post(server, "/checked", { size: "small", name: "x" })).statusCode, 201);
  });

  it("tells of a run that failed on its way, which stays and can be repaired", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": guarded });
    const answer = await post(server, "/guarded", { who: "me" });
    assert.equal(answer.statusCode, 500);
    const { id, ...error } = answer.json<{ id: string; message: string; failedNodeId: string }>();
    assert.equal(error.message, "denied for me");
    assert.equal(error.failedNodeId, "Guard");
    assert.deepEqual(
      (await server.call({ url: "/guarded" })).json<Instance[]>().map((each) => each.id),
      [id],
    );
    const patched = await server.call({ method: "PATCH", url: `/guarded/${id}`, payload: { allowed: true } });
    assert.deepEqual(patched.json<Instance>().workflowdata, { who: "me", seen: true, allowed: true });
    assert.equal((await server.engine.findRun(id))?.state, "failed");
    const again = await post(server, `/management/processes/guarded/instances/${id}/retrigger`);
    assert.equal(again.statusCode, 200, again.body);
    assert.equal((await server.engine.findRun(id))?.state, "succeeded");
  });

  it("says which workflows there are, and which one is meant", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    const missing = await post(server, "/nothing");
    assert.equal(missing.statusCode, 404);
    assert.match(missing.json<{ message: string }>().message, /no workflow "nothing".*There is greeting\./);
    await server.workflow({ "g.sw.yaml": greeting }, "2");
    const ambiguous = await post(server, "/greeting");
    assert.equal(ambiguous.statusCode, 409);
    assert.match(ambiguous.json<{ message: string }>().message, /several projects.*\?project=/);
    const { id } = (await post(server, "/greeting?project=2")).json<Instance>();
    assert.equal((await server.engine.findRun(id))?.project, "2");
    assert.equal((await post(server, "/greeting?project=group%2Fapp")).statusCode, 201);
  });

  it("starts the newest version, or the one that is asked for", async () => {
    await using server = await openTestServer();
    for (const version of ["1.9", "1.10"]) {
      const text = greeting.replace('"1.0"', `"${version}"`).replace("hi", `v${version}`);
      await server.workflow({ [`g${version}.sw.yaml`]: text });
    }
    const greetingOf = async (query: string) =>
      (await post(server, `/greeting${query}`)).json<Instance>().workflowdata["greeting"];
    assert.equal(await greetingOf(""), "v1.10");
    assert.equal(await greetingOf("?version=1.9"), "v1.9");
    assert.equal((await post(server, "/greeting?version=2")).statusCode, 404);
  });

  it("starts one run for a key, and keeps for what and by which request it was started", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting });
    const headers = { "idempotency-key": "k", "x-trace": "t", authorization: "Bearer secret", cookie: "a=b" };
    const body = { workflowdata: {}, initiatorEntity: "user:default/me", targetEntity: "component:default/x" };
    const first = (await post(server, "/greeting?businessKey=b", body, headers)).json<Instance>();
    const second = (await post(server, "/greeting?businessKey=b", body, headers)).json<Instance>();
    assert.equal(second.id, first.id);
    const { starter } = (await server.engine.findRun(first.id))!;
    assert.equal(starter?.businessKey, "b");
    assert.equal(starter.initiatorEntity, "user:default/me");
    assert.equal(starter.targetEntity, "component:default/x");
    assert.equal(starter.headers?.["x-trace"], "t");
    assert.ok(!JSON.stringify(starter).includes("secret"));
  });

  it("gives way to what else the server answers", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": greeting.replace("id: greeting", "id: healthz") });
    assert.equal((await server.call({ url: "/healthz" })).json<{ status: string }>().status, "ok");
  });
});

describe("a run on Kogito's routes", () => {
  it("is aborted once, and stays to be read", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    await server.workflow({ "g.sw.yaml": guarded });
    const { id } = (await post(server, "/waiting", { n: 1 })).json<Instance>();
    const failed = (await post(server, "/guarded", { who: "x" })).json<Instance>().id;
    for (const [name, run] of [
      ["waiting", id],
      ["guarded", failed],
    ] as const) {
      const aborted = await server.call({ method: "DELETE", url: `/${name}/${run}` });
      assert.equal(aborted.statusCode, 200, aborted.body);
      await until(async () => (await server.engine.findRun(run))?.state === "cancelled");
      assert.equal((await server.call({ method: "DELETE", url: `/${name}/${run}` })).statusCode, 404);
      assert.equal((await server.call({ url: `/${name}/${run}` })).statusCode, 200);
    }
  });

  it("has its data merged or replaced", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const { id } = (await post(server, "/waiting", { a: { b: 1, c: [1, 2] } })).json<Instance>();
    const url = `/waiting/${id}`;
    const merged = await server.call({ method: "PATCH", url, payload: { workflowdata: { a: { c: [3] }, d: 1 } } });
    assert.deepEqual(merged.json<Instance>().workflowdata, { a: { b: 1, c: [3] }, noted: true, d: 1 });
    const replaced = await server.call({ method: "PUT", url, payload: { only: 1 } });
    assert.deepEqual(replaced.json<Instance>().workflowdata, { only: 1 });
    assert.deepEqual((await server.call({ url })).json<Instance>().workflowdata, { only: 1 });
  });

  it("loses none of the changes that are merged at the same time", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const { id } = (await post(server, "/waiting", { a: {} })).json<Instance>();
    const names = ["b", "c", "d", "e"];
    const change = (name: string) =>
      server.call({ method: "PATCH", url: `/waiting/${id}`, payload: { a: { [name]: 1 } } });
    await Promise.all(names.map(change));
    const { workflowdata } = (await server.call({ url: `/waiting/${id}` })).json<Instance>();
    assert.deepEqual(workflowdata, { a: { b: 1, c: 1, d: 1, e: 1 }, noted: true });
  });

  it("is not found under another workflow", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const { id } = (await post(server, "/waiting")).json<Instance>();
    assert.equal((await server.call({ url: `/greeting/${id}` })).statusCode, 404);
    assert.equal((await server.call({ url: "/waiting/none" })).statusCode, 404);
  });
});

describe("/management/processes", () => {
  const prefix = "/management/processes";

  it("lists workflows and shows one, its text byte for byte and its nodes", async () => {
    await using server = await openTestServer();
    await server.workflow(checked);
    await server.workflow({ "w.sw.yaml": waiting });
    assert.deepEqual((await server.call({ url: prefix })).json(), ["checked", "waiting"]);
    const shown = (await server.call({ url: `${prefix}/checked` })).json<Record<string, unknown>>();
    assert.deepEqual([shown["id"], shown["name"], shown["version"]], ["checked", "Greeting", "1.0"]);
    assert.deepEqual(shown["inputSchema"], JSON.parse(checked["schema.json"]));
    const source = await server.call({ url: `${prefix}/waiting/source` });
    assert.equal(source.body, waiting);
    assert.equal(source.headers["content-type"], "application/yaml");
    const nodes = (await server.call({ url: `${prefix}/waiting/nodes` })).json<{ id: string }[]>();
    assert.ok(nodes.some(({ id }) => id === "Done"));
    assert.equal((await server.call({ url: `${prefix}/none` })).statusCode, 404);
  });

  it("tells why a run failed, and lets it go on or past it", async () => {
    await using server = await openTestServer();
    await server.workflow({ "g.sw.yaml": guarded });
    await server.workflow({ "w.sw.yaml": waiting });
    const { id } = (await post(server, "/guarded", { who: "me" })).json<Instance>();
    const url = `${prefix}/guarded/instances/${id}`;
    assert.deepEqual((await server.call({ url: `${url}/error` })).json(), {
      id,
      failedNodeId: "Guard",
      message: "denied for me",
      errorCode: "WORKFLOW_ERROR_END",
    });
    const again = await post(server, `${url}/retrigger`);
    assert.equal(again.statusCode, 400);
    assert.equal(again.json<{ message: string }>().message, "denied for me");
    const { state } = (await server.call({ url })).json<{ state: number }>();
    assert.equal(state, 5);
    assert.equal((await post(server, `${url}/skip`)).statusCode, 200);
    assert.equal((await server.engine.findRun(id))?.state, "succeeded");
    const open = (await post(server, "/waiting")).json<Instance>().id;
    const error = await server.call({ url: `${prefix}/waiting/instances/${open}/error` });
    assert.equal(error.statusCode, 400);
    assert.equal((await server.call({ url: `${prefix}/waiting/instances/none/error` })).statusCode, 404);
    const runs = (await server.call({ url: `${prefix}/guarded/instances` })).json<{ id: string }[]>();
    assert.deepEqual(
      runs.map((run) => run.id),
      [id],
    );
  });

  it("shows the nodes that a run is in, starts others and aborts", async () => {
    await using server = await openTestServer();
    await server.workflow({ "w.sw.yaml": waiting });
    const { id } = (await post(server, "/waiting")).json<Instance>();
    const url = `${prefix}/waiting/instances/${id}`;
    const visits = (await server.call({ url: `${url}/nodeInstances` })).json<Record<string, string>[]>();
    assert.deepEqual(
      visits.map(({ nodeId, state }) => [nodeId, state]),
      [["Wait", "ACTIVE"]],
    );
    assert.equal((await post(server, `${url}/nodes/Nowhere`)).statusCode, 404);
    assert.equal((await post(server, `${url}/nodes/Done`)).statusCode, 200);
    await until(async () => (await server.engine.findRun(id))?.state === "succeeded");
    const other = (await post(server, "/waiting")).json<Instance>().id;
    const aborted = await server.call({ method: "DELETE", url: `${prefix}/waiting/instances/${other}` });
    assert.equal(aborted.statusCode, 200);
  });
});
