/** Scripts that load files of other projects, from a folder and from GitLab. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FolderSource } from "./folder-source.ts";
import { GitLabClient } from "./gitlab-client.ts";
import { GitLabProjects } from "./gitlab-projects.ts";
import { GitLabSource } from "./gitlab-source.ts";
import { GitProjects } from "./git-projects.ts";
import type { LibraryAccess } from "./libraries.ts";
import { contentHash, formatLock, lockPath } from "./lock-file.ts";
import { combineProjects } from "./other-projects.ts";
import type { OtherProjects } from "./project-files.ts";
import { TestRepository } from "./testing-git.ts";
import { GitLabStandIn } from "./testing-gitlab.ts";
import { CollectingLog, CollectingSink, HandClock, hastyClock, linesAtScript, temporaryFolder } from "./testing.ts";

const script = ".gitlab/autoflow/main.star";
const signal = new AbortController().signal;
const nowhere: OtherProjects = {
  commitOf: () => Promise.reject(new Error("nothing is asked for")),
  at: () => ({ read: () => Promise.reject(new Error("nothing is asked for")) }),
};

/** A lock file with one project at one commit. */
function lockOf(project: string, ref: string, commit: string, files: Record<string, string>): string {
  const hashes = Object.entries(files).map(
    ([path, text]) => [path, contentHash(new TextEncoder().encode(text))] as const,
  );
  return formatLock(new Map([[`${project}@${ref}`, { project, ref, commit, files: new Map(hashes) }]]));
}

describe("a script in a folder that loads files of another project", () => {
  const library = { "lib/a.star": "load @g/lib//lib/b.star@main", "lib/b.star": "b" };

  async function follow(folder: string, access: LibraryAccess) {
    const sink = new CollectingSink();
    const log = new CollectingLog();
    const options = {
      folder,
      project: "42",
      languages: [linesAtScript],
      sink,
      log,
      clock: hastyClock,
      outside: { libraries: access },
    };
    const source = new FolderSource(options);
    await source.start();
    return { source, sink, log, [Symbol.asyncDispose]: () => source.stop() };
  }

  it("has them as they were at the locked commit, and knows the commit", async () => {
    await using repository = await TestRepository.create();
    const commit = await repository.commit(library);
    await repository.commit({ "lib/b.star": "newer" });
    await using project = await temporaryFolder({
      [script]: "load @g/lib//lib/a.star@main",
      [lockPath]: lockOf("g/lib", "main", commit, library),
    });
    const others = combineProjects(new Map([["g/lib", repository.folder]]), nowhere);
    await using following = await follow(project.folder, { others, unlocked: "refuse" });
    assert.deepEqual(following.sink.last?.libraries, [{ project: "g/lib", ref: "main", commit }]);
    assert.deepEqual(
      [...following.sink.last.sources.files],
      [
        [script, "load @g/lib//lib/a.star@main"],
        ["@g/lib//lib/a.star@main", "load @g/lib//lib/b.star@main"],
        ["@g/lib//lib/b.star@main", "b"],
      ].toSorted(([a], [b]) => (a! < b! ? -1 : 1)),
    );
  });

  it("is handed over again when the lock file names another commit", async () => {
    await using repository = await TestRepository.create();
    const first = await repository.commit({ "b.star": "first" });
    const second = await repository.commit({ "b.star": "second" });
    await using project = await temporaryFolder({
      [script]: "load @g/lib//b.star@main",
      [lockPath]: lockOf("g/lib", "main", first, { "b.star": "first" }),
    });
    const others = new GitProjects(new Map([["g/lib", repository.folder]]));
    await using following = await follow(project.folder, { others, unlocked: "refuse" });
    await project.write(lockPath, lockOf("g/lib", "main", second, { "b.star": "second" }));
    const text = () => following.sink.last?.sources.files.get("@g/lib//b.star@main");
    while (text() !== "second") await following.sink.next();
    assert.equal(following.sink.last?.libraries?.[0]?.commit, second);
  });

  it("says what is missing, and is handed over when it is there", async () => {
    await using repository = await TestRepository.create();
    const commit = await repository.commit({ "b.star": "b" });
    await using project = await temporaryFolder({ [script]: "load @g/lib//b.star@main" });
    const others = new GitProjects(new Map([["g/lib", repository.folder]]));
    await using following = await follow(project.folder, { others, unlocked: "refuse" });
    const missing = () => following.sink.last?.sources.missing;
    assert.match(missing()?.get("@g/lib//b.star@main")?.reason ?? "", /run `autoflow lock`/);
    await project.write(lockPath, lockOf("g/lib", "main", commit, { "b.star": "b" }));
    while (missing() !== undefined) await following.sink.next();
  });

  it("looks again, without being told, for a project that could not be had", async () => {
    await using repository = await TestRepository.create();
    const commit = await repository.commit({ "b.star": "b" });
    await using project = await temporaryFolder({
      [script]: "load @g/lib//b.star@main",
      [lockPath]: lockOf("g/lib", "main", commit, { "b.star": "b" }),
    });
    const folders = new Map([["g/lib", `${repository.folder}/not-yet`]]);
    await using following = await follow(project.folder, { others: new GitProjects(folders), unlocked: "refuse" });
    assert.match([...(following.sink.last?.sources.missing?.values() ?? [])][0]?.reason ?? "", /is not there/);
    folders.set("g/lib", repository.folder);
    while (following.sink.last?.sources.missing !== undefined) await following.sink.next();
  });

  it("takes what a branch stands for now in development, and says so once", async () => {
    await using repository = await TestRepository.create();
    const commit = await repository.commit({ "b.star": "b" });
    await using project = await temporaryFolder({ [script]: "load @g/lib//b.star@main" });
    const others = new GitProjects(new Map([["g/lib", repository.folder]]));
    await using following = await follow(project.folder, { others, unlocked: "resolve" });
    assert.deepEqual(following.sink.last?.libraries, [{ project: "g/lib", ref: "main", commit }]);
    await following.source.refresh();
    assert.equal(following.log.lines.length, 1);
    assert.match(
      following.log.lines[0]!,
      /^warn: what is loaded of g\/lib@main is not in .*autoflow\.lock and is taken as it is now/,
    );
  });
});

