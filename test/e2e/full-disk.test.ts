/** A full disk: nothing is acknowledged that is not kept, nothing kept is lost, and work goes on when there is space again. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import type { Problem } from "../../src/server/problem.ts";
import { startEndpoint } from "../support/endpoint.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { tempFolder } from "../support/temp-folder.ts";

const script = `
def working(w, ev):
    w.http.post(w.vars["SERVICE"], json = {"event": ev["id"], "step": 1})
    w.wait_for_event(type = "go")
    w.http.post(w.vars["SERVICE"], json = {"event": ev["id"], "step": 2})

on_event(type = "work", handler = working)
`;

const filling = { text: "x".repeat(20_000) };

/** Sends events until one is refused; answers those that were acknowledged, and the refusal. */
async function fill(server: DevServer): Promise<{ kept: string[]; refused: Problem }> {
  const kept: string[] = [];
  for (let i = 0; i < 2000; i++) {
    const id = `fill-${i}`;
    const event = { specversion: "1.0", id, source: "/test", type: i % 4 === 0 ? "work" : "other", data: filling };
    const answer = await server.post("/api/v1/projects/1/events", JSON.stringify(event));
    if (answer.status !== 202) return { kept, refused: (await answer.json()) as Problem };
    kept.push(id);
  }
  throw new Error("the disk never filled");
}

test("a full disk refuses what it cannot keep, and keeps what it accepted", async (context) => {
  using folder = tempFolder();
  mkdirSync(folder.join("disk"));
  using disk = mountSmallDisk(folder.join("disk"), 3000);
  if (disk.impossible !== undefined) {
    context.skip(`NOT TESTED: a full disk needs a disk of its own, and mounting one failed: ${disk.impossible}`);
    return;
  }
  await using service = await startEndpoint();
  const args = ["--data", folder.join("disk/data"), "--var", `SERVICE=${service.url}`];
  await using server = await DevServer.start({ script, args });

  const { kept, refused } = await fill(server);
  assert.equal(refused.code, "STORE_FULL");
  assert.equal(refused.status, 507);
  assert.match(refused.hint, /space/);
  assert.ok(kept.length > 20, `${kept.length} events were kept`);

  const ready = await fetch(`${server.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /full/);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  for (const id of kept) assert.equal((await server.event(id)).attributes.id, id);
  assert.equal((await fetch(`${server.url}/api/v1/events/fill-${kept.length}`)).status, 404);

  disk.resize(60_000);
  await eventually("it is ready again", async () => (await fetch(`${server.url}/readyz`)).ok);
  const again = await server.send("other", filling, `fill-${kept.length}`);
  assert.equal(again.duplicate, false);
  await server.send("go");
  const started = kept.filter((_, i) => i % 4 === 0);
  await eventually("all runs end", async () => (await server.runs("&state=succeeded")).length === started.length);
  assert.equal((await server.runs()).length, started.length);

  const keys = Map.groupBy(service.received, ({ body }) => body);
  assert.equal(keys.size, 2 * started.length);
  for (const [body, requests] of keys) {
    assert.equal(new Set(requests.map(({ headers }) => headers["idempotency-key"])).size, 1, body);
  }
  await server.end("SIGKILL");
  await server.startAgain();
  for (const id of kept) assert.equal((await server.event(id)).attributes.id, id);
});
