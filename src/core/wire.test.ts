import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeWire, encodeWire, SecretText, type WireText, type WireValue } from "./wire.ts";

test("every kind of value survives", () => {
  const value = Object.assign(Object.create(null) as { [key: string]: WireValue }, {
    none: null,
    yes: true,
    no: false,
    int: -5,
    big: 2n ** 80n,
    float: 1.5,
    text: 'é"\\ \u2028',
    list: [1, [2, []]],
  });
  assert.deepEqual(decodeWire(encodeWire(value)), value);
  assert.deepEqual(decodeWire(encodeWire(Uint8Array.of(0, 255))), Uint8Array.of(0, 255));
  assert.deepEqual(decodeWire(encodeWire([Number.NaN, Infinity, -Infinity])), [Number.NaN, Infinity, -Infinity]);
  const secret = new SecretText(["Bearer ", { name: "TOKEN" }]);
  assert.deepEqual(decodeWire(encodeWire(secret)), secret);
});

test("what a user writes is never a marker", () => {
  for (const key of ["$bytes", "$secret", "$$float", "$"]) {
    const value = Object.assign(Object.create(null) as { [key: string]: WireValue }, { [key]: "x" });
    assert.deepEqual(decodeWire(encodeWire(value)), value, key);
  }
});

test("what is nested too deeply is refused, in both directions", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}"]]"${"]".repeat(depth)}` as WireText;
  assert.ok(decodeWire(nested(1000)));
  assert.throws(() => decodeWire(nested(1001)), SyntaxError);
  assert.throws(() => decodeWire(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}` as WireText), SyntaxError);
  let value: WireValue = [];
  for (let i = 0; i < 100_000; i++) value = [value];
  assert.throws(() => encodeWire(value), RangeError);
});

test("brackets in strings do not nest, and broken texts are told as such", () => {
  const text = `["${"[".repeat(2000)}","\\\\","\\"[${"{".repeat(2000)}"]` as WireText;
  assert.equal((decodeWire(text) as string[])[1], "\\");
  for (const broken of ['"', '["\\', "]]", '{"a"', ""])
    assert.throws(() => decodeWire(broken as WireText), SyntaxError);
});
