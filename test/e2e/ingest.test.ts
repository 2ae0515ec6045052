/** Ways for events to come in: each accepted once, on disk before it is acknowledged. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root } from "../support/autoflow.ts";
import { eventually } from "../support/eventually.ts";
import { type Accepted, DevServer } from "../support/server.ts";

const script = `
def seen(w, ev):
    print(ev["type"], ev["id"], json.encode(ev.get("data")))

on_event(type = "*", handler = seen)
`;

const recorded = readFileSync(path.join(root, "src/events/testdata/webhooks/issue_updated.json"), "utf8");
const events = "/api/v1/projects/1/events";

async function accepted(answer: Response): Promise<Accepted> {
  assert.equal(answer.status, 202, await answer.clone().text());
  return (await answer.json()) as Accepted;
}

for (const name of ["webhook-id", "idempotency-key"]) {
  test(`a webhook delivered again is known by its ${name}, also after a kill`, async () => {
    await using server = await DevServer.start({ script });
    const deliver = async (id: string): Promise<Accepted> =>
      accepted(await server.post("/webhooks/gitlab/default", recorded, { "x-gitlab-event": "Issue Hook", [name]: id }));
    const first = await deliver("delivery-1");
    assert.equal(first.duplicate, false);
    await server.end("SIGKILL");
    await server.startAgain();
    const again = await deliver("delivery-1");
    assert.deepEqual([again.duplicate, again.seq], [true, first.seq]);
    const { id } = await server.untilEnded(first.id);
    assert.deepEqual((await deliver("delivery-1")).runs, [id]);
    assert.equal((await deliver("delivery-2")).duplicate, false);
    await eventually("the second one ends", async () => (await server.runs("&state=succeeded")).length === 2);
  });
}

test("webhooks of unknown kinds are stored, and start what is for them", async () => {
  await using server = await DevServer.start({ script });
  const body = '{"object_kind":"moon_phase","project":{"id":7},"object_attributes":{"action":"update"}}';
  const { id } = await accepted(await server.post("/webhooks/gitlab/default", body, { "x-gitlab-event": "Moon Hook" }));
  const event = await server.dispatched(id);
  assert.equal(event.attributes.type, "com.gitlab.events.moon_phase_updated");
  assert.equal(event.project, "7");
  assert.equal((await server.untilEnded(id)).state, "succeeded");
});

test("CloudEvents in binary, structured and batched mode", async () => {
  await using server = await DevServer.start({ script });
  const binary = await server.post(events, '{"n": 1.0}', {
    "ce-specversion": "1.0",
    "ce-id": "binary",
    "ce-source": "/test",
    "ce-type": "mode",
    "ce-subject": "caf%C3%A9",
  });
  assert.equal((await accepted(binary)).id, "binary");
  const structured = { specversion: "1.0", source: "/test", type: "mode" };
  const cloudEvent = { "content-type": "application/cloudevents+json; charset=utf-8" };
  await accepted(await server.post(events, JSON.stringify({ ...structured, id: "structured", data: [1] }), cloudEvent));
  const items = ["batched-1", "batched-2", "binary"].map((id) => ({ ...structured, id, data: { id } }));
  const batch = await server.post(events, JSON.stringify(items), {
    "content-type": "application/cloudevents-batch+json",
  });
  assert.equal(batch.status, 202);
  const results = ((await batch.json()) as { items: Accepted[] }).items;
  assert.deepEqual(
    results.map(({ id, duplicate }) => [id, duplicate]),
    [
      ["batched-1", false],
      ["batched-2", false],
      ["binary", true],
    ],
  );
  for (const id of ["binary", "structured", "batched-1", "batched-2"]) await server.untilEnded(id);
  assert.equal((await server.event("binary")).attributes.subject, "café");
  await eventually("all are printed", () => server.printed.filter((line) => line.startsWith("mode")).length === 4);
  assert.deepEqual(server.printed.filter((line) => line.startsWith("mode")).toSorted(), [
    'mode batched-1 {"id":"batched-1"}',
    'mode batched-2 {"id":"batched-2"}',
    'mode binary {"n":1.0}',
    "mode structured [1]",
  ]);
});

test("the same id from another source, or for another project, is another event", async () => {
  await using server = await DevServer.start({ script });
  const send = async (project: string, source: string): Promise<boolean> => {
    const event = { specversion: "1.0", id: "same", source, type: "t" };
    return (await accepted(await server.post(`/api/v1/projects/${project}/events`, JSON.stringify(event)))).duplicate;
  };
  assert.equal(await send("1", "/a"), false);
  assert.equal(await send("1", "/b"), false);
  assert.equal(await send("2", "/a"), false);
  assert.equal(await send("group%2Fapp", "/a"), false);
  assert.equal(await send("1", "/a"), true);
});
