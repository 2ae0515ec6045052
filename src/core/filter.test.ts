import assert from "node:assert/strict";
import { test } from "node:test";
import { type FieldTest, type Filter, indexEntries, indexKeyFor, matchesFilter } from "./filter.ts";

function filterOf(...fields: FieldTest[]): Filter {
  return { types: ["push"], fields };
}

const attributes = { type: "push" };

test("a field may have to begin or end with a text", () => {
  const ref = filterOf({ path: ["ref"], anyOf: [], prefixes: ["refs/heads/release/", "refs/tags/"] });
  const both = filterOf(
    { path: ["file"], anyOf: [], prefixes: ["docs/"] },
    { path: ["file"], anyOf: [], suffixes: [".md"] },
  );
  assert.equal(matchesFilter(ref, attributes, { ref: "refs/heads/release/1" }), true);
  assert.equal(matchesFilter(ref, attributes, { ref: "refs/tags/v1" }), true);
  for (const data of [{ ref: "refs/heads/main" }, { ref: 5 }, { ref: null }, {}, { ref: ["refs/tags/"] }]) {
    assert.equal(matchesFilter(ref, attributes, data), false, JSON.stringify(data));
  }
  assert.equal(matchesFilter(both, attributes, { file: "docs/a.md" }), true);
  assert.equal(matchesFilter(both, attributes, { file: "docs/a.txt" }), false);
  assert.equal(matchesFilter(both, attributes, { file: "a.md" }), false);
});

test("who waits for a beginning is found by what else is compared", () => {
  const filter = filterOf({ path: ["ref"], anyOf: [], prefixes: ["v"] }, { path: ["project"], anyOf: [7] });
  const [entry] = indexEntries(filter);
  assert.ok(entry);
  assert.equal(entry.shape, '["push",["project"]]');
  assert.equal(
    indexKeyFor(entry.shape, attributes, () => ({ ref: "v1", project: 7 })),
    entry.key,
  );
  assert.notEqual(
    indexKeyFor(entry.shape, attributes, () => ({ ref: "v1", project: 8 })),
    entry.key,
  );
});
