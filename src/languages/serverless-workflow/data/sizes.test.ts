import assert from "node:assert/strict";
import { test } from "node:test";
import type { Value } from "../../jq/value.ts";
import { bytesLeft, sizeOf } from "./sizes.ts";

test("what is left after a value is what it does not take", () => {
  const value: Value = [1, "two", new Map<string, Value>([["", [null, true]]])];
  assert.equal(bytesLeft(value, 1000, 10), 1000 - sizeOf(value));
  assert.ok((bytesLeft(value, 100, 10) as number) < 0);
  assert.equal(bytesLeft(value, 1000, 2), "too deep");
});

test("what holds one thing twice, sixty times over, is too large at once", () => {
  let list: Value = 1;
  let object: Value = 1;
  for (let i = 0; i < 60; i++) {
    list = [list, list];
    object = new Map([
      ["a", object],
      ["b", object],
    ]);
  }
  for (const value of [list, object]) assert.ok((bytesLeft(value, 100_000, 500) as number) < 0);
});
