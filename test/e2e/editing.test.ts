/** Editing a script while runs sleep changes only new runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DefinitionView } from "../../src/core/definition.ts";
import type { Page } from "../../src/core/engine.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer, mainScript } from "../support/server.ts";

const script = (version: string): string => `
load("words.star", "word")

def handle(w, ev):
    print("${version} begins")
    w.wait_for_event(type = "go")
    print("${version} ends", word("${version}"))

on_event(type = "begin", handler = handle)
`;

async function imageOf(server: DevServer): Promise<string | undefined> {
  const { items } = await server.get<Page<DefinitionView>>("/api/v1/definitions");
  return items.find(({ path }) => path === mainScript)?.imageHash;
}

test("a run goes on with the version it began with, also over a restart", async () => {
  // The file that it loads is not there yet.
  await using server = await DevServer.start({ script: script("first") });
  assert.equal(await imageOf(server), undefined);
  const words = (text: string): string =>
    server.folder.write("project/.gitlab/autoflow/words.star", `def word(version):\n    return "${text} " + version\n`);
  words("old");
  const first = await eventually("the first version is in use", () => imageOf(server));
  await server.send("begin", {}, "1");
  await server.untilRun("1", (run) => run.state === "waiting");

  words("new");
  const second = await eventually("the loaded file counts", async () => {
    const image = await imageOf(server);
    return image !== first && image;
  });
  server.edit(script("third"));
  await eventually("the third version is in use", async () => {
    const image = await imageOf(server);
    return image !== first && image !== second;
  });
  await server.send("begin", {}, "2");
  await server.untilRun("2", (run) => run.state === "waiting");

  await server.end("SIGKILL");
  await server.startAgain();
  assert.notEqual((await server.startedBy("1")).imageHash, (await server.startedBy("2")).imageHash);
  await server.send("go");
  await server.untilEnded("1");
  await server.untilEnded("2");
  await eventually("both end", () => server.printed.filter((line) => line.includes("ends")).length === 2);
  assert.deepEqual(server.printed.filter((line) => /begins|ends/.test(line)).toSorted(), [
    "first begins",
    "first ends old first",
    "third begins",
    "third ends new third",
  ]);
});

test("a redelivery after an edit starts nothing", async () => {
  await using server = await DevServer.start({
    script: 'def h(w, ev):\n    print("one")\n\non_event(type = "t", handler = h)\n',
  });
  await server.send("t", {}, "same");
  await server.untilEnded("same");
  const before = await imageOf(server);
  server.edit('def h(w, ev):\n    print("two")\n\non_event(type = "t", handler = h)\n');
  await eventually("the edit counts", async () => (await imageOf(server)) !== before);
  assert.equal((await server.send("t", {}, "same")).duplicate, true);
  await server.send("t", {}, "next");
  await server.untilEnded("next");
  assert.equal((await server.runs()).length, 2);
});

test("a script that is removed starts nothing any more; one that comes back does", async () => {
  const text = 'def h(w, ev):\n    print("here")\n\non_event(type = "t", handler = h)\n';
  await using server = await DevServer.start({ script: text });
  server.folder.remove(`project/${mainScript}`);
  await eventually("it is gone", async () => {
    const { items } = await server.get<Page<DefinitionView>>("/api/v1/definitions");
    return items.length === 0;
  });
  await server.send("t", {}, "1");
  assert.match((await server.dispatched("1")).reason!, /no (trigger|script|definition)/);
  server.edit(text);
  await eventually("it is back", async () => (await imageOf(server)) !== undefined);
  await server.send("t", {}, "2");
  assert.equal((await server.untilEnded("2")).state, "succeeded");
});