describe("a script in GitLab that loads files of another project", () => {
  const [one, two] = ["1".repeat(40), "2".repeat(40)];
  const lock = lockOf("g/lib", "v1", one, { "b.star": "b" });

  function follow(gitlab: GitLabStandIn, token?: string) {
    const sink = new CollectingSink();
    const clock = new HandClock();
    const log = new CollectingLog();
    const client = new GitLabClient({ url: gitlab.url, clock: hastyClock, ...(token !== undefined && { token }) });
    const libraries: LibraryAccess = { others: new GitLabProjects(client, signal), unlocked: "refuse" };
    const source = new GitLabSource({
      client,
      project: "42",
      languages: [linesAtScript],
      sink,
      log,
      clock,
      outside: { libraries },
    });
    return { source, sink, clock, log, [Symbol.asyncDispose]: () => source.stop() };
  }

  it("has them at the locked commit, fetching what is loaded and nothing else", async () => {
    await using gitlab = await GitLabStandIn.start();
    gitlab.push("42", two, { [script]: "load @g/lib//b.star@v1", [lockPath]: lock, other: "" });
    gitlab.push("g/lib", one, { "b.star": "b", "c.star": "c" }, ["v1"]);
    await using following = follow(gitlab);
    await following.source.refresh();
    assert.deepEqual(following.sink.last?.libraries, [{ project: "g/lib", ref: "v1", commit: one }]);
    assert.equal(following.sink.last?.sources.files.get("@g/lib//b.star@v1"), "b");
    assert.deepEqual(gitlab.requests.slice(1), [
      `/api/v4/projects/42/repository/files/${encodeURIComponent(script)}/raw?ref=${two}`,
      `/api/v4/projects/42/repository/files/${encodeURIComponent(lockPath)}/raw?ref=${two}`,
      `/api/v4/projects/g%2Flib/repository/files/b.star/raw?ref=${one}`,
    ]);
  });

  it("reads no private project that its token may not read", async () => {
    await using gitlab = await GitLabStandIn.start();
    gitlab.create("42", ["own"]);
    gitlab.create("g/lib", ["other"]);
    gitlab.push("42", two, { [script]: "load @g/lib//b.star@v1", [lockPath]: lock });
    gitlab.push("g/lib", one, { "b.star": "b" }, ["v1"]);
    await using following = follow(gitlab, "own");
    await following.source.refresh();
    assert.equal(following.sink.last?.sources.files.has("@g/lib//b.star@v1"), false);
    assert.deepEqual(following.sink.last?.sources.missing?.get("@g/lib//b.star@v1"), { siblings: [] });
  });

  it("looks at every look for what is missing, and hands over only what is new", async () => {
    await using gitlab = await GitLabStandIn.start();
    gitlab.push("42", two, { [script]: "load @g/lib//b.star@v1", [lockPath]: lock });
    await using following = follow(gitlab);
    await following.source.refresh();
    await following.source.refresh();
    assert.equal(following.sink.puts.length, 1);
    gitlab.push("g/lib", one, { "b.star": "b" }, ["v1"]);
    await following.source.refresh();
    assert.equal(following.sink.puts.length, 2);
    assert.equal(following.sink.last?.sources.missing, undefined);
    const before = gitlab.requests.length;
    await following.source.refresh();
    assert.equal(gitlab.requests.length, before + 1);
  });
});
