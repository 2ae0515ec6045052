import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compare } from "../values/compare.ts";
import { LimitReached } from "../values/errors.ts";
import { Tuple, type Value } from "../values/value.ts";
import { CountingThread } from "./counting-thread.ts";
import { sortPlainKeys } from "./plain-keys.ts";

const text = fc.oneof(
  fc.constantFrom("", "\0", "\xff", "abcdef", "abcdef\0", "abcdefg"),
  fc.string({ unit: "binary-ascii", maxLength: 9 }),
);
const many = { minLength: 1, maxLength: 150 };
const keys: fc.Arbitrary<Value[]> = fc.oneof(
  fc.array(fc.integer({ min: -20, max: 20 }), many),
  fc.array(fc.maxSafeInteger(), many),
  fc.array(text, many),
  fc.array(
    fc.tuple(text, fc.integer({ min: 0, max: 3 })).map((items) => new Tuple(items)),
    many,
  ),
  fc.array(
    fc.tuple(fc.integer({ min: 0, max: 3 }), text, text).map((items) => new Tuple(items)),
    many,
  ),
);

/** What the steps of a sort are counted by: a merge of stretches of doubling length, every comparison by `compare`. */
function reference(thread: CountingThread, all: readonly Value[], reverse: boolean): number[] {
  const comes = (i: number, j: number): boolean =>
    reverse ? compare(thread, "<", all[j]!, all[i]!) : compare(thread, "<", all[i]!, all[j]!);
  let order = [...all.keys()];
  for (let width = 1; width < all.length; width *= 2) {
    const next: number[] = [];
    for (let start = 0; start < all.length; start += 2 * width) {
      const left = order.slice(start, start + width);
      const right = order.slice(start + width, start + 2 * width);
      while (left.length > 0 && right.length > 0) {
        next.push(comes(right[0]!, left[0]!) ? right.shift()! : left.shift()!);
      }
      next.push(...left, ...right);
    }
    order = next;
  }
  return order;
}

test("plain keys are sorted as by comparing them one by one, in as many steps", () => {
  fc.assert(
    fc.property(keys, fc.boolean(), (all, reverse) => {
      const expected = new CountingThread();
      const thread = new CountingThread();
      assert.deepEqual(sortPlainKeys(thread, all, 0, all.length, reverse), reference(expected, all, reverse));
      assert.equal(thread.steps, expected.steps);
    }),
    { numRuns: 400 },
  );
});

test("a part of the keys is sorted by its indexes", () => {
  assert.deepEqual(sortPlainKeys(new CountingThread(), ["z", 3, 1, 2, "a"], 1, 4, false), [2, 3, 1]);
});

test("a limit of steps is passed at the same comparison", () => {
  const all = Array.from({ length: 30 }, (_, i) => new Tuple([(i * 7) % 10, "x"]));
  for (const sort of [
    (thread: CountingThread) => sortPlainKeys(thread, all, 0, all.length, false),
    (thread: CountingThread) => reference(thread, all, false),
  ]) {
    const thread = new CountingThread({ steps: 100 });
    assert.throws(() => sort(thread), LimitReached);
    assert.equal(thread.steps, 102);
  }
});

test("other keys are left to the sort of any values", () => {
  const sorted = (...all: Value[]): unknown => sortPlainKeys(new CountingThread(), all, 0, all.length, false);
  assert.equal(sorted(1, "a"), undefined);
  assert.equal(sorted(1, 2n ** 70n), undefined);
  assert.equal(sorted("a".repeat(257), "b"), undefined);
  assert.equal(sorted(new Tuple([]), new Tuple([])), undefined);
  assert.equal(sorted(new Tuple([1]), new Tuple([1, 2])), undefined);
  assert.equal(sorted(new Tuple([1]), new Tuple(["1"])), undefined);
  assert.equal(sorted(new Tuple([true]), new Tuple([false])), undefined);
});
