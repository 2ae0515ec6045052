import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { FolderSource, type FolderSourceOptions } from "./folder-source.ts";
import { CollectingLog, CollectingSink, flows, hastyClock, linesAtScript, temporaryFolder } from "./testing.ts";

const script = ".gitlab/autoflow/main.star";

function sourceOf(folder: string, more: Partial<FolderSourceOptions> = {}) {
  const sink = new CollectingSink();
  const log = new CollectingLog();
  const source = new FolderSource({
    folder,
    project: "42",
    languages: [linesAtScript],
    sink,
    log,
    clock: hastyClock,
    ...more,
  });
  return { source, sink, log, [Symbol.asyncDispose]: () => source.stop() };
}

async function git(folder: string, ...args: string[]): Promise<string> {
  const identity = [
    "-c",
    "user.name=Mara Lindqvist",
    "-c",
    "user.email=mara@example.com",
    "-c",
    "init.defaultBranch=main",
  ];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  return (await promisify(execFile)("git", ["-C", folder, ...identity, ...args], { env })).stdout.trim();
}

async function commitAll(folder: string): Promise<string> {
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", "x");
  return git(folder, "rev-parse", "HEAD");
}

describe("a script in a folder", () => {
  it("is handed over with all it loads before start resolves", async () => {
    await using project = await temporaryFolder({
      [script]: "load lib/a.star\nload gone.star",
      "lib/a.star": "a",
      "b.star": "",
    });
    await using following = sourceOf(project.folder);
    await following.source.start();
    assert.deepEqual(following.sink.puts, [
      {
        project: "42",
        language: "lines",
        sources: {
          entry: script,
          files: new Map([
            [script, "load lib/a.star\nload gone.star"],
            ["lib/a.star", "a"],
          ]),
          missing: new Map([["gone.star", { siblings: ["b.star"] }]]),
        },
      },
    ]);
  });

  it("is handed over again when it changes, and when something it loads does", async () => {
    await using project = await temporaryFolder({ [script]: "one" });
    await using following = sourceOf(project.folder);
    const { source, sink } = following;
    await source.start();
    await sink.until("put one");
    await project.write(script, "load lib/a.star");
    await sink.until("put load lib/a.star");
    for (const text of ["a", "b"]) {
      await project.write("lib/a.star", text);
      while (sink.last?.sources.files.get("lib/a.star") !== text) await sink.next();
    }
  });

  it("is not handed over when nothing in it has changed", async () => {
    await using project = await temporaryFolder({ [script]: "one", "other.txt": "" });
    await using following = sourceOf(project.folder);
    await following.source.start();
    await project.write("other.txt", "changed");
    await following.source.refresh();
    assert.equal(following.sink.puts.length, 1);
  });

  it("comes and goes, with its folders", async () => {
    await using project = await temporaryFolder();
    await using following = sourceOf(project.folder);
    const { source, sink } = following;
    await source.start();
    await sink.until("42 has nothing");
    await project.write(script, "one");
    await sink.until("put one");
    await rm(path.join(project.folder, ".gitlab"), { recursive: true });
    await sink.until("42 has nothing");
    await project.write(script, "one");
    await sink.until("put one");
  });

  it("is followed into a folder that took another's place", async () => {
    await using project = await temporaryFolder({ [script]: "one", "new/main.star": "two" });
    await using following = sourceOf(project.folder);
    const { source, sink } = following;
    await source.start();
    const place = path.join(project.folder, ".gitlab/autoflow");
    await rename(place, path.join(project.folder, "old"));
    await rename(path.join(project.folder, "new"), place);
    await source.refresh();
    assert.deepEqual(sink.unread, ["put one", "put two"]);
    await sink.next();
    await sink.next();
    await project.write(script, "three");
    await sink.until("put three");
  });

  it("is read through links inside the folder and never through one that leads out", async () => {
    await using outside = await temporaryFolder({ "secret.star": "secret", "dir/x.star": "secret" });
    await using project = await temporaryFolder({
      [script]: "load inner.star\nload outer.star\nload dir/x.star\nload loop.star\nload folder.star",
      "real.star": "real",
    });
    await symlink("real.star", path.join(project.folder, "inner.star"));
    await symlink(path.join(outside.folder, "secret.star"), path.join(project.folder, "outer.star"));
    await symlink(path.join(outside.folder, "dir"), path.join(project.folder, "dir"));
    await symlink("loop.star", path.join(project.folder, "loop.star"));
    await mkdir(path.join(project.folder, "folder.star"));
    await using following = sourceOf(project.folder);
    await following.source.start();
    assert.deepEqual([...(following.sink.last?.sources.files.keys() ?? [])], [script, "inner.star"]);
  });

  it("does not tell what is in folders outside", async () => {
    await using outside = await temporaryFolder({ "secret.star": "secret" });
    await using project = await temporaryFolder({ [script]: "load dir/x.star\nload x.star", "near.star": "" });
    await symlink(outside.folder, path.join(project.folder, "dir"));
    await using following = sourceOf(project.folder);
    await following.source.start();
    const missing = following.sink.last?.sources.missing;
    assert.deepEqual(missing?.get("dir/x.star"), { siblings: [] });
    assert.deepEqual(missing?.get("x.star"), { siblings: ["near.star"] });
  });

  it("is handed over again when the sink did not take it", async () => {
    await using project = await temporaryFolder({ [script]: "one" });
    await using following = sourceOf(project.folder);
    const { source, sink, log } = following;
    await source.start();
    await sink.until("put one");
    sink.failure = new Error("the store is full");
    await project.write(script, "two");
    await sink.until("put two");
    assert.deepEqual(log.lines, ["warn: the folder could not be read again: Error: the store is full"]);
  });

  it("is not followed after stop", async () => {
    await using project = await temporaryFolder({ [script]: "one" });
    await using following = sourceOf(project.folder);
    await following.source.start();
    await following.source.stop();
    await project.write(script, "two");
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(following.sink.puts.length, 1);
  });

  it("needs a folder", async () => {
    await using project = await temporaryFolder({ file: "" });
    for (const folder of ["missing", "file"]) {
      await using following = sourceOf(path.join(project.folder, folder));
      await assert.rejects(following.source.start(), {
        code: "SCRIPT_SOURCE_UNAVAILABLE",
        message: new RegExp(folder),
      });
    }
  });
});

