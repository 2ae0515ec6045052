import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeWire, encodeWire, SecretText, type WireValue } from "../../../core/wire.ts";
import type { Blob } from "../values/blob.ts";
import { equals } from "../values/compare.ts";
import { Dict, type Record } from "../values/dict.ts";
import { canonicalInt } from "../values/integers.ts";
import { EvalError, LimitReached } from "../values/errors.ts";
import { Secret } from "../values/secret.ts";
import { makeStruct } from "../values/struct.ts";
import { Bytes, Float, List, Tuple, type Value } from "../values/value.ts";
import { Builtin } from "./builtin.ts";
import { CountingThread } from "./counting-thread.ts";
import { decodeJson, decodeJsonText, decodeWireValue, JsonError } from "./json-decode.ts";
import { encodeJson, encodeWireValue } from "./json-encode.ts";
import { builtinNamed } from "./registry.ts";

const thread = new CountingThread();

function dictOf(entries: Iterable<readonly [string, Value]>): Dict {
  const dict = new Dict();
  for (const [key, value] of entries) dict.set(key, value);
  return dict;
}

test("decodes what JSON.parse accepts, to the same value", () => {
  const convert = (value: unknown): Value => {
    if (typeof value === "string") return Buffer.from(value.toWellFormed()).toString("latin1");
    if (typeof value === "number") {
      return /^-?\d+$/.test(String(value)) ? canonicalInt(BigInt(String(value))) : new Float(value);
    }
    if (Array.isArray(value)) return new List(value.map(convert));
    if (typeof value !== "object" || value === null) return value as null | boolean;
    return dictOf(Object.entries(value).map(([key, inner]) => [convert(key) as string, convert(inner)]));
  };
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent);
      assert.ok(equals(thread, decodeJsonText(thread, text), convert(JSON.parse(text))));
    }),
  );
});

test("refuses what JSON.parse refuses, but for starlark-go's leniency", () => {
  const tokens = ["{", "}", "[", "]", ",", ":", '"a"', "1", "-", "0", "true", "null", " ", '"', "\\"];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 8 }), (parts) => {
      const text = parts.join("");
      let accepted = true;
      try {
        JSON.parse(text);
      } catch {
        accepted = false;
      }
      if (accepted) decodeJsonText(thread, text);
      else assert.throws(() => decodeJsonText(thread, text), JsonError);
    }),
    { numRuns: 3000 },
  );
});

test("keys keep their order, even those that look like numbers; the last of equal ones wins", () => {
  const value = decodeJson(thread, '{"b":1,"10":2,"9":3,"__proto__":4,"b":5}') as Dict;
  assert.deepEqual(value.keys(), ["b", "10", "9", "__proto__"]);
  assert.equal(value.get("b"), 5);
  assert.equal(encodeWireValue(thread, value), '{"b":5,"10":2,"9":3,"__proto__":4}');
  assert.equal(encodeJson(thread, value), '{"10":2,"9":3,"__proto__":4,"b":5}');
});

test("objects can become records, at every depth", () => {
  const value = decodeJsonText(thread, '{"a":{"é":[{"b":1}]}}', { records: true }) as Record;
  const list = (value.attribute("a") as Record).attribute("\u00c3\u00a9") as List;
  assert.equal((list.items[0] as Record).attribute("b"), 1);
});

test("wire text says exactly what core's does", () => {
  const samples: [WireValue, Value][] = [
    [null, null],
    [true, true],
    [12, 12],
    [2n ** 70n, 2n ** 70n],
    ['é\u2028\n"', '\u00c3\u00a9\u00e2\u0080\u00a8\n"'],
    [Number.NaN, new Float(Number.NaN)],
    [-Infinity, new Float(-Infinity)],
    [new Uint8Array([0, 255]), new Bytes("\u0000\u00ff")],
    [new SecretText(["Bearer ", { name: "TOKEN" }]), new Secret(["Bearer ", { name: "TOKEN" }])],
    [[1, [2]], new List([1, new List([2])])],
    [
      { a: 1, "0": 2 },
      dictOf([
        ["0", 2],
        ["a", 1],
      ]),
    ],
    [{ $bytes: "x" }, dictOf([["$bytes", "x"]])],
    [{ $$a: 1 }, dictOf([["$$a", 1]])],
    [
      { $a: 1, b: 2 },
      dictOf([
        ["$a", 1],
        ["b", 2],
      ]),
    ],
  ];
  for (const [outside, inside] of samples) {
    const text = encodeWire(outside);
    assert.equal(encodeWireValue(thread, inside), text);
    assert.equal(encodeWire(decodeWire(text)), text);
    assert.ok(equals(thread, decodeWireValue(thread, text), inside), text);
  }
});

test("floats stay floats on the wire", () => {
  for (const [value, text] of [
    [1, "1.0"],
    [1e30, "1e+30"],
    [-0, "-0.0"],
    [0.1, "0.1"],
  ] as const) {
    assert.equal(encodeWireValue(thread, new Float(value)), text);
    assert.deepEqual(decodeWireValue(thread, text), new Float(value));
  }
});

test("what JSON has no form for", () => {
  const struct = makeStruct(
    new Map<string, Value>([
      ["b", new Tuple([1])],
      ["a", null],
    ]),
  );
  assert.equal(encodeWireValue(thread, struct), '{"a":null,"b":[1]}');
  assert.equal(encodeWireValue(thread, "\u00ff"), '{"$bytes":"/w=="}');
  const blob = decodeWireValue(thread, '{"$blob":{"hash":"abc","size":5}}') as Blob;
  assert.equal(blob.attribute("size"), 5);
  assert.equal(encodeWireValue(thread, new List([blob])), '[{"$blob":{"hash":"abc","size":5}}]');
  assert.throws(
    () => encodeWireValue(thread, dictOf([["\u00ff", 1]])),
    new EvalError('key "\\xff" is not valid UTF-8'),
  );
  const handler = dictOf([["f", new List([new Builtin(builtinNamed("len")!)])]]);
  assert.throws(
    () => encodeWireValue(thread, handler),
    new EvalError('in dict key "f": at list index 0: cannot encode builtin_function_or_method as JSON'),
  );
});

test("malformed markers are refused", () => {
  for (const text of [
    '{"$bytes":1}',
    '{"$bytes":"a"}',
    '{"$float":"1"}',
    '{"$secret":[1]}',
    '{"$blob":1}',
    '{"$x":1}',
  ]) {
    assert.throws(() => decodeWireValue(thread, text), JsonError, text);
    // Plain JSON has no markers.
    assert.ok(decodeJsonText(thread, text) instanceof Dict);
  }
});

test("a value that contains itself is refused, one with shared parts is not", () => {
  const list = new List([1]);
  assert.equal(encodeJson(thread, new List([list, list])), "[[1],[1]]");
  list.items.push(dictOf([["l", list]]));
  assert.throws(
    () => encodeJson(thread, list),
    new EvalError('at list index 1: in dict key "l": cycle in JSON structure'),
  );
});

test("memory is accounted for before it is used up", () => {
  let shared: Value = "0123456789";
  for (let i = 0; i < 60; i++) shared = new List([shared, shared]);
  assert.throws(() => encodeJson(new CountingThread({ bytes: 1e6 }), shared), LimitReached);
  assert.throws(() => decodeJson(new CountingThread({ bytes: 1e6 }), `[${"[],".repeat(1e5)}0]`), LimitReached);
  assert.throws(() => decodeJson(new CountingThread({ steps: 1000 }), " ".repeat(10_000)), LimitReached);
});
