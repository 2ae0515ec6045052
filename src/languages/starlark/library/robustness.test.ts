/** Whatever a script passes to a builtin or an operator, it gets a value, an error of its own, or a limit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { binary, unary, type StrictOperator } from "../values/binary.ts";
import { Blob } from "../values/blob.ts";
import { Dict, Record } from "../values/dict.ts";
import { EvalError, LimitReached } from "../values/errors.ts";
import { openIterator } from "../values/iterate.ts";
import { repr } from "../values/print.ts";
import { Secret } from "../values/secret.ts";
import { getIndex, lengthOf, setIndex, slice } from "../values/sequence.ts";
import { StarlarkSet } from "../values/set.ts";
import { makeStruct } from "../values/struct.ts";
import { TextView } from "../values/text-view.ts";
import { Duration } from "../values/time.ts";
import { truth, typeName } from "../values/type-name.ts";
import { Bytes, Float, List, MutableValue, Range, rangeLength, Tuple, type Value } from "../values/value.ts";
import { attributeNames, getAttr } from "./attributes.ts";
import { Builtin, type BuiltinSpec } from "./builtin.ts";
import { CountingThread } from "./counting-thread.ts";
import { encodeJson, encodeWireValue } from "./json-encode.ts";
import { allBuiltins, methodsOf } from "./registry.ts";
import { makeTime } from "./time-module.ts";
import { zoneNamed } from "../values/zones.ts";

const numbers = [
  0,
  1,
  -1,
  2,
  255,
  1e6,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  -(2 ** 53 - 1),
  2n ** 63n,
  -(2n ** 64n),
  2n ** 2000n,
];
const floats = [0, -0, 0.5, -1.5, 1e300, 5e-324, Number.NaN, Infinity, -Infinity];
const texts = [
  "",
  "a",
  "\u00c3\u00a9",
  "\u00c3",
  "\u00ff",
  "%s %d",
  "{} {a}",
  "[1]",
  "1h",
  "2006-01-02",
  "  ",
  "A b\nC",
];

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, ...numbers, ...texts),
  fc.constantFrom(...floats).map((value) => new Float(value)),
  fc.string({ unit: "binary-ascii", maxLength: 5 }),
  fc.constantFrom(...texts).map((data) => new Bytes(data)),
  fc.constantFrom(0n, 1n, -1n, 2n ** 63n - 1n).map((value) => new Duration(value)),
  fc.constantFrom(0n, -(2n ** 62n), 2n ** 70n).map((value) => makeTime(value, zoneNamed("Europe/Berlin"))),
  fc.constantFrom("elems", "codepoint_ords", "bytes").map((kind) => new TextView("a\u00c3\u00a9", kind as "elems")),
  fc.constant(null).map(() => new Secret(["a", { name: "T" }])),
  fc.constantFrom(...allBuiltins().values()).map((spec) => new Builtin(spec)),
  fc
    .tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 9 }), fc.constantFrom(1, -1, 3))
    .map(([start, stop, step]) => new Range(start, stop, step, rangeLength(start, stop, step))),
);

function fill(dict: Dict, keys: readonly Value[], values: readonly Value[]): Dict {
  values.forEach((value, i) => {
    const key = keys[i];
    dict.set(typeof key === "object" ? `k${i}` : (key ?? i), value);
  });
  return dict;
}

function setOf(items: readonly Value[]): StarlarkSet {
  const set = new StarlarkSet();
  for (const item of items) if (typeof item !== "object" || item === null) set.add(item);
  return set;
}

const { value: anyValue } = fc.letrec<{ value: Value; items: Value[] }>((tie) => ({
  items: fc.array(tie("value"), { maxLength: 4 }),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    tie("items").map((items) => new List(items)),
    tie("items").map((items) => new Tuple(items)),
    tie("items").map(setOf),
    fc.tuple(tie("items"), tie("items")).map(([keys, items]) => fill(new Dict(), keys, items)),
    tie("items").map((items) => fill(new Record(), ["a", "get", "b c"], items)),
    tie("items").map((items) => makeStruct(new Map(items.map((item, i) => [`f${i}`, item])))),
    tie("items").map((items) => new Blob(fill(new Dict(), ["hash", "size"], items))),
    tie("items").map((items) => {
      const list = new List(items);
      list.items.push(list);
      return list;
    }),
  ),
}));

/** Runs what a script could do. Anything but the errors a script may meet is a fault of ours. */
function attempt(action: (thread: CountingThread) => unknown): void {
  const thread = new CountingThread({ steps: 1e6, bytes: 4e6 });
  try {
    assert.notEqual(action(thread), undefined);
  } catch (error) {
    if (!(error instanceof EvalError) && !(error instanceof LimitReached)) throw error;
  }
  assert.ok(Number.isInteger(thread.steps) && Number.isInteger(thread.bytes), "whole steps and bytes");
}

