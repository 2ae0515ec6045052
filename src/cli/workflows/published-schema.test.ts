import assert from "node:assert/strict";
import { test } from "node:test";
import { PublishedSchema } from "./published-schema.ts";

function problems(text: string): string[] {
  const found = new PublishedSchema().problems({ entry: "a.sw.yaml", files: new Map([["a.sw.yaml", text]]) });
  return found.map(({ message, where }) => `${where.line}:${where.column} ${message}`);
}

const header = "id: a\nname: a\nversion: '1'\nspecVersion: '0.8'\n";

test("a workflow that fits", () => {
  assert.deepEqual(problems(`${header}start: A\nstates:\n- {name: A, type: inject, data: {a: 1}, end: true}\n`), []);
});

test("a start without a schedule, a missing version of the specification, a field of no state", () => {
  assert.match(
    problems(`${header}start: {stateName: A}\nstates:\n- {name: A, type: inject, data: {a: 1}, end: true}\n`).join(
      "\n",
    ),
    /^5:8 .*\/start must/m,
  );
  assert.match(
    problems("id: a\nname: a\nversion: '1'\nstates:\n- {name: A, type: inject, data: {a: 1}, end: true}\n").join("\n"),
    /specVersion/,
  );
  const told = problems(`${header}start: A\nstates:\n- {name: A, type: inject, data: {a: 1}, dta: 1, end: true}\n`);
  assert.ok(
    told.some((one) => /^7:3 .*\/states\/0 must not have dta$/.test(one)),
    told.join("\n"),
  );
  assert.ok(told.length < 4, told.join("\n"));
});

test("a workflow in a Kubernetes object lacks what the schema asks for, and is not measured by it", () => {
  assert.deepEqual(problems("kind: SonataFlow\nmetadata: {name: a}\nspec: {flow: {states: []}}\n"), []);
});
