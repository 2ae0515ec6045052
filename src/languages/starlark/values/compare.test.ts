import assert from "node:assert/strict";
import { test } from "node:test";
import { CountingThread } from "../library/counting-thread.ts";
import { compare, equals } from "./compare.ts";
import { Dict } from "./dict.ts";
import { EvalError, LimitReached } from "./errors.ts";
import { freeze } from "./freeze.ts";
import { StarlarkSet } from "./set.ts";
import { makeStruct } from "./struct.ts";
import { Float, List, Tuple, type Value } from "./value.ts";

const tooDeep = new EvalError("comparison exceeded maximum recursion depth");

function nested(depth: number): Value {
  let value: Value = 1;
  for (let i = 0; i < depth; i++) value = new List([value]);
  return value;
}

test("values are compared ten deep", () => {
  const thread = new CountingThread();
  assert.ok(equals(thread, nested(9), nested(9)));
  assert.throws(() => equals(thread, nested(10), nested(10)), tooDeep);
  assert.ok(!compare(thread, "<", nested(9), nested(9)));
  assert.throws(() => compare(thread, "<", nested(10), nested(10)), tooDeep);
});

test("a cycle is an error", () => {
  const list = new List([]);
  list.items.push(list);
  const dict = new Dict();
  dict.set("d", dict);
  const other = new Dict();
  other.set("d", other);
  assert.throws(() => equals(new CountingThread(), list, new List([list])), tooDeep);
  assert.throws(() => equals(new CountingThread(), dict, other), tooDeep);
});

test("comparing shared parts again and again is accounted for", () => {
  let value: Value = new List([1]);
  for (let i = 0; i < 8; i++) value = new List(Array.from({ length: 10 }, () => value));
  assert.throws(() => equals(new CountingThread({ steps: 10_000 }), value, value), LimitReached);
});

test("structs and sets", () => {
  const thread = new CountingThread();
  const a = makeStruct(
    new Map<string, Value>([
      ["x", 1],
      ["y", new Float(2)],
    ]),
  );
  const b = makeStruct(
    new Map<string, Value>([
      ["y", 2],
      ["x", new Float(1)],
    ]),
  );
  assert.ok(equals(thread, a, b));
  assert.ok(!equals(thread, a, makeStruct(new Map<string, Value>([["x", 1]]))));
  assert.ok(
    !equals(
      thread,
      a,
      makeStruct(
        new Map<string, Value>([
          ["x", 1],
          ["y", 2],
        ]),
        "Point",
      ),
    ),
  );
  assert.throws(() => compare(thread, "<", a, b), new EvalError("struct < struct not implemented"));
  const [small, large] = [new StarlarkSet(), new StarlarkSet()];
  for (const element of [1, 2]) large.add(element);
  small.add(new Float(2));
  assert.ok(compare(thread, "<", small, large) && compare(thread, ">=", large, small));
  assert.ok(!compare(thread, "<", small, small) && compare(thread, "<=", small, small));
});

test("freezing reaches everything, cycles and shared parts included", () => {
  const [list, dict, set] = [new List([]), new Dict(), new StarlarkSet()];
  const struct = makeStruct(new Map<string, Value>([["list", list]]));
  dict.set("s", new Tuple([struct, set]));
  list.items.push(dict);
  set.add(1);
  let shared: Value = dict;
  for (let i = 0; i < 60; i++) shared = new Tuple([shared, shared]);
  freeze(shared);
  assert.ok(list.frozen && dict.frozen && set.frozen);
  let deep = new List([]);
  const innermost = deep;
  for (let i = 0; i < 100_000; i++) deep = new List([deep]);
  freeze(deep);
  assert.ok(innermost.frozen);
});
