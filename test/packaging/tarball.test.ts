import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, test } from "node:test";
import { startDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";

/** The package as a user gets it: packed, and installed in a folder where nothing of this clone is. */

const hasTemporal = (await temporalCli()) !== undefined;
const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "autoflow-package-"));
const autoflow = path.join(folder, "node_modules/.bin/autoflow");

before(() => {
  execFileSync("npm", ["pack", "--pack-destination", folder], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"))!;
  writeFileSync(path.join(folder, "package.json"), '{"private": true}');
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
});

after(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(autoflow, args, { cwd: folder, encoding: "utf8" });
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

test("autoflow --version is the version of package.json", () => {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  assert.equal(run("--version").stdout, `${version}\n`);
});

test("autoflow lint compiles scripts", () => {
  write("good.star", 'print("hello")\n');
  write("bad.star", 'print("hello"\n');
  const good = run("lint", "good.star");
  assert.equal(good.status, 0, good.stderr);
  const bad = run("lint", "bad.star");
  assert.equal(bad.status, 1);
  assert.match(bad.stdout + bad.stderr, /bad\.star:\d+:\d+/);
});

test("autoflow run executes a script durably", () => {
  write("once.star", 'print("hello")\n');
  const { status, stdout, stderr } = run("run", "once.star");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /hello/);
});

test(
  "autoflow serve computes runs on Temporal, with the workflows that the package brings",
  { skip: !hasTemporal, timeout: 120_000 },
  async () => {
    await using temporal = await startDevServer();
    const script =
      'def greet(w, ev):\n    print("hello from the package")\n\non_event(type = "example", handler = greet)\n';
    write("on-temporal/.gitlab/autoflow/main.star", script);
    write(
      "on-temporal/autoflow.yaml",
      `engine: temporal
listen: {host: 127.0.0.1, port: 0}
temporal: {host_port: "${temporal.address}"}
projects: {"1": {script: {folder: .}}}
`,
    );
    const server = spawn(autoflow, ["serve", "--config", "on-temporal/autoflow.yaml"], {
      cwd: folder,
      stdio: ["ignore", "inherit", "pipe"],
    });
    const ended = once(server, "exit");
    const url = await urlIn(server.stderr);
    const sent = run("events", "send", "--server", url, "-p", "1", "-t", "example", "--data", "{}");
    assert.equal(sent.status, 0, sent.stderr);
    const isDone = () => run("runs", "list", "--server", url, "--state", "succeeded", "-o", "name").stdout !== "";
    while (!isDone()) await pause(200);
    server.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    const made = path.join(folder, "node_modules/autoflow/.cache/workflows");
    assert.equal(existsSync(made), false, "it has bundled workflows, though the package brings them");
  },
);

test("autoflow dev starts a server that answers, and ends on SIGTERM", { timeout: 60_000 }, async () => {
  write(
    "app/.gitlab/autoflow/main.star",
    'def changed(w, ev):\n    print(ev)\n\non_event(type = "example", handler = changed)\n',
  );
  const server = spawn(autoflow, ["dev", "app", "--port", "0"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  let said = "";
  for await (const chunk of server.stdout) {
    said += String(chunk);
    const url = /http:\/\/[\w.:]+/.exec(said)?.[0];
    if (url === undefined) continue;
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    server.kill("SIGTERM");
    break;
  }
  assert.deepEqual(await ended, [0, null]);
});

/** The address in what a server tells at its start. What it tells later is read too: a closed pipe would end it. */
function urlIn(told: Readable): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    told.on("data", (chunk: unknown) => {
      said += String(chunk);
      const url = /http:\/\/[\w.:]+/.exec(said)?.[0];
      if (url !== undefined) resolve(url);
    });
    told.on("end", () => reject(new Error(`no address was told: ${said}`)));
  });
}
