import assert from "node:assert/strict";
import { test } from "node:test";
import { describeEntry } from "./wait-text.ts";

const origin = { file: "main.star", line: 1, column: 1, label: "cool down" };

test("what a run waits for has the name that its author gave it", () => {
  const filter = { types: ["a"], fields: [] };
  assert.equal(
    describeEntry({ effect: { n: 1, kind: "sleep", until: 0, origin } }),
    "sleep until 1970-01-01T00:00:00.000Z (cool down)",
  );
  assert.equal(describeEntry({ effect: { n: 2, kind: "await", filter, since: "now", origin } }), "event a (cool down)");
});
