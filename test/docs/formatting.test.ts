import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatSource } from "../../src/languages/starlark/format/format.ts";

test("the examples of the formatting page are what the formatter does", () => {
  const page = readFileSync(new URL("../../docs/reference/formatting.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/```starlark before\n([^]*?)```\n\n```starlark after\n([^]*?)```/g)];
  assert.ok(examples.length >= 5);
  for (const [, before, after] of examples) {
    assert.equal(formatSource("example.star", before!).text, after);
    assert.equal(formatSource("example.star", after!).text, after);
  }
});
