import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { GitProjects } from "./git-projects.ts";
import { libraryCommits, libraryRefs, otherProjectsSuite } from "./other-projects.suite.ts";
import { TestRepository } from "./testing-git.ts";
import { temporaryFolder } from "./testing.ts";

/** A repository with the library of the suite. */
async function library() {
  const repository = await TestRepository.create();
  const commits: string[] = [];
  for (const files of libraryCommits) commits.push(await repository.commit(files));
  for (const { name, kind, commit } of libraryRefs) repository.git(kind, name, commits[commit]!);
  repository.git("branch", "both", commits[1]!);
  return { repository, commits };
}

const kinds: [string, (folder: string) => string[]][] = [
  ["a repository with a working tree", () => []],
  ["a clone", (folder) => ["clone", "-q", folder, `${folder}-copy`]],
  ["a bare clone", (folder) => ["clone", "-q", "--bare", folder, `${folder}-copy`]],
];

for (const [kind, clone] of kinds) {
  otherProjectsSuite(kind, async () => {
    const { repository, commits } = await library();
    const command = clone(repository.folder);
    if (command.length > 0) repository.git(...command);
    const folder = command.at(-1) ?? repository.folder;
    const dispose = async () => {
      await rm(`${repository.folder}-copy`, { recursive: true, force: true });
      await repository[Symbol.asyncDispose]();
    };
    return { projects: new GitProjects(new Map([["group/sub/lib", folder]])), commits, [Symbol.asyncDispose]: dispose };
  });
}

describe("repositories on this machine", () => {
  it("have what is committed, whatever the working tree holds", async () => {
    await using repository = await TestRepository.create();
    const commit = await repository.commit({ "x.star": "committed" });
    await repository.write("x.star", "edited");
    await repository.write("y.star", "new");
    const files = new GitProjects(new Map([["g/p", repository.folder]])).at("g/p", commit);
    assert.deepEqual(await files.read("x.star"), Buffer.from("committed"));
    assert.deepEqual(await files.read("y.star"), { siblings: ["x.star"] });
  });

  it("are read without following links", async () => {
    await using repository = await TestRepository.create();
    await symlink("/etc/passwd", path.join(repository.folder, "link.txt"));
    const commit = await repository.commit({ "x.star": "" });
    const files = new GitProjects(new Map([["g/p", repository.folder]])).at("g/p", commit);
    assert.deepEqual(await files.read("link.txt"), { reason: "it is a symbolic link" });
  });

  it("that are not there, or are none, are told", async () => {
    await using place = await temporaryFolder();
    const gone = path.join(place.folder, "gone");
    const none = path.join(place.folder, "none");
    await mkdir(none);
    const projects = new GitProjects(
      new Map([
        ["g/gone", gone],
        ["g/none", none],
      ]),
    );
    const failure = (message: RegExp) => ({ code: "SCRIPT_SOURCE_UNAVAILABLE", message });
    await assert.rejects(
      projects.commitOf("g/gone", "main"),
      failure(/the folder .*gone, where g\/gone is looked for/),
    );
    await assert.rejects(
      projects.commitOf("g/none", "main"),
      failure(/g\/none cannot be read with Git: .*not a git rep/s),
    );
    await assert.rejects(projects.at("g/gone", "a".repeat(40)).read("x"), failure(/is not there/));
  });

  it("may be moved between two looks", async () => {
    await using repository = await TestRepository.create();
    const commit = await repository.commit({ "x.star": "x" });
    const projects = new GitProjects(new Map([["g/p", `${repository.folder}-moved`]]));
    await assert.rejects(projects.at("g/p", commit).read("x.star"));
    await rename(repository.folder, `${repository.folder}-moved`);
    assert.deepEqual(await projects.at("g/p", commit).read("x.star"), Buffer.from("x"));
    await rename(`${repository.folder}-moved`, repository.folder);
  });
});
