import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import type { ProjectConfig, DefinitionOrigin } from "../config/config.ts";
import { silentLog } from "../core/ports.ts";
import { toyProgram, toySource, toyWorkflow } from "../engines/testing/toy-program.ts";
import { systemClock } from "../host/clock.ts";
import { createProjectSources } from "./definition-sources.ts";
import { openTestServer, testScript, until } from "./testing.ts";

function script(name: string): string {
  return toySource({ name, filter: { types: ["go"], fields: [] }, body: [] });
}

function tempFolder(): { path: string; write(text: string, file?: string): void } & Disposable {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-scripts-"));
  return {
    path: folder,
    write(text, name = testScript) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function projects(scripts: Record<string, DefinitionOrigin | undefined>): Map<string, ProjectConfig> {
  const entries = Object.entries(scripts);
  return new Map(entries.map(([key, origin]) => [key, { path: undefined, script: origin, vars: {}, secrets: {} }]));
}

type TestServer = Awaited<ReturnType<typeof openTestServer>>;

function sourcesOf(server: TestServer, scripts: Record<string, DefinitionOrigin | undefined>, log = silentLog) {
  const options = {
    engine: server.engine,
    projects: projects(scripts),
    languages: [{ program: toyProgram(), fixed: testScript, claims: (file: string) => file.endsWith(".toy") }],
    clock: systemClock,
    log,
  };
  const sources = createProjectSources(options);
  return { ...sources, [Symbol.asyncDispose]: () => sources.stop() };
}

async function triggersOf(server: TestServer): Promise<string[]> {
  const views = await server.engine.listDefinitions();
  return views.flatMap(({ project, triggers }) => triggers.map(({ name }) => `${project} ${name}`)).toSorted();
}

describe("scripts of the configured projects", () => {
  it("in folders are in use when it has started, and again when they have changed", async () => {
    await using server = await openTestServer();
    using folder = tempFolder();
    folder.write(script("first"));
    await using sources = sourcesOf(server, { "1": { kind: "folder", folder: folder.path }, "2": undefined });
    await sources.start();
    assert.deepEqual(await triggersOf(server), ["1 first"]);
    folder.write(script("second"));
    await until(async () => (await triggersOf(server)).includes("1 second"));
  });

  it("that do not compile are told of, and the last one that did stays", async () => {
    await using server = await openTestServer();
    using folder = tempFolder();
    folder.write(script("good"));
    const told: string[] = [];
    const log = { ...silentLog, error: (message: string) => void told.push(message) };
    await using sources = sourcesOf(server, { "1": { kind: "folder", folder: folder.path } }, log);
    await sources.start();
    folder.write("[");
    await until(async () => told.some((message) => message.includes("does not compile")));
    assert.deepEqual(await triggersOf(server), ["1 good"]);
  });

  it("may be many, and of two with one name and version the first is in use until it has gone", async () => {
    await using server = await openTestServer();
    using folder = tempFolder();
    folder.write(toyWorkflow({ name: "w", body: [] }), "a/one.toy");
    folder.write(toyWorkflow({ name: "w", body: [] }), "b/two.toy");
    folder.write(toyWorkflow({ name: "w", version: "2.0", body: [] }), "c.toy");
    await using sources = sourcesOf(server, { "1": { kind: "folder", folder: folder.path } });
    await sources.start();
    const inUse = () => server.engine.activeWorkflows("w").map(({ path: file }) => file);
    assert.deepEqual(inUse(), ["c.toy", "a/one.toy"]);
    const twin = (await server.engine.listDefinitions("1")).find(({ problems }) => problems.length > 0);
    assert.equal(twin?.path, "b/two.toy");
    assert.match(twin.problems[0]!.message, /the workflow w of version 1\.0 is already defined in a\/one\.toy/);
    rmSync(path.join(folder.path, "a/one.toy"));
    await until(() => Promise.resolve(inUse().includes("b/two.toy")));
    assert.deepEqual(inUse(), ["c.toy", "b/two.toy"]);
  });

  it("that cannot be started by their id are told of", async () => {
    await using server = await openTestServer();
    using folder = tempFolder();
    folder.write(toyWorkflow({ name: "management", body: [] }), "w.toy");
    const told: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void told.push(message) };
    await using sources = sourcesOf(server, { "1": { kind: "folder", folder: folder.path } }, log);
    await sources.start();
    assert.ok(told.some((message) => message.startsWith("the id management is a word of the server's own routes")));
  });

  it("that are not configured any more react to nothing", async () => {
    await using server = await openTestServer();
    using folder = tempFolder();
    folder.write(script("h"));
    {
      await using sources = sourcesOf(server, { "1": { kind: "folder", folder: folder.path } });
      await sources.start();
    }
    assert.deepEqual(await triggersOf(server), ["1 h"]);
    await using others = sourcesOf(server, { "1": undefined });
    await others.start();
    assert.deepEqual(await triggersOf(server), []);
  });

  it("in a GitLab that does not answer are told of with the reason", async () => {
    await using server = await openTestServer();
    const url = "http://127.0.0.1:1";
    const origin = {
      kind: "gitlab",
      url,
      project: undefined,
      ref: undefined,
      token: undefined,
      sharesToken: true,
    } as const;
    await using sources = sourcesOf(server, { "7": origin });
    await sources.start();
    const [problem] = sources.problems();
    assert.deepEqual([problem?.project, problem?.path], ["7", testScript]);
    assert.match(problem!.message, /not been read yet|127\.0\.0\.1:1/);
  });

  it("in GitLab are fetched without holding up the start, with the token", async () => {
    const tokens = new Set<unknown>();
    const gitlab = createServer((request, response) => {
      tokens.add(request.headers["private-token"] ?? request.headers.authorization);
      if (request.url?.includes("/repository/commits") === true) {
        response.end(JSON.stringify([{ id: "a".repeat(40), author_name: "Kim", author_email: "kim@example.com" }]));
      } else if (request.url?.includes(encodeURIComponent(testScript)) === true) {
        response.end(script("fetched"));
      } else {
        response.writeHead(404).end("{}");
      }
    });
    await new Promise<void>((resolve) => gitlab.listen(0, "127.0.0.1", resolve));
    await using server = await openTestServer();
    const url = `http://127.0.0.1:${(gitlab.address() as AddressInfo).port}`;
    const origin: DefinitionOrigin = {
      kind: "gitlab",
      url,
      project: undefined,
      ref: undefined,
      token: "glpat-1",
      sharesToken: true,
    };
    try {
      await using sources = sourcesOf(server, { "7": origin });
      await sources.start();
      await until(async () => (await triggersOf(server)).includes("7 fetched"));
      await until(async () => sources.problems().length === 0);
      const [view] = await server.engine.listDefinitions("7");
      assert.equal(view?.commit, "a".repeat(40));
      assert.ok([...tokens].every((token) => String(token).includes("glpat-1")));
    } finally {
      gitlab.closeAllConnections();
      gitlab.close();
    }
  });
});
