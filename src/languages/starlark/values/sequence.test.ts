import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CountingThread } from "../library/counting-thread.ts";
import { EvalError } from "./errors.ts";
import { openIterator } from "./iterate.ts";
import { getIndex, slice } from "./sequence.ts";
import { Bytes, List, Range, rangeLength, Tuple, type Value } from "./value.ts";

const thread = new CountingThread();

const sequence: fc.Arbitrary<Value> = fc.oneof(
  fc.array(fc.integer(), { maxLength: 8 }).map((items) => new List(items)),
  fc.array(fc.integer(), { maxLength: 8 }).map((items) => new Tuple(items)),
  fc.string({ unit: "binary-ascii", maxLength: 8 }),
  fc.string({ unit: "binary-ascii", maxLength: 8 }).map((data) => new Bytes(data)),
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.constantFrom(1, -1, 2, -3))
    .map(([start, stop, step]) => new Range(start, stop, step, rangeLength(start, stop, step))),
);

/** The elements, one by one. */
function elementsOf(value: Value): unknown[] {
  if (typeof value === "string") return Array.from(value);
  if (value instanceof Bytes) return Array.from(value.data);
  const iterator = openIterator(value)!;
  const found: unknown[] = [];
  for (let next = iterator.next(); next !== undefined; next = iterator.next()) found.push(next);
  iterator.close();
  return found;
}

/** Walks from the first index to the last, as the specification of Python says it. */
function chosen(length: number, low: number | null, high: number | null, step: number): number[] {
  const [first, last] = step > 0 ? [0, length] : [-1, length - 1];
  const clamped = (index: number | null, otherwise: number) => {
    if (index === null) return otherwise;
    return Math.min(Math.max(index < 0 ? index + length : index, first), last);
  };
  const from = clamped(low, step > 0 ? first : last);
  const to = clamped(high, step > 0 ? last : first);
  const indexes: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) indexes.push(i);
  return indexes;
}

const part = fc.option(fc.oneof(fc.integer({ min: -12, max: 12 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31))));
const stepSize = fc.oneof(
  fc.integer({ min: -4, max: 4 }).filter((step) => step !== 0),
  fc.constantFrom(2 ** 31 - 1, -(2 ** 31)),
);

test("a slice has the elements that a walk over the indexes meets", () => {
  fc.assert(
    fc.property(sequence, part, part, fc.option(stepSize), (value, low, high, step) => {
      const all = elementsOf(value);
      const expected = chosen(all.length, low, high, step ?? 1).map((i) => all[i]);
      const actual = slice(thread, value, low, high, step);
      assert.deepEqual(elementsOf(actual), expected);
      assert.equal((actual as object | string).constructor, (value as object | string).constructor);
      if (actual instanceof List) assert.notEqual(actual, value);
    }),
    { numRuns: 4000 },
  );
});

test("an index counts from either end, and nothing is beyond them", () => {
  fc.assert(
    fc.property(sequence, fc.integer({ min: -12, max: 12 }), (value, index) => {
      const all = elementsOf(value);
      if (index >= -all.length && index < all.length) {
        const found = getIndex(thread, value, index);
        const expected = all.at(index);
        assert.deepEqual(found, value instanceof Bytes ? new Bytes(expected as string) : expected);
      } else {
        assert.throws(() => getIndex(thread, value, index), EvalError);
      }
    }),
    { numRuns: 2000 },
  );
});
