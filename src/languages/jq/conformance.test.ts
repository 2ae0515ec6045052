/** Every case of `testing/cases` says what native jq 1.6 prints. */
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

for (const { name, cases } of caseFiles()) {
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
