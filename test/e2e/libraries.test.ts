/** A project's script that loads from another project, on a real server with real repositories. */
import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { DefinitionView } from "../../src/core/definition.ts";
import type { Page } from "../../src/core/engine.ts";
import type { RunSummary } from "../../src/core/run.ts";
import { contentHash, formatLock, lockPath } from "../../src/events/definitions/lock-file.ts";
import { TestRepository } from "../../src/events/definitions/testing-git.ts";
import { GitLabStandIn } from "../../src/events/definitions/testing-gitlab.ts";
import { autoflow, startAutoflow } from "../support/autoflow.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { DevServer, mainScript } from "../support/server.ts";
import { tempFolder } from "../support/temp-folder.ts";

const script = `
load("@group/lib//lib/greet.star@v1", "greet")

def handle(w, ev):
    print(greet("before"))
    w.wait_for_event(type = "go")
    print(greet("after"))

on_event(type = "begin", handler = handle)
`;

const library = {
  "lib/greet.star": 'load("words.yaml", words = "data")\n\ndef greet(name):\n    return words["hello"] + " " + name\n',
  "lib/words.yaml": "hello: Hello\n",
};

async function definitionOf(server: DevServer): Promise<DefinitionView | undefined> {
  const { items } = await server.get<Page<DefinitionView>>("/api/v1/definitions");
  return items.find(({ path }) => path === mainScript);
}

test("runs keep the library that they began with, also when it is gone", async () => {
  await using repository = await TestRepository.create();
  const commit = await repository.commit(library);
  repository.git("tag", "v1");
  const source = ["--project-source", `group/lib=${repository.folder}`];
  await using server = await DevServer.start({ args: source });
  const locked = await server.cli("lock", path.join(server.folder.path, "project"), ...source);
  assert.equal(locked.code, 0, locked.stderr);
  server.edit(script);
  await server.cli("lock", path.join(server.folder.path, "project"), ...source);
  const definition = await eventually("the script is in use", async () => {
    const found = await definitionOf(server);
    return found?.triggers.length === 1 && found;
  });
  assert.deepEqual(definition.libraries, [{ project: "group/lib", ref: "v1", commit }]);
  assert.match(
    (await server.cli("definitions", "list")).stdout,
    new RegExp(`group/lib@v1 \\(${commit.slice(0, 12)}\\)`),
  );
  await server.send("begin", {}, "1");
  await server.untilRun("1", (run) => run.state === "waiting");

  await server.end("SIGKILL");
  await rename(repository.folder, `${repository.folder}-gone`);
  await server.startAgain();
  await rename(`${repository.folder}-gone`, repository.folder);
  const problems = (await definitionOf(server))?.problems ?? [];
  assert.match(problems[0]?.message ?? "", /group\/lib.* is not there$/);
  assert.deepEqual(problems[0]?.where, { file: mainScript, line: 2, column: 6 });
  await server.send("begin", {}, "2");
  await server.untilRun("2", (run) => run.state === "waiting");
  await server.send("go");
  await server.untilEnded("1");
  await server.untilEnded("2");
  await eventually("all is printed", () => server.printed.filter((line) => line.startsWith("Hello")).length === 4);
  assert.deepEqual(server.printed.filter((line) => line.startsWith("Hello")).toSorted(), [
    "Hello after",
    "Hello after",
    "Hello before",
    "Hello before",
  ]);
});

test("a server reads script and library from GitLab, and keeps both when GitLab is away", async () => {
  const commits = { app: "a".repeat(40), library: "b".repeat(40) };
  await using gitlab = await GitLabStandIn.start();
  gitlab.create("group/app", ["token"]);
  gitlab.create("group/lib", ["token"]);
  gitlab.push("group/lib", commits.library, library, ["v1"]);
  const files = Object.entries(library).map(([file, text]) => [file, contentHash(Buffer.from(text))] as const);
  const locked = { project: "group/lib", ref: "v1", commit: commits.library, files: new Map(files) };
  const lock = formatLock(new Map([["group/lib@v1", locked]]));
  gitlab.push("group/app", commits.app, { [mainScript]: script, [lockPath]: lock });
  using folder = tempFolder();
  const port = await freePort();
  const own = { gitlab: { url: gitlab.url, project: "group/app", token: "token" } };
  const config = { listen: { port }, data: "data", projects: { "7": { script: own } } };
  folder.write("autoflow.yaml", JSON.stringify(config));
  const get = async <T>(route: string): Promise<T> =>
    (await (await fetch(`http://127.0.0.1:${port}${route}`)).json()) as T;
  const definition = async () => (await get<Page<DefinitionView>>("/api/v1/definitions")).items[0];
  const start = () => startAutoflow(["serve"], { cwd: folder.path });
  {
    await using server = start();
    await server.untilOutput(/AutoFlow serves/, "stderr");
    const found = await eventually("the script is in use", async () => {
      const one = await definition();
      return one?.triggers.length === 1 && one;
    });
    assert.equal(found.commit, commits.app);
    assert.deepEqual(found.libraries, [{ project: "group/lib", ref: "v1", commit: commits.library }]);
    server.kill("SIGKILL");
    await server.exited;
  }
  gitlab.status = 404;
  await using server = start();
  await server.untilOutput(/AutoFlow serves/, "stderr");
  assert.deepEqual((await definition())?.libraries, [{ project: "group/lib", ref: "v1", commit: commits.library }]);
  const send = await autoflow(["events", "send", "-p", "7", "-t", "begin"], { cwd: folder.path });
  assert.equal(send.code, 0, send.stderr);
  const runs = await eventually("the run waits", async () => {
    const { items } = await get<Page<RunSummary>>("/api/v1/runs?state=waiting");
    return items.length === 1 && items;
  });
  const { stdout } = await autoflow(["runs", "logs", runs[0]!.id], { cwd: folder.path });
  assert.match(stdout, /Hello before/);
  server.kill("SIGTERM");
  assert.equal((await server.exited).code, 0);
});

test("in development a library without a lock is taken as it is now", async () => {
  await using repository = await TestRepository.create();
  const commit = await repository.commit(library);
  repository.git("tag", "v1");
  await using server = await DevServer.start({
    script,
    args: ["--project-source", `group/lib=${repository.folder}`],
  });
  assert.deepEqual((await definitionOf(server))?.libraries, [{ project: "group/lib", ref: "v1", commit }]);
  assert.match(server.process.stderr, /what is loaded of group\/lib@v1 is not in \.gitlab\/autoflow\/autoflow\.lock/);
});

test("an edited data file is a new version", async () => {
  await using server = await DevServer.start();
  server.folder.write("project/.gitlab/autoflow/words.json", '"one"');
  server.edit('load("words.json", "data")\n\ndef h(w, ev):\n    print(data)\n\non_event(type = "t", handler = h)\n');
  const first = await eventually("the script is in use", async () => (await definitionOf(server))?.imageHash);
  server.folder.write("project/.gitlab/autoflow/words.json", '"two"');
  await eventually("the data counts", async () => (await definitionOf(server))?.imageHash !== first);
  await server.send("t", {}, "1");
  await server.untilEnded("1");
  await eventually("it prints", () => server.printed.includes("two"));
});
