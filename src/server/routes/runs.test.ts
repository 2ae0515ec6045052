import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunState } from "../../core/run.ts";
import type { Instruction } from "../../engines/testing/toy-program.ts";
import { openTestServer, testScript, until, type TestServer } from "../testing.ts";

/** Starts a run of these instructions and waits until it is in a state. */
async function startRun(server: TestServer, body: Instruction[], state: RunState): Promise<string> {
  await server.define({ name: "h", filter: { types: ["go"], fields: [] }, body });
  const attributes = { id: crypto.randomUUID(), source: "test", type: "go" };
  await server.engine.appendEvents([{ project: "1", attributes, body: new Uint8Array(), overlay: "" }]);
  return until(async () => {
    const { items } = await server.engine.listRuns({});
    return items.find((run) => run.eventId === attributes.id && run.state === state)?.id;
  });
}

function post(server: TestServer, url: string, payload?: unknown) {
  return server.call({
    method: "POST",
    url: `/api/v1${url}`,
    ...(payload !== undefined && { payload: payload as object }),
  });
}

describe("runs", () => {
  it("are listed by state, project and definition, page by page", async () => {
    await using server = await openTestServer();
    const done = await startRun(server, [], "succeeded");
    const waiting = await startRun(server, [["receive", "go"]], "waiting");
    const list = async (query: string) => {
      const answer = await server.call({ url: `/api/v1/runs?${query}` });
      return answer.json<{ items: { id: string }[] }>().items.map(({ id }) => id);
    };
    assert.deepEqual(await list(""), [waiting, done]);
    assert.deepEqual(await list("state=succeeded,failed"), [done]);
    assert.deepEqual(await list("project=2"), []);
    assert.deepEqual(await list(`definition=${encodeURIComponent(testScript)}&project=1&limit=1`), [waiting]);
    const wrong = await server.call({ url: "/api/v1/runs?state=sleeping" });
    assert.equal(wrong.statusCode, 400);
    assert.match(wrong.json<{ hint: string }>().hint, /queued, running/);
  });

  it("are shown, and 404 for one that is not there", async () => {
    await using server = await openTestServer();
    const id = await startRun(server, [["log", "x"]], "succeeded");
    const run = (await server.call({ url: `/api/v1/runs/${id}` })).json<{ state: string; value: string }>();
    assert.equal(run.state, "succeeded");
    assert.equal(run.value, "[]");
    assert.equal((await server.call({ url: "/api/v1/runs/none" })).statusCode, 404);
  });

  it("are cancelled, with and without a reason, and not after they have ended", async () => {
    await using server = await openTestServer();
    for (const body of [{ reason: "enough" }, undefined]) {
      const id = await startRun(server, [["receive", "go"]], "waiting");
      assert.equal((await post(server, `/runs/${id}/cancel`, body)).statusCode, 204);
      await until(async () => (await server.engine.findRun(id))?.state === "cancelled");
      const again = await post(server, `/runs/${id}/cancel`, {});
      assert.equal(again.statusCode, 409);
      assert.equal(again.json<{ code: string }>().code, "RUN_ALREADY_ENDED");
    }
    const unknown = await post(server, "/runs/none/cancel", { reason: 1 });
    assert.match(unknown.json<{ detail: string }>().detail, /body reason must be string/);
  });

  it("are resumed", async () => {
    await using server = await openTestServer();
    const id = await startRun(server, [["receive", "go"]], "waiting");
    assert.equal((await post(server, `/runs/${id}/resume`)).statusCode, 204);
    assert.equal((await post(server, "/runs/none/resume", {})).statusCode, 404);
  });

  it("receive signals with the payload as it was sent", async () => {
    await using server = await openTestServer();
    const id = await startRun(
      server,
      [
        ["receive", "go"],
        ["receive", "go"],
      ],
      "waiting",
    );
    const headers = { "content-type": "application/json" };
    const url = `/api/v1/runs/${id}/signals/go`;
    assert.equal(
      (await server.call({ method: "POST", url, headers, payload: '{"n": 12345678901234567890}' })).statusCode,
      204,
    );
    assert.equal((await server.call({ method: "POST", url })).statusCode, 204);
    const run = await until(async () => {
      const found = await server.engine.findRun(id);
      return found?.state === "succeeded" && found;
    });
    assert.deepEqual(JSON.parse(run.value ?? ""), ['signal {"n": 12345678901234567890}', "signal null"]);
    const late = await server.call({ method: "POST", url, headers, payload: "1" });
    assert.equal(late.json<{ code: string }>().code, "RUN_ALREADY_ENDED");
    assert.match(late.json<{ detail: string }>().detail, /has ended: succeeded$/);
    const unknown = await server.call({ method: "POST", url: "/api/v1/runs/none/signals/go", headers, payload: "1" });
    assert.equal(unknown.statusCode, 404);
  });

  it("take only JSON as a signal's payload", async () => {
    await using server = await openTestServer();
    const id = await startRun(server, [["receive", "go"]], "waiting");
    const url = `/api/v1/runs/${id}/signals/go`;
    const malformed = await server.call({
      method: "POST",
      url,
      headers: { "content-type": "application/json" },
      payload: "{",
    });
    assert.equal(malformed.json<{ code: string }>().code, "REQUEST_JSON_MALFORMED");
    const text = await server.call({ method: "POST", url, headers: { "content-type": "text/plain" }, payload: "1" });
    assert.equal(text.json<{ code: string }>().code, "REQUEST_INVALID");
  });
});

