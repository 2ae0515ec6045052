/** Expressions whose results are small in memory and endless for whoever walks through them, and paths without end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Failure } from "../../../core/failure.ts";
import { load, VirtualRun } from "./testing/virtual-run.ts";

function failureOf(operation: string, action = ": f"): Failure {
  const image = load(`
functions: [{name: f, type: expression, operation: '${operation}'}]
start: S
states:
  - {name: S, type: operation, actions: [{functionRef${action}}], transition: T}
  - {name: T, type: sleep, duration: PT1H, end: true}`);
  return new VirtualRun(image, { input: '{"list":[1]}' }, {}).run().failure;
}

for (const [name, operation] of [
  ["an array that holds one thing twice", "reduce range(60) as $i (1; [., .])"],
  ["an object that holds one thing twice", "reduce range(60) as $i (1; {a: ., b: .})"],
  ["very many outputs of one thing", "[range(10000)] | repeat(.)"],
] as const) {
  test(`${name} is too large for the data of a run`, () => {
    assert.equal(failureOf(operation).code, "LIMIT_MEMORY");
  });
}

test("a place that is too deep for data is an error of the workflow", () => {
  const filter = `: {refName: f}, actionDataFilter: {toStateData: 'getpath([range(100000) | "a"])'}`;
  assert.equal(failureOf("1", filter).code, "WORKFLOW_EXPRESSION");
});
