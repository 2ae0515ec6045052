import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { equals, uncounted } from "../../jq/library/order.ts";
import type { Value } from "../../jq/value.ts";
import { readJson, writeJson } from "./json.ts";
import { mergeChanges } from "./merge.ts";
import { mergeSonataflow } from "./merge-sonataflow.ts";
import { mergeSpecification } from "./merge-specification.ts";

type Rule = typeof mergeSonataflow;

function merged(rule: Rule, target: unknown, source: unknown): unknown {
  const [a, b] = [JSON.stringify(target), JSON.stringify(source)];
  const [left, right] = [readJson(a), readJson(b)];
  const result = writeJson(rule(uncounted, left, right));
  assert.deepEqual([writeJson(left), writeJson(right)], [a, b], "nothing that was merged has changed");
  return JSON.parse(result) as unknown;
}

test("SonataFlow's rule", () => {
  for (const [target, source, result] of [
    [{}, { a: 1 }, { a: 1 }],
    [null, [1], [1]],
    [{ a: { b: 1, c: [1, 2] } }, { a: { c: [3], d: 4 } }, { a: { b: 1, c: [3], d: 4 } }],
    [{ a: 1 }, [1, 2], { a: 1, response: [1, 2] }],
    [{ a: 1, response: [1, 2] }, [3], { a: 1, response: [3] }],
    [{ a: 1 }, "text", { a: 1, response: "text" }],
    [{ a: { b: 1 } }, { a: "text" }, { a: { b: 1, response: "text" } }],
    [{ a: { b: 1 } }, { a: null }, { a: null }],
    [{ a: [1] }, { a: 2 }, { a: [1, 2] }],
    [{ a: [1, 2] }, { a: 2 }, { a: [1, 2] }],
    [{ a: 5 }, { a: { b: 1 } }, { a: { b: 1, _target: 5 } }],
    [{ a: 5 }, { a: [1, 2] }, { a: [5, 1, 2] }],
    [{ a: 1 }, [5, 1], { a: 1, response: [5, 1] }],
    [{ a: 1 }, { a: 2 }, { a: 2 }],
  ]) {
    assert.deepEqual(merged(mergeSonataflow, target, source), result, JSON.stringify([target, source]));
  }
});

test("the specification's rule", () => {
  for (const [target, source, result] of [
    [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { c: 2 } }],
    [{ l: [1, 2, { x: 1 }] }, { l: [2, { x: 1 }, 3] }, { l: [1, 2, { x: 1 }, 3] }],
    [{ a: 1, b: 2 }, { b: "three" }, { a: 1, b: "three" }],
    [{ a: 1 }, [1], { a: 1, response: [1] }],
  ]) {
    assert.deepEqual(merged(mergeSpecification, target, source), result, JSON.stringify([target, source]));
  }
});

/** Equal to `==` of jq, element by element. */
function slowly(target: Value[], source: Value[]): Value[] {
  const all = [...target];
  for (const element of source) if (!all.some((there) => equals(uncounted, there, element))) all.push(element);
  return all;
}

test("arrays are concatenated as by comparing all with all, also where there is nan", () => {
  const scalar = fc.constantFrom<Value>(
    null,
    true,
    0,
    -0,
    1,
    Number.NaN,
    Infinity,
    1.7976931348623157e308,
    "",
    "1",
    "null",
  );
  const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      scalar,
      fc.array(tie("value"), { maxLength: 2 }),
      fc.array(fc.tuple(fc.constantFrom("a", "b"), tie("value")), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    ),
  }));
  fc.assert(
    fc.property(fc.array(value), fc.array(value), (target, source) => {
      const both = [...source, ...target.slice(0, 2), ...source];
      assert.deepEqual(mergeSpecification(uncounted, target, both), slowly(target, both));
    }),
  );
});

test("merging large arrays takes work that grows with them, and is counted", () => {
  const numbers = (count: number, first: number): Value[] => Array.from({ length: count }, (_, i) => first + i);
  for (const [rule, most] of [
    [mergeSpecification, 100_000],
    [mergeSonataflow, 100_000],
  ] as const) {
    let steps = 0;
    const counting = { charge: (more: number) => void (steps += more) };
    const [target, source] = [new Map([["l", numbers(60_000, 0)]]), new Map([["l", numbers(20_000, 50_000)]])];
    rule(counting, target, source);
    assert.ok(steps > 0 && steps <= most, `${steps}`);
  }
  let steps = 0;
  const counting = { charge: (more: number) => void (steps += more) };
  const lists = (first: number): Value[] => numbers(3000, first).map((n) => [n, [n]]);
  assert.equal((mergeSpecification(counting, lists(0), lists(1000)) as Value[]).length, 4000);
  assert.ok(steps > 12_000 && steps < 200_000, `${steps}`);
});

test("what lies deep in changes is compared once", () => {
  let looks = 0;
  class Watched extends Map<string, Value> {
    override get(name: string): Value | undefined {
      looks++;
      return super.get(name);
    }
  }
  const nested = (value: number): Value => {
    let whole: Value = value;
    for (let i = 0; i < 100; i++) whole = new Watched([["a", whole]]);
    return whole;
  };
  mergeChanges(mergeSonataflow, nested(1), nested(1), nested(2));
  assert.ok(looks <= 400, `${looks}`);
});

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => readJson(JSON.stringify(value)));
const object = fc
  .dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 2 }))
  .map((value) => readJson(JSON.stringify(value)) as Map<string, Value>);

for (const [name, rule] of [
  ["SonataFlow's", mergeSonataflow],
  ["the specification's", mergeSpecification],
] as const) {
  test(`merging by ${name} rule keeps every member of the target and takes every one of the source`, () => {
    fc.assert(
      fc.property(object, object, (target, source) => {
        const result = rule(uncounted, target, source) as Map<string, Value>;
        for (const key of [...target.keys(), ...source.keys()]) assert.ok(result.has(key));
        assert.equal(result.size, new Set([...target.keys(), ...source.keys()]).size);
      }),
    );
  });

  test(`what is there already changes nothing by ${name} rule`, () => {
    fc.assert(
      fc.property(object, (value) => {
        assert.equal(writeJson(rule(uncounted, value, readJson(writeJson(value)))), writeJson(value));
      }),
    );
  });

  test(`a copy that nobody changed changes nothing by ${name} rule`, () => {
    fc.assert(
      fc.property(json, json, (base, target) => {
        assert.equal(writeJson(mergeChanges(rule, target, base, readJson(writeJson(base)))), writeJson(target));
      }),
    );
  });

  test(`changes of a copy reach an unchanged original whole, by ${name} rule`, () => {
    fc.assert(
      fc.property(object, object, (base, source) => {
        const changed = rule(uncounted, base, source);
        assert.equal(writeJson(mergeChanges(rule, base, base, changed)), writeJson(changed));
      }),
    );
  });
}