const specs: readonly BuiltinSpec[] = [...allBuiltins()]
  .filter(([name]) => !name.startsWith("_"))
  .map(([, spec]) => spec);
const methods = new Set<BuiltinSpec>();
for (const self of ["", new Bytes(""), new List([]), new Dict(), new StarlarkSet(), makeTime(0n)]) {
  for (const spec of methodsOf(self)!.values()) methods.add(spec);
}
const functions = specs.filter((spec) => !methods.has(spec));

const someArgs = fc.array(anyValue, { maxLength: 4 });
const someNames = fc.array(
  fc.record({ name: fc.constantFrom("key", "reverse", "x", "default", "sep", "a", "base"), value: anyValue }),
  {
    maxLength: 2,
  },
);

test("functions", () => {
  fc.assert(
    fc.property(fc.constantFrom(...functions), someArgs, someNames, (spec, args, named) => {
      attempt((thread) => spec.call(thread, null, args, named));
      attempt((thread) => spec.divert?.(thread, args, named) ?? null);
    }),
    { numRuns: 20_000 },
  );
});

test("methods", () => {
  fc.assert(
    fc.property(anyValue, fc.nat(), someArgs, someNames, (self, which, args, named) => {
      const own = [...(methodsOf(self)?.values() ?? [])];
      if (own.length > 0) attempt((thread) => own[which % own.length]!.call(thread, self, args, named));
    }),
    { numRuns: 20_000 },
  );
});

const operators: StrictOperator[] = [
  "+",
  "-",
  "*",
  "/",
  "//",
  "%",
  "|",
  "&",
  "^",
  "<<",
  ">>",
  "in",
  "not in",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
];

test("operators, indexes, slices and printing", () => {
  fc.assert(
    fc.property(anyValue, anyValue, anyValue, fc.constantFrom(...operators), (a, b, c, operator) => {
      attempt((thread) => binary(thread, operator, a, b));
      for (const sign of ["+", "-", "~", "not"] as const) attempt((thread) => unary(thread, sign, a));
      attempt((thread) => getIndex(thread, a, b));
      attempt((thread) => slice(thread, a, b, c, null));
      attempt((thread) => slice(thread, a, null, null, c));
      attempt((thread) => getAttr(thread, a, typeof b === "string" ? b : "append"));
      attempt((thread) => attributeNames(a).map((name) => getAttr(thread, a, name)));
      attempt((thread) => [repr(thread, a), typeName(a), truth(a), lengthOf(a)]);
      attempt((thread) => encodeJson(thread, a));
      attempt((thread) => encodeWireValue(thread, a));
      attempt((thread) => setIndex(thread, a, b, c) ?? null);
    }),
    { numRuns: 5000 },
  );
});

test("iterating leaves no trace", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const iterator = openIterator(value);
      if (iterator === undefined) return;
      let count = 0;
      while (iterator.next() !== undefined) count++;
      iterator.close();
      if (lengthOf(value) >= 0) assert.equal(count, lengthOf(value));
      if (value instanceof MutableValue) assert.equal(value.iterators, 0);
    }),
  );
});
