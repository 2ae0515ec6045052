import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openTestServer, until, type TestServer } from "../testing.ts";

const structured = { "content-type": "application/cloudevents+json" };

function cloudEvent(id: string, data: unknown = { n: 1 }): Record<string, unknown> {
  return { specversion: "1.0", id, source: "/test", type: "com.example.hello", data };
}

function send(server: TestServer, payload: unknown, headers: Record<string, string> = structured, project = "1") {
  const url = `/api/v1/projects/${encodeURIComponent(project)}/events`;
  return server.call({ method: "POST", url, headers, payload: JSON.stringify(payload) });
}

describe("sending events", () => {
  it("is acknowledged with the event's id and place, once", async () => {
    await using server = await openTestServer();
    const first = await send(server, cloudEvent("a"));
    assert.equal(first.statusCode, 202);
    assert.deepEqual(first.json(), { id: "a", seq: 1, duplicate: false, runs: [] });
    assert.equal((await send(server, cloudEvent("a"))).json<{ duplicate: boolean }>().duplicate, true);
    assert.deepEqual(
      server.events.map(({ attributes }) => attributes.id),
      ["a"],
    );
  });

  it("takes structured events, plain JSON, binary mode and batches", async () => {
    await using server = await openTestServer();
    assert.equal((await send(server, cloudEvent("s"))).statusCode, 202);
    assert.equal((await send(server, cloudEvent("j"), { "content-type": "application/json" })).statusCode, 202);
    const binary = {
      "ce-specversion": "1.0",
      "ce-id": "b",
      "ce-source": "/t",
      "ce-type": "x",
      "content-type": "application/json",
    };
    assert.equal((await send(server, { n: 2 }, binary)).json<{ id: string }>().id, "b");
    const batch = await send(server, [cloudEvent("x"), cloudEvent("y")], {
      "content-type": "application/cloudevents-batch+json",
    });
    assert.deepEqual(
      batch.json<{ items: { id: string }[] }>().items.map(({ id }) => id),
      ["x", "y"],
    );
    const none = await send(server, [], { "content-type": "application/cloudevents-batch+json" });
    assert.deepEqual(none.json(), { items: [] });
  });

  it("takes a project's path, which is the project's other name where that is configured", async () => {
    await using server = await openTestServer();
    await send(server, cloudEvent("a"), structured, "group/app");
    await send(server, cloudEvent("b"), structured, "group/other");
    assert.equal((await server.engine.findEvent("a"))?.project, "1");
    assert.equal((await server.engine.findEvent("b"))?.project, "group/other");
    const { items } = (await server.call({ url: "/api/v1/events?project=group%2Fapp" })).json<{ items: Listed[] }>();
    assert.deepEqual(
      items.map(({ attributes }) => attributes.id),
      ["a"],
    );
  });

  it("refuses what is no event", async () => {
    await using server = await openTestServer();
    const answer = await send(server, { specversion: "1.0", id: "a", source: "/t" });
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json<{ code: string }>().code, "EVENT_INVALID");
    const noJson = await server.call({
      method: "POST",
      url: "/api/v1/projects/1/events",
      headers: structured,
      payload: "{",
    });
    assert.equal(noJson.json<{ code: string }>().code, "REQUEST_JSON_MALFORMED");
  });

  it("tells of the flag that holds an event back", async () => {
    await using server = await openTestServer();
    await server.engine.setFlag("autoflow_enabled", "1", false);
    assert.equal((await send(server, cloudEvent("a"))).json<{ heldBy: string }>().heldBy, "autoflow_enabled");
  });
});

describe("showing events", () => {
  it("gives data as it was received: large numbers, order of keys", async () => {
    await using server = await openTestServer();
    const data = '{"z":12345678901234567890,"a":1.50}';
    const payload = `{"specversion":"1.0","id":"a","source":"/t","type":"x","data":${data}}`;
    await server.call({ method: "POST", url: "/api/v1/projects/1/events", headers: structured, payload });
    for (const url of ["/api/v1/events/a", "/api/v1/events/1", "/api/v1/events"]) {
      assert.ok((await server.call({ url })).body.includes(`"data":${data}`), url);
    }
  });

  it("tells what became of one", async () => {
    await using server = await openTestServer();
    await server.define({ name: "h", filter: { types: ["com.example.hello"], fields: [] }, body: [] });
    await send(server, cloudEvent("a"));
    const event = await until(async () => {
      const shown = (await server.call({ url: "/api/v1/events/a" })).json<{
        decisions?: { outcome: string; runId: string }[];
      }>();
      return shown.decisions !== undefined && shown.decisions;
    });
    assert.equal(event[0]!.outcome, "started");
    assert.ok((await server.engine.findRun(event[0]!.runId)) !== undefined);
  });

  it("answers 404 for one that is not there", async () => {
    await using server = await openTestServer();
    assert.equal((await server.call({ url: "/api/v1/events/none" })).statusCode, 404);
  });

  it("lists them newest first, page by page, without data that is too large for a list", async () => {
    await using server = await openTestServer();
    for (const id of ["a", "b", "c"]) await send(server, cloudEvent(id, id === "b" ? "x".repeat(100_000) : 1));
    const first = (await server.call({ url: "/api/v1/events?limit=2" })).json<{ items: Listed[]; next: string }>();
    assert.deepEqual(
      first.items.map(({ attributes, dataOmitted }) => [attributes.id, dataOmitted]),
      [
        ["c", undefined],
        ["b", true],
      ],
    );
    const rest = (await server.call({ url: `/api/v1/events?limit=2&cursor=${first.next}` })).json<{
      items: Listed[];
      next?: string;
    }>();
    assert.deepEqual(
      rest.items.map(({ attributes }) => attributes.id),
      ["a"],
    );
    assert.equal(rest.next, undefined);
  });
});

interface Listed {
  attributes: { id: string };
  dataOmitted?: true;
}
