import assert from "node:assert/strict";
import { test } from "node:test";
import { describeEntry, describeWait } from "./wait-text.ts";

const origin = { file: "main.star", line: 1, column: 1, node: "main", label: "cool down" };

test("what a run waits for has the name that its author gave it", () => {
  const filter = { types: ["a"], fields: [] };
  assert.equal(
    describeEntry({ effect: { n: 1, kind: "sleep", until: 0, origin } }),
    "sleep until 1970-01-01T00:00:00.000Z (cool down)",
  );
  assert.equal(describeEntry({ effect: { n: 2, kind: "await", filter, since: "now", origin } }), "event a (cool down)");
});

test("the timeout of a workflow is told as such, after what is waited for", () => {
  const at = { file: "w.sw.yaml", line: 1, column: 1 };
  const open = new Map([
    [1, { effect: { n: 1, kind: "sleep" as const, until: 60_000, origin: at } }],
    [2, { effect: { n: 2, kind: "sleep" as const, until: 0, origin: { ...at, node: "look" } } }],
  ]);
  assert.equal(
    describeWait({ open, signals: [] }),
    "sleep until 1970-01-01T00:00:00.000Z, or timeout of the workflow at 1970-01-01T00:01:00.000Z",
  );
});
