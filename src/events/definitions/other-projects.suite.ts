/** What every way to other projects does. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { maxFileBytes, type OtherProjects } from "./project-files.ts";

/** A world with the project "group/sub/lib" that holds what `libraryCommits` says. */
export interface OtherProjectsWorld extends AsyncDisposable {
  projects: OtherProjects;
  /** The commits of `libraryCommits`, oldest first. */
  commits: readonly string[];
}

/** Contents by commit. The first is tagged v1.0, the second is the branch "release/2", and both a tag and a branch are named "both". */
export const libraryCommits: readonly Record<string, string | Uint8Array>[] = [
  { "lib/dates.star": "one", "lib/zones.star": "", "ä b.txt": "ä", "bytes.txt": new Uint8Array([0xff, 0, 10]) },
  { "lib/dates.star": "two", "large.txt": "x".repeat(maxFileBytes + 1), "limit.txt": "x".repeat(maxFileBytes) },
];

export const libraryRefs: readonly { name: string; kind: "tag" | "branch"; commit: number }[] = [
  { name: "v1.0", kind: "tag", commit: 0 },
  { name: "release/2", kind: "branch", commit: 1 },
  { name: "both", kind: "tag", commit: 0 },
];

const name = "group/sub/lib";

export function otherProjectsSuite(kind: string, open: () => Promise<OtherProjectsWorld>): void {
  describe(`other projects: ${kind}`, () => {
    it("finds the commit of a tag, a branch, a whole commit and the beginning of one", async () => {
      await using world = await open();
      const { projects, commits } = world;
      assert.equal(await projects.commitOf(name, "v1.0"), commits[0]);
      assert.equal(await projects.commitOf(name, "release/2"), commits[1]);
      assert.equal(await projects.commitOf(name, commits[0]!), commits[0]);
      assert.equal(await projects.commitOf(name, commits[1]!.slice(0, 10)), commits[1]);
      assert.equal(await projects.commitOf(name, "both"), commits[0]);
    });

    it("says that there is no such ref", async () => {
      await using world = await open();
      for (const ref of ["v9", "0000000"]) {
        await assert.rejects(world.projects.commitOf(name, ref), {
          code: "SCRIPT_SOURCE_UNAVAILABLE",
          message: new RegExp(`no tag, branch or commit "${ref}"`),
        });
      }
    });

    it("says that there is no such project", async () => {
      await using world = await open();
      await assert.rejects(world.projects.commitOf("group/other", "v1.0"), {
        code: "SCRIPT_SOURCE_UNAVAILABLE",
        message: /group\/other/,
      });
    });

    it("reads files byte for byte, as they were at the commit", async () => {
      await using world = await open();
      const [first, second] = world.commits.map((commit) => world.projects.at(name, commit));
      assert.deepEqual(await textOf(first!.read("lib/dates.star")), "one");
      assert.deepEqual(await textOf(second!.read("lib/dates.star")), "two");
      assert.deepEqual(await textOf(first!.read("lib/dates.star")), "one");
      assert.deepEqual(await textOf(first!.read("lib/zones.star")), "");
      assert.deepEqual(await textOf(first!.read("ä b.txt")), "ä");
      assert.deepEqual(new Uint8Array((await first!.read("bytes.txt")) as Uint8Array), new Uint8Array([0xff, 0, 10]));
    });

    it("says what is near a file that is not there", async () => {
      await using world = await open();
      const first = world.projects.at(name, world.commits[0]!);
      assert.deepEqual(sorted(await first.read("lib/date.star")), ["dates.star", "zones.star"]);
      assert.deepEqual(sorted(await first.read("lib")), ["bytes.txt", "ä b.txt"]);
      assert.deepEqual(sorted(await first.read("none/x.star")), []);
    });

    it("reads files up to 4 MiB", async () => {
      await using world = await open();
      const second = world.projects.at(name, world.commits[1]!);
      assert.equal(((await second.read("limit.txt")) as Uint8Array).length, maxFileBytes);
      const large = await second.read("large.txt");
      assert.ok(!(large instanceof Uint8Array));
      assert.deepEqual(large, { reason: "it has more than 4096 KiB" });
    });
  });
}

async function textOf(reading: Promise<unknown>): Promise<string> {
  const content = await reading;
  assert.ok(content instanceof Uint8Array, JSON.stringify(content));
  return new TextDecoder().decode(content);
}

function sorted(missing: unknown): string[] | undefined {
  assert.ok(!(missing instanceof Uint8Array));
  return (missing as { siblings?: string[] }).siblings?.toSorted();
}
