/** Driver scripts: `autoflow run`, killed and run again, changed, cancelled, failed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hasEnded } from "../../src/core/run.ts";
import { type Answer, autoflow, startAutoflow } from "../support/autoflow.ts";
import type { ChildProcess } from "../support/child-process.ts";
import { startEndpoint } from "../support/endpoint.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";

const rollout = `# -*- mode: python -*-
print("begins")
environment = run("echo", {"name": "production", "status": {"phase": "ready"}})
print(environment.name, environment["status"]["phase"], environment.status.phase)

for weight in [10, 50, 100]:
    run("emit", {"type": "com.example.advance", "data": {"deployment": "other", "weight": 0}})
    run("emit", {"type": "com.example.advance", "data": {"deployment": "mine", "weight": weight}})

while True:
    advance = wait_for_event(type = "com.example.advance", filter = {"deployment": "mine"})
    print("weight", advance.data.weight, advance["data"]["weight"])
    if advance["data"]["weight"] == 100:
        break
    sleep(seconds = 1)
print("ends")
`;

const rolloutLines = ["begins", "production ready ready", "weight 10 10", "weight 50 50", "weight 100 100", "ends"];

function run(folder: TempFolder, ...args: string[]): Promise<Answer> {
  return autoflow(["run", ...args], { cwd: folder.path });
}

function startRun(folder: TempFolder, ...args: string[]): ChildProcess {
  return startAutoflow(["run", ...args], { cwd: folder.path });
}

/** What all runs of a data folder printed, by the run, oldest first; asked of a server on it. */
async function printedByRun(folder: TempFolder): Promise<string[][]> {
  await using server = await DevServer.startIn(folder);
  const printed: string[][] = [];
  for (const { id } of (await server.runs()).toSorted((a, b) => a.createdAt - b.createdAt)) {
    printed.push((await server.cli("runs", "logs", id)).stdout.split("\n").filter(Boolean));
  }
  return printed;
}

test("a driver runs from top to bottom", async () => {
  using folder = tempFolder();
  folder.write("rollout.star", rollout);
  const { code, stdout, stderr } = await run(folder, "rollout.star");
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.split("\n").filter(Boolean), rolloutLines);
});

test("killed in the middle, the same command goes on where it stood", async () => {
  using folder = tempFolder();
  folder.write("rollout.star", rollout);
  for (const line of ["weight 10", "weight 50"]) {
    await using killed = startRun(folder, "rollout.star");
    await killed.untilOutput(new RegExp(line));
    killed.kill("SIGKILL");
    assert.equal((await killed.exited).signal, "SIGKILL");
  }
  const last = await run(folder, "./rollout.star");
  assert.equal(last.code, 0, last.stderr);
  assert.match(last.stderr, /Run \S+ continues/);
  assert.doesNotMatch(last.stdout, /begins|weight 10 /);
  assert.match(last.stdout, /ends/);
  assert.deepEqual(await printedByRun(folder), [rolloutLines]);
  const next = await run(folder, "rollout.star");
  assert.match(next.stderr, /Run \S+ begins/);
});

test("interrupted, it says how to continue, and is kept", async () => {
  using folder = tempFolder();
  folder.write("long.star", 'print("one")\nsleep(seconds = 3)\nprint("two")\n');
  await using interrupted = startRun(folder, "long.star");
  await interrupted.untilOutput(/one/);
  interrupted.kill("SIGINT");
  assert.deepEqual(await interrupted.exited, { code: 130, signal: null });
  assert.match(interrupted.stderr, /autoflow run long\.star/);
  assert.equal((await run(folder, "long.star")).code, 0);
  assert.deepEqual(await printedByRun(folder), [["one", "two"]]);
});

