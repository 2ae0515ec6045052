import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { startDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { startAutoflow } from "../support/autoflow.ts";
import type { ChildProcess } from "../support/child-process.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** What AutoFlow does while its Temporal server, or it itself, is away. */

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

const script = `
def handle(w, ev):
    w.sleep(seconds = 0.2)
    w.run("builtin://echo", {})
    w.wait_for_event(type = "end", filter = {"n": ev["data"]["n"]})

on_event(type = "begin", handler = handle)
`;

describe("outages of Temporal", { skip, timeout: 280_000 }, () => {
  it("a server waits for a Temporal that starts later; it is not ready while that is away, and goes on afterwards", async () => {
    using folder = tempFolder();
    const [port, temporalPort] = [await freePort(), await freePort()];
    folder.write(".gitlab/autoflow/main.star", script);
    const config = folder.write(
      "autoflow.yaml",
      JSON.stringify({
        engine: "temporal",
        temporal: { host_port: `127.0.0.1:${temporalPort}`, task_queue: randomUUID() },
        listen: { port },
        projects: { "*": { script: { folder: folder.path } } },
      }),
    );
    const url = `http://127.0.0.1:${port}`;
    const start = (): ChildProcess => startAutoflow(["serve", "--config", config], { cwd: folder.path });
    const place = { databaseFile: folder.join("temporal.db"), port: temporalPort };

    await using server = start();
    await server.untilOutput(/nothing listens there.*Temporal cannot be used: trying again/, "stderr");
    let temporal = await startDevServer(place);
    try {
      await server.untilOutput(/AutoFlow serves/, "stderr");
      assert.match(server.stderr, /"Temporal can be used"/);
      for (let n = 1; n <= 5; n++) await send(url, "begin", n);

      await temporal.stop();
      await eventually("it is not ready", async () => (await fetch(`${url}/readyz`)).status === 503);
      const { problems } = (await (await fetch(`${url}/readyz`)).json()) as { problems: string[] };
      assert.match(problems.join(), /Temporal/);
      const sent = send(url, "begin", 6);
      temporal = await startDevServer(place);
      await sent;
      await eventually("it is ready", async () => (await fetch(`${url}/readyz`)).status === 200);
      for (let n = 1; n <= 6; n++) await send(url, "end", n);
      await eventually("each run has ended once", async () => {
        const answer = await fetch(`${url}/api/v1/runs?limit=50`);
        if (!answer.ok) return false;
        const { items } = (await answer.json()) as { items: { state: string }[] };
        return items.length === 6 && items.every(({ state }) => state === "succeeded");
      });
      server.kill("SIGTERM");
      assert.equal((await server.exited).code, 0);
    } finally {
      await temporal.stop();
    }
  });
});

/** Sends an event until it is acknowledged. */
async function send(url: string, type: string, n: number): Promise<void> {
  const event = { specversion: "1.0", id: `${type}-${n}`, source: "/outages", type, data: { n } };
  const body = JSON.stringify(event);
  await eventually(`${type} ${n} is acknowledged`, async () => {
    const headers = { "content-type": "application/cloudevents+json" };
    const answer = await fetch(`${url}/api/v1/projects/1/events`, { method: "POST", headers, body });
    await answer.text();
    return answer.status === 202;
  });
}
