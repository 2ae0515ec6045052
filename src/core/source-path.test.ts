import assert from "node:assert/strict";
import { test } from "node:test";
import { isInsideProject, isProjectPath, isRefName, otherProjectPath, parseOtherProjectPath } from "./source-path.ts";

test("a file of another project has one path", () => {
  for (const file of [
    { project: "group/project", path: "lib/x.star", ref: "v1.2" },
    { project: "a/b/c.d", path: "x", ref: "release/1@2" },
  ]) {
    assert.deepEqual(parseOtherProjectPath(otherProjectPath(file)), file);
  }
  assert.equal(otherProjectPath({ project: "g/p", path: "x.star", ref: "v1" }), "@g/p//x.star@v1");
  for (const own of ["lib/x.star", "x@v1", "@autoflow//x.star", "@builtin/prelude.star"]) {
    assert.equal(parseOtherProjectPath(own), undefined, own);
  }
});

test("paths inside a project", () => {
  for (const path of [".gitlab/autoflow/main.star", "..a/b..", "é.star"]) assert.ok(isInsideProject(path), path);
  for (const path of ["", "..", "a/../b", "./a", "/a", "a//b", "a/", "a\\b", "a\0b", "a\nb"]) {
    assert.ok(!isInsideProject(path), path);
  }
});

test("full paths of projects", () => {
  for (const path of ["group/project", "a/b/c-d/e.f", "_x/1"]) assert.ok(isProjectPath(path), path);
  for (const path of ["project", "", "/a/b", "a//b", "a/../b", "a/.b", "a/b/", "a/b c", "a/-b"]) {
    assert.ok(!isProjectPath(path), path);
  }
});

test("names of refs", () => {
  for (const ref of ["v1.2", "main", "release/1.0", "0a1b2c3", "lib@1.0", "a-b_c+d"]) assert.ok(isRefName(ref), ref);
  const wrong = ["", "@", "-x", "a..b", ".a", "a/.b", "a//b", "/a", "a/", "a.lock", "a b", "a~1", "a^", "a:b", "@{1}"];
  for (const ref of [...wrong, "a.", "a\\b", "a*", "a?", "a[", "..", "a\n"]) assert.ok(!isRefName(ref), ref);
});
