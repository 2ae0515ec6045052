import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { openEngine, startApp, type App } from "./app.ts";
import type { Config } from "./config/config.ts";
import { loadConfig } from "./config/load.ts";
import { AutoFlowError } from "./core/errors.ts";
import type { RunSummary } from "./core/run.ts";

const greeting = `
def greet(w, ev):
    answer = w.http.post(w.vars["URL"], headers = {"X-Token": w.vars["TOKEN"]}, json = {"iid": ev["data"]["object_attributes"]["iid"]})
    print("answered", answer.status_code)

on_event(type = "com.gitlab.events.issue_created", handler = greet)
`;

interface Place extends Disposable {
  folder: string;
  config(flags?: object): Config;
}

/** A folder with a script, and the configuration of a server for it. */
function place(vars: Record<string, string> = {}): Place {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-app-"));
  mkdirSync(path.join(folder, ".gitlab/autoflow"), { recursive: true });
  writeFileSync(path.join(folder, ".gitlab/autoflow/main.star"), greeting);
  const base = {
    data: "data",
    listen: { port: 0 },
    log: { level: "error" },
    sources: { default: { token: "hook" } },
    projects: { "*": { script: { folder }, vars, secrets: { TOKEN: "s3cret-token" } } },
  };
  return {
    folder,
    config: (flags = {}) =>
      loadConfig({ folder, environment: {}, flags: { ...base, ...flags }, allowLoopbackCalls: true }).config,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function sendWebhook(app: App, id: string): Promise<Response> {
  const body = { object_kind: "issue", project: { id: 1 }, object_attributes: { id: 5, iid: 2, action: "open" } };
  const headers = {
    "content-type": "application/json",
    "x-gitlab-event": "Issue Hook",
    "x-gitlab-token": "hook",
    "idempotency-key": id,
  };
  return fetch(`${app.url}/webhooks/gitlab/default`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function endedRun(app: App): Promise<RunSummary> {
  for (;;) {
    const { items } = await app.engine.listRuns({ states: ["succeeded", "failed"] });
    if (items[0] !== undefined) return items[0];
    await setTimeout(5);
  }
}

describe("the whole of it", () => {
  it("takes a webhook, runs the folder's script, makes its call with the secret and tells what it printed", async () => {
    const received: unknown[] = [];
    const target = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (body: string) => received.push([request.headers["x-token"], body]));
      request.on("end", () => response.end("thanks"));
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    using here = place({ URL: `http://127.0.0.1:${(target.address() as AddressInfo).port}/` });
    const printed: string[] = [];
    const app = await startApp(here.config(), {
      onEntries: (_run, entries) => void printed.push(...entries.map(({ text }) => text)),
    });
    try {
      assert.equal((await sendWebhook(app, "d-1")).status, 202);
      const run = await endedRun(app);
      assert.equal(run.state, "succeeded", JSON.stringify(run));
      assert.deepEqual(received, [["s3cret-token", '{"iid":2}']]);
      // The store knows of the end a moment before listeners do.
      while (!printed.some((text) => text.includes("answered 200"))) await setTimeout(5);
    } finally {
      await app.drain();
      target.closeAllConnections();
      target.close();
    }
  });

  it("leaves a note of where it listens, as long as it does", async () => {
    using here = place();
    const config = here.config();
    const app = await startApp(config);
    const note = path.join(config.dataDir, "server.json");
    assert.deepEqual(JSON.parse(readFileSync(note, "utf8")), { url: app.url, pid: process.pid });
    await app.drain();
    assert.ok(!existsSync(note));
    await assert.rejects(fetch(`${app.url}/healthz`));
  });

  it("goes on after an orderly end with what it had", async () => {
    using here = place({ URL: "http://127.0.0.1:9/" });
    const first = await startApp(here.config());
    const accepted = (await (await sendWebhook(first, "d-1")).json()) as { seq: number };
    await first.drain();
    const second = await startApp(here.config());
    const again = (await (await sendWebhook(second, "d-1")).json()) as { seq: number; duplicate: boolean };
    await second.drain();
    assert.equal(again.duplicate, true);
    assert.equal(again.seq, accepted.seq);
  });

  it("says when it cannot listen, and gives the data folder back", async () => {
    using here = place();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    await assert.rejects(startApp(here.config({ listen: { port } })), (error) => {
      assert.ok(error instanceof AutoFlowError);
      assert.equal(error.code, "LISTEN_FAILED");
      assert.match(error.message, new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`));
      return true;
    });
    taken.close();
    const host = await openEngine(here.config());
    await host.drain();
  });
});
