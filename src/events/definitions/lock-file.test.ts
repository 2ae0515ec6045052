import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contentHash, formatLock, type Lock, LockProblem, parseLock } from "./lock-file.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const digest = contentHash(new TextEncoder().encode("hello"));

const lock: Lock = new Map([
  ["group/z@v1", { project: "group/z", ref: "v1", commit: "f".repeat(64), files: new Map() }],
  [
    "group/sub/lib@release/1@2",
    {
      project: "group/sub/lib",
      ref: "release/1@2",
      commit,
      files: new Map([
        ["x.star", digest],
        ['a "b": c#d é.txt', digest],
        ["lib/a.star", digest],
      ]),
    },
  ],
]);

const text = `# The commits at which files of other projects are loaded, and hashes of those files.
# \`autoflow lock\` writes it: commit it, do not edit it.
version: 1
projects:
  group/sub/lib@release/1@2:
    commit: ${commit}
    files:
      "a \\"b\\": c#d é.txt": sha256:${digest}
      lib/a.star: sha256:${digest}
      x.star: sha256:${digest}
  group/z@v1:
    commit: ${"f".repeat(64)}
    files: {}
`;

describe("a lock file", () => {
  it("is written in one order, and read again", () => {
    assert.equal(formatLock(lock), text);
    assert.equal(formatLock(parseLock(text)), text);
    assert.deepEqual(parseLock(text).get("group/sub/lib@release/1@2"), {
      ...lock.get("group/sub/lib@release/1@2"),
      files: new Map([
        ['a "b": c#d é.txt', digest],
        ["lib/a.star", digest],
        ["x.star", digest],
      ]),
    });
  });

  it("may be empty", () => {
    assert.match(formatLock(new Map()), /\nprojects: \{\}\n$/);
    assert.equal(parseLock(formatLock(new Map())).size, 0);
  });

  it("names files whatever they are called", () => {
    const files = new Map(["null", "1.0", "true", "~", "<<", "-", "a: b", "'"].map((path) => [path, digest]));
    const odd: Lock = new Map([["g/p@1", { project: "g/p", ref: "1", commit, files }]]);
    assert.deepEqual(new Set(parseLock(formatLock(odd)).get("g/p@1")!.files.keys()), new Set(files.keys()));
  });

  const wrong: [what: string, text: string, message: RegExp, line: number | undefined][] = [
    ["nothing", "", /want keys and values here/, 1],
    ["another version", text.replace("version: 1", "version: 2"), /reads version 1/, undefined],
    ["no YAML", `${text}  - x: [`, /./, 14],
    ["a merge conflict", text.replace("    commit", "<<<<<<< HEAD\n    commit"), /merge conflict/, 6],
    ["a key twice", `${text}  group/z@v1:\n    commit: x\n`, /"group\/z@v1" is there twice/, 14],
    ["more than a lock file has", text.padEnd(300_000, "#"), /more than 128 Ki characters/, undefined],
    ["no commit", text.replace(`commit: ${commit}`, "commit: main"), /"main" is no commit/, 6],
    ["no hash", text.replace(`a.star: sha256:${digest}`, "a.star: md5:0"), /a hash looks like sha256/, 9],
    ["a path that leads out", text.replace("lib/a.star", "../a.star"), /"\.\.\/a\.star" is not a path/, 9],
    ["no project", text.replace("group/z@v1", "z@v1"), /"z@v1" is not project@ref/, 11],
    ["an unknown field", `${text}extra: 1\n`, /no field "extra"/, 3],
    ["a missing field", "version: 1\n", /"projects" is missing/, 1],
    ["an alias", "version: &a 1\nprojects: *a\n", /./, 2],
  ];
  for (const [what, content, message, line] of wrong) {
    it(`with ${what} is refused`, () => {
      assert.throws(
        () => parseLock(content),
        (error) => {
          assert.ok(error instanceof LockProblem);
          assert.match(error.message, message);
          assert.equal(error.line, line);
          return true;
        },
      );
    });
  }
});
