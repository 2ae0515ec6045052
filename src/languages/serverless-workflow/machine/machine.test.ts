import assert from "node:assert/strict";
import { test } from "node:test";
import { http, load, VirtualRun } from "./testing/virtual-run.ts";

const inject = `
start: First
states:
  - {name: First, type: inject, data: {a: 1, deep: {x: 1}}, transition: Second}
  - {name: Second, type: inject, data: {b: [1], deep: {y: 2}}, transition: Third}
  - {name: Third, type: inject, data: {b: [2]}, end: true}
`;

test("inject states merge their data, one after the other", () => {
  const run = new VirtualRun(load(inject), { input: '{"in":true}' });
  assert.deepEqual(run.value, { in: true, a: 1, deep: { x: 1, y: 2 }, b: [2] });
  assert.deepEqual(run.nodes, ["First", "Second", "Third"]);
});
