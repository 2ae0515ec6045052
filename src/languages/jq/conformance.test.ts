/** Every case says what native jq prints. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Case, caseFiles } from "./testing/case-file.ts";
import { outputsOf } from "./testing/outputs.ts";

/** The cases that come out otherwise. */
function differences(cases: readonly Case[], outputs: (one: Case) => string[]): unknown[] {
  return cases
    .map((one) => ({ ...one, ours: outputs(one) }))
    .filter(({ lines, ours }) => lines.join("\n") !== ours.join("\n"));
}

for (const { name, cases } of caseFiles("1.6")) {
  test(`${name}: with shortcuts`, () => {
    assert.deepEqual(
      differences(cases, ({ program, input }) => outputsOf(program, input)),
      [],
    );
  });

  test(`${name}: instruction by instruction`, () => {
    assert.deepEqual(
      differences(cases, ({ program, input }) => outputsOf(program, input, { shortcuts: false }, 1)),
      [],
    );
  });

  test(`${name}: with shortcuts, in slices`, () => {
    assert.deepEqual(
      differences(cases, ({ program, input }) => outputsOf(program, input, {}, 3)),
      [],
    );
  });
}

for (const { name, cases } of caseFiles("1.7")) {
  test(`jq 1.7, ${name}`, () => {
    assert.deepEqual(
      differences(cases, ({ program, input }) => outputsOf(program, input, { level: "1.7" })),
      [],
    );
    assert.deepEqual(
      differences(cases, ({ program, input }) => outputsOf(program, input, { level: "1.7", shortcuts: false }, 1)),
      [],
    );
  });
}
