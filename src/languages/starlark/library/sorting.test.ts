import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compare } from "../values/compare.ts";
import { EvalError, LimitReached } from "../values/errors.ts";
import { Float, List, Tuple, type Value } from "../values/value.ts";
import { Evaluator } from "../run/evaluate.ts";
import { CountingThread } from "./counting-thread.ts";
import { mergeSome, runLength, sortBy, sortRun } from "./sorting.ts";

const element: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(1, -0, Number.NaN, 2 ** 60).map((value) => new Float(value)),
  fc.constant(2n ** 60n),
);

const list: fc.Arbitrary<Value[]> = fc.oneof(
  fc.array(element, { maxLength: 60 }),
  fc.array(fc.integer(), { maxLength: 60 }),
  fc.array(fc.string({ unit: "binary-ascii", maxLength: 3 }), { maxLength: 60 }),
  fc.array(
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom("a", "b")).map((items) => new Tuple(items)),
    { maxLength: 60 },
  ),
);

test("sorting is stable, in both directions", () => {
  const thread = new CountingThread();
  fc.assert(
    fc.property(list, fc.boolean(), (keys, reverse) => {
      const places: Value[] = keys.map((_, i) => i);
      const expected = places.toSorted((i, j) => {
        const [a, b] = [keys[i as number]!, keys[j as number]!];
        if (compare(thread, "<", a, b)) return reverse ? 1 : -1;
        return compare(thread, "<", b, a) ? (reverse ? -1 : 1) : (i as number) - (j as number);
      });
      assert.deepEqual(sortBy(thread, places, keys, reverse), expected);
      assert.deepEqual(
        sortBy(thread, keys, keys, reverse),
        expected.map((i) => keys[i as number]),
      );
    }),
    { numRuns: 500 },
  );
});

test("runs are merged step by step", () => {
  const thread = new CountingThread();
  const keys: Value[] = Array.from({ length: 2 * runLength }, (_, i) => (i * 7919) % 1000);
  const left = sortRun(thread, keys, 0, runLength, false);
  const right = sortRun(thread, keys, runLength, 2 * runLength, false);
  const merged: Value[] = [];
  const merge = { left, right, merged, taken: [0, 0] as [number, number] };
  assert.ok(mergeSome(thread, keys, merge, false));
  assert.equal(merged.length, runLength);
  assert.ok(!mergeSome(thread, keys, merge, false));
  assert.deepEqual(merged, sortRun(thread, keys, 0, 2 * runLength, false));
});

test("long lists, keys and options, as a script sees them", () => {
  const lines: string[] = [];
  new Evaluator({ print: (line) => lines.push(line) }).evaluate(
    "main.star",
    `
values = [(i * 7919) % 30011 for i in range(30000)]
tuples = sorted([(v % 10, v) for v in values])
print(sorted(sorted(values), key = lambda v: v % 10) == [v for _, v in tuples])
print(sorted(tuples, reverse = True) == reversed(tuples))
print(sorted(values) == sorted(values, key = lambda v: v), sorted(["b", "a", "C"], key = lambda s: s.lower()))
print(min(values, key = lambda v: -v) == max(values), max("a", "bbb", "cc", key = len))
print(sorted([], key = len), sorted({"bb": 1, "a": 2}, key = len))
`,
  );
  assert.deepEqual(lines, ["True", "True", 'True ["a", "b", "C"]', "True bbb", '[] ["a", "bb"]']);
});

test("what cannot be compared is an error, and work is accounted for", () => {
  const mixed: Value[] = [3, "a", 1];
  assert.throws(() => sortBy(new CountingThread(), mixed, mixed, false), new EvalError("int < string not implemented"));
  const long: Value[] = Array.from({ length: 5000 }, (_, i) => new List([i]));
  assert.throws(() => sortBy(new CountingThread({ steps: 10_000 }), long, long, false), LimitReached);
});
