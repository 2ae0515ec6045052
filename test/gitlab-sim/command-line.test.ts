/** `autoflow gitlab-sim` as a person starts it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";

const program = path.resolve(import.meta.dirname, "../../bin/autoflow.js");

interface Started {
  url: string;
  token: string;
  ask(method: string, path: string, body?: unknown): Promise<Response>;
  ended: Promise<number | null>;
  end(): void;
}

async function start(t: TestContext, ...options: string[]): Promise<Started> {
  const child = spawn(process.execPath, [program, "gitlab-sim", "--port", "0", "--json", ...options]);
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  const ask = (method: string, where: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${where}`, {
      method,
      headers: { "private-token": token, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return { url, token, ask, ended, end: () => child.kill("SIGINT") };
}

test("it has what the seed says, sends webhooks, and ends when it is asked to", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-sim-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const seed = path.join(folder, "seed.yaml");
  writeFileSync(
    seed,
    "groups: [{path: atlas}]\nprojects: [{path: atlas/beacon, files: {.gitlab-ci.yml: 'unit: {script: x}'}, issues: [{title: Blinks}]}]\n",
  );
  const arrived = Promise.withResolvers<{ event: unknown; token: unknown; body: { object_kind: string } }>();
  const receiver = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      response.end();
      const { "x-gitlab-event": event, "x-gitlab-token": token } = request.headers;
      arrived.resolve({ event, token, body: JSON.parse(text) as { object_kind: string } });
    });
  });
  await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
  t.after(() => receiver.close());
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;

  const sim = await start(
    t,
    "--seed",
    seed,
    "--token",
    "glpat-mine",
    "--webhook",
    address,
    "--webhook-token",
    "secret",
  );
  assert.equal(sim.token, "glpat-mine");
  const issues = (await (await sim.ask("GET", "/api/v4/projects/atlas%2Fbeacon/issues")).json()) as { title: string }[];
  assert.deepEqual(
    issues.map(({ title }) => title),
    ["Blinks"],
  );
  assert.equal((await sim.ask("PUT", "/api/v4/projects/1/issues/1", { state_event: "close" })).status, 200);
  const { event, token, body } = await arrived.promise;
  assert.deepEqual([event, token, body.object_kind], ["Issue Hook", "secret", "issue"]);

  const job = (await (await sim.ask("POST", "/-/simulation/jobs/1", { status: "failed" })).json()) as {
    status: string;
  };
  assert.equal(job.status, "failed");
  assert.equal(
    ((await (await sim.ask("GET", "/api/v4/projects/1/pipelines/1")).json()) as { status: string }).status,
    "failed",
  );
  await sim.ask("POST", "/-/simulation/faults", { path: "user", status: 500, times: 1 });
  assert.deepEqual(
    [(await sim.ask("GET", "/api/v4/user")).status, (await sim.ask("GET", "/api/v4/user")).status],
    [500, 200],
  );
  await sim.ask("POST", "/-/simulation/faults", { path: "user", drop: "before", times: 1 });
  await assert.rejects(sim.ask("GET", "/api/v4/user"));
  const { now } = (await (await sim.ask("POST", "/-/simulation/clock", { advance: "30d" })).json()) as { now: string };
  assert.ok(Date.parse(now) > Date.now() + 29 * 86_400_000);
  sim.end();
  assert.equal(await sim.ended, 0);
});

test("a seed that is wrong ends it with its place", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-sim-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const seed = path.join(folder, "seed.yaml");
  writeFileSync(seed, "projects:\n  - {path: none/beacon}\n");
  const child = spawn(process.execPath, [program, "gitlab-sim", "--port", "0", "--seed", seed]);
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 2);
  assert.match(errors, /GITLAB_SEED_INVALID.*there is no group or user "none"/);
});
