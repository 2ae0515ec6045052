/** States that are not what they should be are refused, and never taken for another. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AutoFlowError } from "../../../core/errors.ts";
import { load, VirtualRun } from "./testing/virtual-run.ts";

const sleeping = `
start: S
states:
  - {name: S, type: inject, data: {a: [1, "é"]}, transition: T}
  - {name: T, type: sleep, duration: PT1H, end: true}
`;

test("bytes that were changed or cut off are told as damaged", () => {
  const image = load(sleeping);
  const run = new VirtualRun(image);
  const state = run.snapshot();
  for (let i = 0; i < state.length; i++) {
    const changed = state.slice();
    changed[i] = changed[i]! ^ 1;
    assertDamaged(() => image.open(run.start, changed));
    assertDamaged(() => image.inspect(run.start, state.slice(0, i)));
  }
});

test("a state of another workflow is refused", () => {
  const run = new VirtualRun(load(sleeping));
  const other = load(sleeping.replace("PT1H", "PT2H"));
  assertDamaged(() => other.open(run.start, run.snapshot()));
});

test("a state that is too large is told with both sizes", () => {
  const run = new VirtualRun(
    load(sleeping),
    { input: JSON.stringify({ long: "x".repeat(2_000_000) }) },
    { keepsNothing: true },
  );
  assert.throws(
    () => run.snapshot(),
    (error) =>
      error instanceof AutoFlowError && error.code === "LIMIT_STATE" && /the limit is 1048576/.test(error.message),
  );
});

function assertDamaged(action: () => unknown): void {
  assert.throws(action, (error) => error instanceof AutoFlowError && error.code === "STATE_DAMAGED");
}