test("changed while its run is open, a file wants --resume or --new", async () => {
  let answer = Promise.withResolvers<void>();
  await using service = await startEndpoint(async () => {
    await answer.promise;
    return {};
  });
  using folder = tempFolder();
  const { hostname, port } = new URL(service.url);
  folder.write(
    "autoflow.yaml",
    JSON.stringify({ http_client: { allowed_ips: [hostname], allowed_ports: [Number(port)] } }),
  );
  // A run stays open until the service answers.
  const version = (name: string): string =>
    `print("${name} begins")\nhttp.post("${service.url}")\nprint("${name} ends")\n`;
  const interrupt = async (): Promise<void> => {
    await using started = startRun(folder, "script.star");
    await started.untilOutput(/begins/);
    started.kill("SIGKILL");
    await started.exited;
  };
  folder.write("script.star", version("first"));
  await interrupt();
  folder.write("script.star", version("second"));
  const refused = await run(folder, "script.star");
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^RUN_DEFINITION_CHANGED: [^]*--resume[^]*--new/);
  answer.resolve();
  const resumed = await run(folder, "script.star", "--resume");
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal(resumed.stdout, "first ends\n");

  answer = Promise.withResolvers<void>();
  await interrupt();
  folder.write("script.star", version("third"));
  await using fresh = startRun(folder, "script.star", "--new");
  await fresh.untilOutput(/third begins/);
  answer.resolve();
  assert.equal((await fresh.exited).code, 0, fresh.stderr);
  assert.equal(fresh.stdout, "third begins\nthird ends\n");
  assert.deepEqual(await printedByRun(folder), [
    ["first begins", "first ends"],
    ["second begins"],
    ["third begins", "third ends"],
  ]);
});

test("input, variables and a file that is loaded reach it", async () => {
  using folder = tempFolder();
  folder.write("lib/greeting.star", 'def greeting(name):\n    return "Hello, %s!" % name\n');
  folder.write("main.star", 'load("lib/greeting.star", "greeting")\nprint(greeting(input["name"]), vars["PLACE"])\n');
  const given = await run(folder, "main.star", "--input", '{"name": "Kim"}', "--var", "PLACE=here");
  assert.equal(given.stdout, "Hello, Kim! here\n", given.stderr);
});

test("exit codes tell how it ended", async () => {
  using folder = tempFolder();
  folder.write("fails.star", "def inner(x):\n    return 1 // x\n\ndef outer():\n    inner(0)\n\nouter()\n");
  const failed = await run(folder, "fails.star");
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /fails\.star:7:\d+[^]*fails\.star:5:\d+[^]*fails\.star:2:\d+[^]*division by zero/);

  folder.write("syntax.star", 'print("a")\nif\n');
  const syntax = await run(folder, "syntax.star");
  assert.equal(syntax.code, 2);
  assert.match(syntax.stderr, /^SCRIPT_SYNTAX: [^]*syntax\.star:2:\d+/);
  assert.equal(syntax.stdout, "");

  const missing = await run(folder, "missing.star");
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /^NOT_FOUND: /);

  folder.write("handlers.star", "on_event(type = 't', handler = lambda w, ev: None, name = 'h')\n");
  const handlers = await run(folder, "handlers.star");
  assert.equal(handlers.code, 2);
  assert.match(handlers.stderr, /autoflow dev/);

  assert.equal((await run(folder)).code, 2);
  assert.equal((await run(folder, "fails.star", "--nonsense")).code, 2);
  const malformed = await run(folder, "fails.star", "--input", "{");
  assert.equal(malformed.code, 2);
});

test("with a server on the data folder it runs there, survives both, and can be cancelled", async () => {
  await using server = await DevServer.start();
  const { folder } = server;
  folder.write("waits.star", 'print("one")\nevent = wait_for_event(type = "go")\nprint("two", event.data.n)\n');
  const start = (): ChildProcess => startAutoflow(["run", "waits.star", "--data", "data"], { cwd: folder.path });
  {
    await using client = start();
    await client.untilOutput(/one/);
    client.kill("SIGKILL");
    await client.exited;
  }
  await server.end("SIGKILL");
  await server.startAgain();
  await using again = start();
  await again.untilOutput(/continues/, "stderr");
  // Events reach the project of the run, which is "local" unless it is told.
  await server.cli("events", "send", "-p", "local", "-t", "go", "--data", '{"n": 7}');
  assert.equal((await again.exited).code, 0, again.stderr);
  assert.match(again.stdout, /two 7/);
  assert.equal((await server.runs()).length, 1);

  await using cancelled = start();
  await cancelled.untilOutput(/one/);
  const [run] = await server.runs("&state=waiting,running");
  assert.equal((await server.cli("runs", "cancel", run!.id)).code, 0);
  assert.equal((await cancelled.exited).code, 1);
  await eventually("it is cancelled", async () => hasEnded((await server.run(run!.id)).state));
  assert.equal((await server.run(run!.id)).state, "cancelled");
});
