import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { analysed } from "../testing/analysed.ts";
import { lint } from "./lint.ts";
import { rules } from "./rules.ts";

for (const { name, bad, good, files = {} } of rules) {
  test(`${name}: finds what is wrong in its first example, and nothing in the second`, () => {
    const found = lint(analysed(bad, { files })).map(({ rule }) => rule);
    assert.deepEqual([...new Set(found)], [name]);
    assert.deepEqual(lint(analysed(good, { files })), []);
  });

  test(`${name} has a file of its own`, () => {
    assert.ok(existsSync(new URL(`rules/${name}.ts`, import.meta.url)));
  });
}
