import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isInsideProject, parseOtherProjectPath } from "../../../core/source-path.ts";
import { explainLoadPath, resolveLoadPath } from "./load-path.ts";

const own = ".gitlab/autoflow/main.star";
const other = "@group/project//lib/x.star@v1.2";
const library = "@autoflow//lib/x.star";

const resolved: [from: string, text: string, path: string][] = [
  [own, "//lib/x.star", "lib/x.star"],
  [own, "//lib:x.star", "lib/x.star"],
  [own, "//:x.star", "x.star"],
  [own, "x.star", ".gitlab/autoflow/x.star"],
  [own, ":x.star", ".gitlab/autoflow/x.star"],
  [own, ":lib/x.star", ".gitlab/autoflow/lib/x.star"],
  [own, "./lib/./x.star", ".gitlab/autoflow/lib/x.star"],
  [own, "../../x.star", "x.star"],
  [own, "é ü.star", ".gitlab/autoflow/é ü.star"],
  [own, "y@2.star", ".gitlab/autoflow/y@2.star"],
  [own, "./@odd/x.star", ".gitlab/autoflow/@odd/x.star"],
  [own, "@autoflow//assert.star", "@autoflow//assert.star"],
  [own, "@autoflow//:assert.star", "@autoflow//assert.star"],
  [own, "@group/project//x.star@v1.2", "@group/project//x.star@v1.2"],
  [own, "@group/sub/project//lib:x.star@v1.2", "@group/sub/project//lib/x.star@v1.2"],
  [own, "@group/project//a/../x.star@release/1", "@group/project//x.star@release/1"],
  [own, "@group/project//x.star@pkg@1.0", "@group/project//x.star@pkg@1.0"],
  [own, "@group/project//x.star@3f0c1d2e", "@group/project//x.star@3f0c1d2e"],
  [other, "//y.star", "@group/project//y.star@v1.2"],
  [other, "y.star", "@group/project//lib/y.star@v1.2"],
  [other, ":y.star", "@group/project//lib/y.star@v1.2"],
  [other, "../y.star", "@group/project//y.star@v1.2"],
  [other, "@autoflow//assert.star", "@autoflow//assert.star"],
  [other, "@a/b//y.star@main", "@a/b//y.star@main"],
  [library, "y.star", "@autoflow//lib/y.star"],
  [library, "//y.star", "@autoflow//y.star"],
];

test("what load texts stand for", () => {
  for (const [from, text, path] of resolved) assert.equal(resolveLoadPath(from, text), path, `${text} in ${from}`);
});

const refused: [from: string, text: string, problem: RegExp][] = [
  [own, "", /^"" names no file: "\/\/lib\/x\.star" and /],
  [own, "//", /names no file/],
  [own, "lib/", /names no file/],
  [own, ":", /is not a file inside the project$/],
  [own, ".", /is not a file inside the project$/],
  [own, "../../../x.star", /is not a file inside the project$/],
  [own, "//../x.star", /is not a file inside the project$/],
  [own, "/etc/passwd", /is not a file inside the project$/],
  [own, "a\\b.star", /is not a file inside the project$/],
  [own, "a\0b", /is not a file inside the project$/],
  [own, "https://example.com/x.star", /is an address, and no file/],
  [own, "lib:x.star", /is not a path/],
  [own, "//a:b:c", /is not a path/],
  [own, "@autoflow/x.star", /"\/\/" stands between a project and a file/],
  [own, "@autoflow//", /names no file/],
  [own, "@autoflow//../x", /is not a file inside the library/],
  [own, "@autoflow//assert.star@v1", /has no versions to choose from/],
  [own, "@autofow//assert.star", /names no project: write its full path.*the library is "@autoflow\/\/"/],
  [own, "@project//x.star@v1", /names no project/],
  [own, "@//x.star", /names no project/],
  [own, "@../project//x.star@v1", /names no project/],
  [own, "@group/project//x.star", /says no version: .*"@group\/project\/\/x\.star@v1\.2"/],
  [own, "@group/project//../x.star@v1", /is not a file inside the project group\/project/],
  [own, "@group/project//@v1", /is not a file inside/],
  [own, "@group/project///etc/passwd@v1", /is not a file inside/],
  [own, "@group/project//x.star@", /"" is no tag, branch or commit/],
  [own, "@group/project//x.star@..", /"\.\." is no tag, branch or commit/],
  [own, "@group/project//x.star@-x", /"-x" is no tag/],
  [other, "../../y.star", /is not a file inside the project group\/project/],
  [other, "//../y.star", /is not a file inside the project group\/project/],
  [other, "y@2.star", /a file with "@" in its path can be loaded only in its own project/],
  [library, "../../y.star", /is not a file inside the library/],
];

test("texts that name no file, and why", () => {
  for (const [from, text, problem] of refused) {
    assert.equal(resolveLoadPath(from, text), undefined, text);
    assert.match(explainLoadPath(from, text), problem);
  }
});

test("no text leads out of where it is, and what it leads to is spelled in one way", () => {
  const pieces = ["..", ".", "/", "//", ":", "@", "a", "lib", "x.star", "g/p", "autoflow", "v1", "\\", "", " "];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.constantFrom(own, other, library, "x.star"), text, (from, load) => {
      const path = resolveLoadPath(from, load);
      if (path === undefined) return explainLoadPath(from, load) !== "";
      const file = parseOtherProjectPath(path);
      const inside = file?.path ?? path.replace(/^@autoflow\/\//, "");
      assert.ok(isInsideProject(inside), path);
      // Only what names a place with "@", or is loaded from there, is elsewhere.
      if (!load.startsWith("@") && from !== other) assert.equal(file, undefined);
      if (!load.startsWith("@") && from !== library) assert.ok(!path.startsWith("@autoflow//"));
      // From its own root a path is found again.
      if (!inside.includes(":")) assert.equal(resolveLoadPath(path, `//${inside}`), path);
      return true;
    }),
  );
});
