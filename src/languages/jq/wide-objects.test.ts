import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileJq } from "./jq.ts";
import type { Value } from "./value.ts";

const input: Value = new Map<string, Value>([
  ["x", 1],
  ["y", "z"],
]);

function outputs(text: string): unknown[] {
  const values = compileJq(text, { wideObjects: true }).all(input);
  return values.map((value) => Object.fromEntries(value as Map<string, Value>));
}

describe("wide objects", () => {
  it("take operators in values without parentheses, up to a comma", () => {
    assert.deepEqual(outputs('{a: "x" + .y, b: .x == 1 and true}'), [{ a: "xz", b: true }]);
    assert.deepEqual(outputs("{a: .missing // 2 | . * 3, (.y): -.x - 1}"), [{ a: 6, z: -2 }]);
    assert.deepEqual(outputs("{a: (1, 2)}"), [{ a: 1 }, { a: 2 }]);
  });

  it("are not jq 1.6's", () => {
    assert.throws(() => compileJq("{a: 1 + 2}"), /unexpected '\+', expecting '}'/);
  });
});
