import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readServerSentEvents, type ServerSentEvent } from "./server-sent-events.ts";

async function read(...chunks: string[]): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  const body = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
  for await (const event of readServerSentEvents(body)) events.push(event);
  return events;
}

test("an event has the fields of its block", async () => {
  assert.deepEqual(await read("id: 7\nevent: entry\ndata: {}\n\n"), [{ id: "7", type: "entry", data: "{}" }]);
});

test("several data lines are one text, comments and empty blocks are nothing", async () => {
  const events = await read(": heartbeat\n\ndata: a\ndata: b\n\nid: 3\n\n");
  assert.deepEqual(events, [{ type: "message", data: "a\nb" }]);
});

test("a value keeps all its blanks but the first", async () => {
  assert.deepEqual(await read("data:  x\n\ndata:y\n\n"), [
    { type: "message", data: " x" },
    { type: "message", data: "y" },
  ]);
});

test("an event that is not complete when the body ends is not delivered", async () => {
  assert.deepEqual(await read("data: a\n\ndata: b\n"), [{ type: "message", data: "a" }]);
});

test("it does not matter how the body is cut", async () => {
  const text = "id: 1\ndata: ä\r\n\r\nid: 2\nevent: end\ndata: b\n\n";
  const whole = await read(text);
  assert.equal(whole.length, 2);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: text.length })), async (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const chunks = places.slice(1).map((end, i) => text.slice(places[i], end));
      assert.deepEqual(await read(...chunks), whole);
    }),
    { numRuns: 50 },
  );
});
