import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { builtinNamed } from "../library/registry.ts";
import { CountingThread } from "../library/counting-thread.ts";
import { binary, type StrictOperator } from "./binary.ts";
import { equals } from "./compare.ts";
import { Dict } from "./dict.ts";
import { openIterator } from "./iterate.ts";
import { StarlarkSet } from "./set.ts";
import { Float, List, Tuple, type Value } from "./value.ts";

const thread = new CountingThread();

/** Few enough to meet each other; 1 and 1.0 are equal. */
const element = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom<Value>("a", "b", true, null),
  fc.integer({ min: 0, max: 2 }).map((value) => new Float(value)),
  fc.integer({ min: 0, max: 2 }).map((value) => new Tuple([value])),
);
const elements = fc.array(element, { maxLength: 7 });

/** What a list has, each once, in the order in which it comes first. */
function distinct(items: readonly Value[]): Value[] {
  const found: Value[] = [];
  for (const item of items) if (!has(found, item)) found.push(item);
  return found;
}

function has(items: readonly Value[], wanted: Value): boolean {
  return items.some((item) => equals(thread, item, wanted));
}

function setOf(items: readonly Value[]): StarlarkSet {
  const set = new StarlarkSet();
  for (const item of items) set.add(item);
  return set;
}

function itemsOf(value: Value): Value[] {
  const iterator = openIterator(value)!;
  const found: Value[] = [];
  for (let next = iterator.next(); next !== undefined; next = iterator.next()) found.push(next);
  iterator.close();
  return found;
}

function assertSame(actual: readonly Value[], expected: readonly Value[]): void {
  assert.equal(actual.length, expected.length);
  // What compares equal may still be another value: 1 and 1.0.
  actual.forEach((value, i) => assert.deepEqual(value, expected[i]));
}

const models: Record<string, (a: Value[], b: Value[]) => Value[]> = {
  "|": (a, b) => [...a, ...b.filter((item) => !has(a, item))],
  "&": (a, b) => a.filter((item) => has(b, item)),
  "-": (a, b) => a.filter((item) => !has(b, item)),
  "^": (a, b) => [...a.filter((item) => !has(b, item)), ...b.filter((item) => !has(a, item))],
};
const methods: Record<string, string> = {
  "|": "set.union",
  "&": "set.intersection",
  "-": "set.difference",
  "^": "set.symmetric_difference",
};

test("a set has each element once, in the order of insertion", () => {
  fc.assert(
    fc.property(elements, (items) => {
      assertSame(itemsOf(setOf(items)), distinct(items));
    }),
  );
});

for (const [operator, model] of Object.entries(models)) {
  test(`set ${operator} set, and the method of that name`, () => {
    fc.assert(
      fc.property(elements, elements, (first, second) => {
        const [a, b] = [distinct(first), distinct(second)];
        const expected = model(a, b);
        const result = binary(thread, operator as StrictOperator, setOf(first), setOf(second));
        // An intersection is in the order of whichever set is walked over.
        const actual = operator === "&" ? itemsOf(result).filter((item) => has(expected, item)) : itemsOf(result);
        if (operator === "&")
          assert.ok(actual.length === expected.length && expected.every((item) => has(actual, item)));
        else assertSame(actual, expected);
        const called = builtinNamed(methods[operator]!)!.call(thread, setOf(first), [new List(b)], []);
        assert.ok(equals(thread, called, setOf(expected)));
      }),
      { numRuns: 500 },
    );
  });
}

test("sets are ordered by inclusion, and equal whatever the order of their elements", () => {
  fc.assert(
    fc.property(elements, elements, (first, second) => {
      const [a, b] = [setOf(first), setOf(second)];
      const [isSubset, isSuperset] = [
        first.every((item) => has(second, item)),
        second.every((item) => has(first, item)),
      ];
      assert.equal(binary(thread, "<=", a, b), isSubset);
      assert.equal(binary(thread, ">=", a, b), isSuperset);
      assert.equal(binary(thread, "<", a, b), isSubset && !isSuperset);
      assert.equal(binary(thread, ">", a, b), isSuperset && !isSubset);
      assert.equal(binary(thread, "==", a, b), isSubset && isSuperset);
      assert.ok(equals(thread, a, setOf(first.toReversed())));
      assert.equal(builtinNamed("set.issubset")!.call(thread, a, [b], []), isSubset);
    }),
    { numRuns: 500 },
  );
});

test("a union of dicts has the keys of the first in their order, and the values of the second", () => {
  const entries = fc.array(fc.tuple(element, fc.integer()), { maxLength: 6 });
  const dictOf = (pairs: readonly (readonly [Value, Value])[]) => {
    const dict = new Dict();
    for (const [key, value] of pairs) dict.set(key, value);
    return dict;
  };
  fc.assert(
    fc.property(entries, entries, (first, second) => {
      const [a, b] = [dictOf(first), dictOf(second)];
      const union = binary(thread, "|", a, b) as Dict;
      assertSame(itemsOf(union), distinct([...first, ...second].map(([key]) => key)));
      for (const [key] of [...first, ...second]) assert.equal(union.get(key), b.get(key) ?? a.get(key));
      assert.ok(equals(thread, union, dictOf([...first, ...second])));
      assert.equal(a.size, distinct(first.map(([key]) => key)).length, "the operands stay as they are");
      assert.equal(
        equals(thread, a, b),
        [a, b].every((one) => itemsOf(one).every((key) => a.get(key) === b.get(key))),
      );
    }),
    { numRuns: 500 },
  );
});