describe("the definitions in a folder", () => {
  const languages = [linesAtScript, flows];

  function entries({ puts }: CollectingSink): string[] {
    return puts.map(({ language, sources }) => `${language} ${sources.entry}`);
  }

  it("are found by name, each with what it loads, in the order of their paths", async () => {
    await using project = await temporaryFolder({
      [script]: "s",
      "b/deep/one.flow.txt": "load shared.yaml\nload spec/x.yaml",
      "a.flow.txt": "load shared.yaml",
      "notes.txt": "no flow",
      "shared.yaml": "shared",
      "spec/x.yaml": "x",
    });
    await using following = sourceOf(project.folder, { languages, project: "*" });
    await following.source.start();
    assert.deepEqual(entries(following.sink), [`lines ${script}`, "flows a.flow.txt", "flows b/deep/one.flow.txt"]);
    assert.deepEqual(
      [...following.sink.last!.sources.files.keys()],
      ["b/deep/one.flow.txt", "shared.yaml", "spec/x.yaml"],
    );
    assert.equal(following.sink.last?.project, "*");
  });

  it("are not looked for among copies, in hidden folders, and behind links to folders", async () => {
    await using project = await temporaryFolder({
      "src/a.flow.txt": "a",
      "target/classes/a.flow.txt": "a",
      "web/node_modules/x/b.flow.txt": "b",
      ".git/c.flow.txt": "c",
      ".gitlab/d.flow.txt": "d",
      ".hidden/e.flow.txt": "e",
    });
    await symlink(project.folder, path.join(project.folder, "loop"));
    await symlink("src/a.flow.txt", path.join(project.folder, "link.flow.txt"));
    await using following = sourceOf(project.folder, { languages });
    await following.source.start();
    const found = ["flows .gitlab/d.flow.txt", "flows link.flow.txt", "flows src/a.flow.txt"];
    assert.deepEqual(entries(following.sink), found);
  });

  it("are taken up when they appear and change, and given up when they vanish", async () => {
    await using project = await temporaryFolder({ "a.flow.txt": "a", "b.flow.txt": "b" });
    await using following = sourceOf(project.folder, { languages });
    const { source, sink } = following;
    await source.start();
    await sink.until("put b");
    await project.write("new/folder/c.flow.txt", "c");
    await sink.until("put c");
    await project.write("new/folder/c.flow.txt", "c2");
    await sink.until("put c2");
    await rm(path.join(project.folder, "b.flow.txt"));
    await sink.until("42 has a.flow.txt, new/folder/c.flow.txt");
    assert.equal(sink.puts.filter(({ sources }) => sources.entry === "a.flow.txt").length, 1);
  });

  it("are made of several files, each with what is there for it", async () => {
    await using project = await temporaryFolder({
      "a.txt": "flow one\nflow two",
      "sub/b.txt": "part p",
      "c.txt": "other",
    });
    await using following = sourceOf(project.folder, { languages });
    const { source, sink, log } = following;
    await source.start();
    assert.deepEqual(entries(sink), ["flows a.txt#one", "flows a.txt#two"]);
    assert.equal(sink.last?.sources.files.get("two.part"), "p");
    assert.deepEqual(log.lines, ["warn: parts: p: undefined"]);
    await project.write("sub/b.txt", "part q");
    while (sink.last?.sources.files.get("two.part") !== "q") await sink.next();
    await project.write("a.txt", "flow two");
    await sink.until("42 has a.txt#two");
    await project.write("a.txt", "none");
    await sink.until("42 has nothing");
  });

  it("that are made of several files have a commit when all of these are as they were committed", async () => {
    await using project = await temporaryFolder({ "a.txt": "flow one", "b.txt": "part p" });
    await git(project.folder, "init", "--quiet");
    const commit = await commitAll(project.folder);
    await using following = sourceOf(project.folder, { languages });
    await following.source.start();
    assert.equal(following.sink.last?.commit, commit);
    await project.write("b.txt", "part p\nmore");
    await following.source.refresh();
    assert.equal(following.sink.last?.commit, undefined);
  });

  it("are renamed without being two", async () => {
    await using project = await temporaryFolder({ "a.flow.txt": "a", "c.flow.txt": "c" });
    await using following = sourceOf(project.folder, { languages });
    const { source, sink } = following;
    await source.start();
    await sink.until("put c");
    await rename(path.join(project.folder, "a.flow.txt"), path.join(project.folder, "b.flow.txt"));
    await source.refresh();
    assert.deepEqual(sink.unread, ["42 has b.flow.txt, c.flow.txt", "put a"]);
  });

  it("load from addresses what can be had there, and it is asked for again when it could not", async () => {
    await using project = await temporaryFolder({ "a.flow.txt": "load https://specs.example.com/x.yaml" });
    let isThere = false;
    const remote = {
      read: (address: string) =>
        Promise.resolve(isThere ? new TextEncoder().encode(`at ${address}`) : { reason: "it is not there yet" }),
    };
    await using following = sourceOf(project.folder, { languages, outside: { remote } });
    const { source, sink } = following;
    await source.start();
    const address = "https://specs.example.com/x.yaml";
    assert.deepEqual(sink.last?.sources.missing?.get(address), { reason: "it is not there yet" });
    isThere = true;
    while (sink.last?.sources.missing !== undefined) await sink.next();
    assert.equal(sink.last?.sources.files.get(address), `at ${address}`);
  });
});