describe("a run's history", () => {
  it("is given page by page", async () => {
    await using server = await openTestServer();
    const id = await startRun(
      server,
      [
        ["log", "one"],
        ["log", "two"],
      ],
      "succeeded",
    );
    const all = (await server.call({ url: `/api/v1/runs/${id}/history` })).json<{
      items: { seq: number }[];
      next?: string;
    }>();
    assert.ok(all.items.length >= 4);
    assert.equal(all.next, undefined);
    const seen: number[] = [];
    for (let after = "0"; ;) {
      const url = `/api/v1/runs/${id}/history?limit=2&after=${after}`;
      const page = (await server.call({ url })).json<{ items: { seq: number }[]; next?: string }>();
      seen.push(...page.items.map(({ seq }) => seq));
      if (page.next === undefined) break;
      after = page.next;
    }
    assert.deepEqual(
      seen,
      all.items.map(({ seq }) => seq),
    );
  });

  it("of a run that is not there is 404", async () => {
    await using server = await openTestServer();
    for (const url of ["/api/v1/runs/none/history", "/api/v1/runs/none/history/stream"]) {
      assert.equal((await server.call({ url })).statusCode, 404, url);
    }
  });

  it("is followed until the run ends, and continued after Last-Event-ID", async () => {
    await using server = await openTestServer();
    const address = await server.app.listen({ host: "127.0.0.1", port: 0 });
    const id = await startRun(
      server,
      [
        ["log", "one"],
        ["receive", "go"],
        ["log", "two"],
      ],
      "waiting",
    );
    const stream = await fetch(`${address}/api/v1/runs/${id}/history/stream`);
    assert.match(stream.headers.get("content-type") ?? "", /^text\/event-stream/);
    const reading = stream.text();
    await server.engine.signalRun(id, "go", "1");
    const events = parseEvents(await reading);
    assert.ok(events.some(({ data }) => data.text.includes("one")));
    assert.ok(events.some(({ data }) => data.text.includes("two")));
    assert.equal(events.at(-1)!.data.kind, "ended");
    for (const event of events) assert.equal(event.id, String(event.data.seq));

    const headers = { "last-event-id": events[1]!.id };
    const rest = parseEvents(await (await fetch(`${address}/api/v1/runs/${id}/history/stream`, { headers })).text());
    assert.deepEqual(rest, events.slice(2));
  });

  it("breaks off, and does not end in good order, when the server closes", async () => {
    await using server = await openTestServer();
    const address = await server.app.listen({ host: "127.0.0.1", port: 0 });
    const id = await startRun(server, [["receive", "go"]], "waiting");
    const stream = await fetch(`${address}/api/v1/runs/${id}/history/stream`);
    const reading = stream.text();
    await server.app.close();
    await assert.rejects(reading);
  });

  it("stops being read when the client goes", async () => {
    await using server = await openTestServer();
    const address = await server.app.listen({ host: "127.0.0.1", port: 0 });
    const id = await startRun(server, [["receive", "go"]], "waiting");
    const client = new AbortController();
    await fetch(`${address}/api/v1/runs/${id}/history/stream`, { signal: client.signal });
    const streams = async () =>
      /autoflow_history_streams (\d+)/.exec((await server.call({ url: "/metrics" })).body)?.[1];
    assert.equal(await streams(), "1");
    client.abort();
    await until(async () => (await streams()) === "0");
  });
});

interface Entry {
  seq: number;
  kind: string;
  text: string;
}

function parseEvents(text: string): { id: string; data: Entry }[] {
  return [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data]) => ({
    id: id!,
    data: JSON.parse(data!) as Entry,
  }));
}
