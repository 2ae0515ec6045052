import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { equals } from "../values/compare.ts";
import { Dict } from "../values/dict.ts";
import { canonicalInt } from "../values/integers.ts";
import { fromText } from "../values/text.ts";
import { Float, List, type Value } from "../values/value.ts";
import { CountingThread } from "./counting-thread.ts";
import { builtinNamed } from "./registry.ts";

const thread = new CountingThread();
const call = (name: string, ...args: Value[]) => builtinNamed(`json.${name}`)!.call(thread, null, args, []);

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\u2028", "</script>", "\x7f", '"\\'),
);
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<Value>(null, true, false, 0, -1),
    fc.maxSafeInteger(),
    fc.bigInt().map((int) => canonicalInt(int)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((float) => new Float(float)),
    text.map(fromText),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new List(items)),
    fc.array(fc.tuple(text.map(fromText), tie("value")), { maxLength: 4 }).map((entries) => {
      const dict = new Dict();
      for (const [key, inner] of entries) dict.set(key, inner);
      return dict;
    }),
  ),
})).value;

/** A value as text that tells ints from floats. */
function exact(given: Value): string {
  if (given instanceof List) return `[${given.items.map(exact).join()}]`;
  if (given instanceof Dict) {
    const entries = [...given.map].map(([key, inner]) => `${JSON.stringify(key)}:${exact(inner)}`);
    return `{${entries.toSorted().join()}}`;
  }
  if (given instanceof Float) return `float ${Object.is(given.value, -0) ? "-0" : given.value}`;
  return typeof given === "string" ? JSON.stringify(given) : `${given as number | bigint | boolean | null}`;
}

test("what is encoded is decoded to the same value, however it is laid out", () => {
  fc.assert(
    fc.property(value, (original) => {
      const encoded = call("encode", original) as string;
      const decoded = call("decode", encoded);
      assert.equal(exact(decoded), exact(original));
      assert.ok(equals(thread, decoded, original));
      const indented = call("indent", encoded) as string;
      assert.equal(indented, call("encode_indent", original));
      assert.equal(exact(call("decode", indented)), exact(original));
      assert.equal(call("encode", decoded), encoded, "keys are in order, so equal values have one form");
    }),
    { numRuns: 1000 },
  );
});

test("the host reads it as the same", () => {
  fc.assert(
    fc.property(value, (original) => {
      const encoded = call("encode", original) as string;
      const again = JSON.stringify(JSON.parse(Buffer.from(encoded, "latin1").toString("utf8")));
      const back = call("decode", Buffer.from(again).toString("latin1"));
      // The host has no ints beyond its floats, and no difference between 1 and 1.0.
      if (!/\d{15}|\.0|e/.test(encoded)) assert.ok(equals(thread, back, original), encoded);
    }),
    { numRuns: 300 },
  );
});