describe("a script in a repository", () => {
  it("carries the commit and its author while its files are as they were committed", async () => {
    await using project = await temporaryFolder({ [script]: "load a.star", "a.star": "a", "notes.txt": "" });
    const { folder, write } = project;
    await git(folder, "init", "--quiet");
    await using following = sourceOf(folder);
    const { source, sink } = following;
    await source.start();
    assert.equal(sink.last?.commit, undefined);
    const commit = await commitAll(folder);
    await source.refresh();
    assert.equal(sink.last?.commit, commit);
    assert.equal(sink.last?.author, "Mara Lindqvist <mara@example.com>");
    await write("notes.txt", "unrelated");
    await source.refresh();
    assert.equal(sink.last?.commit, commit);
    await write("a.star", "b");
    await source.refresh();
    assert.equal(sink.last?.commit, undefined);
  });

  it("is handed over when its changes are committed", async () => {
    await using project = await temporaryFolder({ [script]: "one" });
    await git(project.folder, "init", "--quiet");
    await commitAll(project.folder);
    await using following = sourceOf(project.folder);
    const { source, sink } = following;
    await source.start();
    await project.write(script, "two");
    while (sink.last?.sources.files.get(script) !== "two") await sink.next();
    const commit = await commitAll(project.folder);
    while (sink.last?.commit !== commit) await sink.next();
  });

  it("carries no commit when a file it loads is ignored", async () => {
    await using project = await temporaryFolder({ [script]: "load a.star", "a.star": "a", ".gitignore": "a.star" });
    await git(project.folder, "init", "--quiet");
    await commitAll(project.folder);
    await using following = sourceOf(project.folder);
    await following.source.start();
    assert.equal(following.sink.last?.commit, undefined);
  });
});
