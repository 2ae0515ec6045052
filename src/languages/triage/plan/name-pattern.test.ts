import assert from "node:assert/strict";
import { test } from "node:test";
import { codePointsOf, compileRegex } from "../../jq/regex/regex.ts";
import { ExpressionMeter } from "../expression/meter.ts";
import { namePattern } from "./name-pattern.ts";

const names = ["feature", "feature/x", "Feature-1", "my-feature", "release-1.0", "release-100", "releases", "fix(a)"];

function found(text: string): string[] {
  const { source, flags } = namePattern(text);
  const regex = compileRegex(source, flags);
  return names.filter((name) => regex.search(codePointsOf(name), 0, new ExpressionMeter()) !== undefined);
}

test("names are looked for as GitLab's search for branches does", () => {
  assert.deepEqual(found("feature"), ["feature", "feature/x", "Feature-1", "my-feature"]);
  assert.deepEqual(found("^feature"), ["feature", "feature/x", "Feature-1"]);
  assert.deepEqual(found("feature$"), ["feature", "my-feature"]);
  assert.deepEqual(found("^feature$"), ["feature"]);
  assert.deepEqual(found("feature*"), ["feature", "feature/x", "Feature-1"]);
  assert.deepEqual(found("release-*"), ["release-1.0", "release-100"]);
  assert.deepEqual(found("^feature/*"), ["feature/x"]);
  assert.deepEqual(found("*-1*"), ["Feature-1", "release-1.0", "release-100"]);
  assert.deepEqual(found("release-1.0"), ["release-1.0"]);
});

test("what only regular expressions have makes one", () => {
  assert.deepEqual(found("^(feature|my)"), ["feature", "feature/x", "my-feature"]);
  assert.deepEqual(found("^release-.*0$"), ["release-1.0", "release-100"]);
  assert.deepEqual(found("^release-\\d+$"), ["release-100"]);
  assert.deepEqual(found("^[A-Z]"), ["Feature-1"]);
  assert.deepEqual(found("fix\\(a\\)"), ["fix(a)"]);
});
