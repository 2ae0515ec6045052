import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CountingThread } from "../library/counting-thread.ts";
import { equals } from "./compare.ts";
import { Dict, Record } from "./dict.ts";
import { EvalError } from "./errors.ts";
import { hashKey } from "./hash-key.ts";
import { canonicalInt } from "./integers.ts";
import { openIterator } from "./iterate.ts";
import { StarlarkSet } from "./set.ts";
import { makeStruct } from "./struct.ts";
import { Bytes, Float, List, Range, Tuple, type Value } from "./value.ts";

const thread = new CountingThread();

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 53 - 1),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt().map((value) => canonicalInt(value)),
  fc.constantFrom(0, -0, 1, 1.5, 2 ** 31, 2 ** 60, Number.NaN, Infinity, -Infinity).map((value) => new Float(value)),
  fc.double().map((value) => new Float(value)),
  fc.constantFrom("", "1", "s1 a", "n1 ", "(0 "),
  fc.string({ unit: "binary-ascii" }),
  fc.string({ unit: "binary-ascii", maxLength: 2 }).map((data) => new Bytes(data)),
);

const hashable: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Tuple(items)),
    fc
      .array(tie("value"), { maxLength: 2 })
      .map((items) => makeStruct(new Map(items.map((item, i) => [`f${i}`, item])))),
  ),
})).value;

test("equal values, and no others, have the same key", () => {
  fc.assert(
    fc.property(hashable, hashable, (a, b) => {
      assert.equal(hashKey(a) === hashKey(b) || Object.is(hashKey(a), hashKey(b)), equals(thread, a, b));
      assert.equal(hashKey(a), hashKey(a));
    }),
    { numRuns: 2000 },
  );
});

test("a dict answers what was written, in order, whatever the keys", () => {
  fc.assert(
    fc.property(fc.array(hashable, { maxLength: 20 }), (keys) => {
      const dict = new Dict();
      const model: [Value, number][] = [];
      keys.forEach((key, i) => {
        dict.set(key, i);
        const known = model.find(([other]) => equals(thread, key, other));
        if (known === undefined) model.push([key, i]);
        else known[1] = i;
      });
      assert.deepEqual([...dict.entries()], model);
      assert.deepEqual(
        dict.keys(),
        model.map(([key]) => key),
      );
      for (const [key, value] of model) assert.equal(dict.get(key), value);
      for (const [key, value] of model) assert.equal(dict.delete(key), value);
      assert.equal(dict.size, 0);
      assert.equal(dict.originals?.size ?? 0, 0);
    }),
  );
});

test("an iterator continues at its index", () => {
  const dict = new Dict();
  const set = new StarlarkSet();
  for (const key of [1, "a", new Float(1.5), new Tuple([1]), 2 ** 40]) {
    dict.set(key, null);
    set.add(key);
  }
  for (const source of [dict, set, new List(dict.keys()), new Tuple(dict.keys())]) {
    const first = openIterator(source)!;
    first.next();
    first.next();
    const second = openIterator(source, first.index)!;
    assert.deepEqual(second.next(), dict.keys()[2]);
    assert.deepEqual(second.next(), dict.keys()[3]);
    assert.equal(second.index, 4);
    second.close();
    first.close();
  }
  const range = openIterator(new Range(5, 20, 5, 3), 2)!;
  assert.deepEqual([range.next(), range.next()], [15, undefined]);
});

test("nothing changes a table while it is iterated over, or frozen", () => {
  const dict = new Dict();
  dict.set("a", 1);
  const iterator = openIterator(dict)!;
  assert.throws(() => dict.set("a", 2), new EvalError("cannot insert into hash table during iteration"));
  assert.throws(() => dict.delete("a"), new EvalError("cannot delete from hash table during iteration"));
  iterator.close();
  dict.set("a", 2);
  dict.frozen = true;
  assert.throws(() => dict.clear(), new EvalError("cannot clear frozen hash table"));
  // A frozen value is shared, so iterating leaves no trace in it.
  openIterator(dict);
  assert.equal(dict.iterators, 0);
});

test("values that change have no key", () => {
  assert.throws(() => hashKey(new List([])), new EvalError("unhashable type: list"));
  assert.throws(() => hashKey(new Tuple([new Dict()])), new EvalError("unhashable type: dict"));
  assert.throws(() => hashKey(new Range(0, 1, 1, 1)), new EvalError("unhashable: range"));
});

test("a tuple of shared parts is refused before it fills the memory", () => {
  let tuple: Value = "x";
  for (let i = 0; i < 40; i++) tuple = new Tuple([tuple, tuple]);
  assert.throws(() => hashKey(tuple), new EvalError("tuple is too large to be a key"));
});

test("a dict that is emptied from the front stays quick", () => {
  const dict = new Dict();
  const set = new StarlarkSet();
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    dict.set(i, i);
    set.add(new Float(i));
  }
  for (let i = 0; i < count; i++) {
    assert.equal(dict.firstKey(), i);
    assert.equal(dict.delete(i), i);
    assert.ok(set.delete(set.first()!));
    if (i % 1000 === 0) assert.deepEqual(dict.keys().slice(0, 2), i < count - 2 ? [i + 1, i + 2] : [i + 1]);
  }
  assert.equal(dict.size + set.size, 0);
});

test("a record's keys are attributes", () => {
  const record = new Record();
  record.set("title", "a");
  record.set(1, 2);
  assert.equal(record.attribute("title"), "a");
  assert.equal(record.attribute("other"), undefined);
  assert.deepEqual(record.attributeNames(), ["title"]);
  assert.equal(record.type, "dict");
});
