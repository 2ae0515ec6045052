import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AutoFlowError } from "../../core/errors.ts";
import { LockedLibraries } from "./libraries.ts";
import { contentHash, formatLock, lockPath } from "./lock-file.ts";
import type { OtherProjects, ProjectFiles } from "./project-files.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const newer = "f".repeat(40);
const bytes = (text: string) => new TextEncoder().encode(text);

/** The project g/lib, whose branch main is at the newer commit. */
function world(files: Record<string, string> = { "x.star": "x", "y.star": "y" }) {
  const asked: string[] = [];
  const others: OtherProjects = {
    commitOf: (project, ref) => {
      asked.push(`${project}@${ref}`);
      if (project === "g/lib") return Promise.resolve(newer);
      return Promise.reject(new AutoFlowError("SCRIPT_SOURCE_UNAVAILABLE", `there is no project ${project}`));
    },
    at: (project, at) => ({
      read: (path) => {
        asked.push(`${project}@${at}:${path}`);
        const text = files[path];
        return Promise.resolve(text === undefined ? { siblings: Object.keys(files) } : bytes(text));
      },
    }),
  };
  return { others, asked };
}

function ownWith(lock: string | undefined): ProjectFiles & { reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    read: (path) => {
      reads.push(path);
      return Promise.resolve(lock === undefined || path !== lockPath ? {} : bytes(lock));
    },
  };
}

const lock = formatLock(
  new Map([
    [
      "g/lib@main",
      {
        project: "g/lib",
        ref: "main",
        commit,
        files: new Map([
          ["x.star", contentHash(bytes("x"))],
          ["gone.star", contentHash(bytes("gone"))],
        ]),
      },
    ],
  ]),
);

const file = (path: string, ref = "main", project = "g/lib") => ({ project, path, ref });

describe("files of other projects", () => {
  it("are read at the commit of the lock, which is read once", async () => {
    const { others, asked } = world();
    const own = ownWith(lock);
    const libraries = new LockedLibraries({ others, own, unlocked: "refuse" });
    const [x, again] = await Promise.all([libraries.read(file("x.star")), libraries.read(file("x.star"))]);
    assert.equal(new TextDecoder().decode(x as Uint8Array), "x");
    assert.deepEqual(x, again);
    assert.deepEqual(own.reads, [lockPath]);
    assert.deepEqual(new Set(asked), new Set([`g/lib@${commit}:x.star`]));
    assert.deepEqual(libraries.used, [{ project: "g/lib", ref: "main", commit }]);
    assert.deepEqual(libraries.unlocked, []);
  });

  it("that the lock does not name are refused, without asking for them", async () => {
    const { others, asked } = world();
    for (const [content, wanted] of [
      [lock, file("y.star")],
      [lock, file("x.star", "v1")],
      [lock, file("x.star", "main", "g/other")],
      [undefined, file("x.star")],
    ] as const) {
      const libraries = new LockedLibraries({ others, own: ownWith(content), unlocked: "refuse" });
      assert.deepEqual(await libraries.read(wanted), {
        reason: `it is not in ${lockPath}: run \`autoflow lock\` in the project and commit that file`,
      });
      assert.deepEqual(libraries.used, []);
    }
    assert.deepEqual(asked, []);
  });

  it("whose content is not the locked one are refused", async () => {
    const { others } = world({ "x.star": "changed" });
    for (const unlocked of ["refuse", "resolve"] as const) {
      const missing = await new LockedLibraries({ others, own: ownWith(lock), unlocked }).read(file("x.star"));
      assert.ok(!(missing instanceof Uint8Array));
      assert.match(missing.reason!, new RegExp(`at commit ${commit} is not the one .* --update g/lib@main`));
    }
  });

  it("that are locked and not there any more are told", async () => {
    const { others } = world();
    const libraries = new LockedLibraries({ others, own: ownWith(lock), unlocked: "refuse" });
    assert.deepEqual(await libraries.read(file("gone.star")), { siblings: ["x.star", "y.star"] });
  });

  it("are taken as they are now in development", async () => {
    const { others, asked } = world();
    const libraries = new LockedLibraries({ others, own: ownWith(undefined), unlocked: "resolve" });
    await Promise.all([libraries.read(file("x.star")), libraries.read(file("y.star"))]);
    assert.deepEqual(asked, ["g/lib@main", `g/lib@${newer}:x.star`, `g/lib@${newer}:y.star`]);
    assert.deepEqual(libraries.unlocked, ["g/lib@main"]);
    assert.deepEqual(libraries.used, [{ project: "g/lib", ref: "main", commit: newer }]);
    const more = new LockedLibraries({ others, own: ownWith(lock), unlocked: "resolve" });
    await more.read(file("y.star"));
    assert.deepEqual(more.used, [{ project: "g/lib", ref: "main", commit }]);
    assert.deepEqual(more.unlocked, ["g/lib@main"]);
  });

  it("of a project that cannot be had are told with the reason", async () => {
    const { others } = world();
    const libraries = new LockedLibraries({ others, own: ownWith(undefined), unlocked: "resolve" });
    assert.deepEqual(await libraries.read(file("x.star", "main", "g/none")), { reason: "there is no project g/none" });
  });

  it("cannot be had with a lock file that cannot be read", async () => {
    const { others } = world();
    const libraries = new LockedLibraries({ others, own: ownWith(`${lock}  - x`), unlocked: "resolve" });
    const missing = await libraries.read(file("x.star"));
    assert.ok(!(missing instanceof Uint8Array));
    assert.match(missing.reason!, /^\.gitlab\/autoflow\/autoflow\.lock:\d+ cannot be used: .*`autoflow lock`$/s);
  });
});
