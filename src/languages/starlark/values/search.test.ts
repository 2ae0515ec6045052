import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findLastText, findText, splitText } from "./search.ts";

/** Texts and parts that are long enough for our own search, and that nearly fit in many places. */
const searches = fc
  .record({
    unit: fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 12 }),
    length: fc.integer({ min: 220, max: 320 }),
    flip: fc.option(fc.nat(319)),
    planted: fc.array(fc.nat(7000), { maxLength: 3 }),
    from: fc.nat(9000),
  })
  .map(({ unit, length, flip, planted, from }) => {
    let part = unit.repeat(length).slice(0, length);
    if (flip !== null && flip < length) part = `${part.slice(0, flip)}z${part.slice(flip + 1)}`;
    let text = unit.repeat(8000).slice(0, 8000);
    for (const at of planted) text = text.slice(0, at) + part + text.slice(at);
    return { text, part, from: Math.min(from, text.length) };
  });

test("finds what the host's search finds", () => {
  fc.assert(
    fc.property(searches, ({ text, part, from }) => {
      assert.equal(findText(text, part), text.indexOf(part));
      assert.equal(findText(text, part, from), text.indexOf(part, from));
      assert.equal(findLastText(text, part), text.lastIndexOf(part));
      assert.deepEqual(splitText(text, part), text.split(part));
    }),
    { numRuns: 300 },
  );
});

test("short parts", () => {
  assert.equal(findText("banana", "an", 2), 3);
  assert.equal(findText("banana", ""), 0);
  assert.equal(findLastText("banana", ""), 6);
  assert.equal(findLastText("banana", "an"), 3);
  assert.equal(findText("banana", "x"), -1);
});

test("a part that nearly fits everywhere takes no product of lengths", () => {
  const text = "a".repeat(1 << 20);
  const half = "a".repeat(1 << 18);
  for (const part of [`${half}b${half}`, `b${half}`, `${half}b`]) {
    assert.equal(findText(text, part), -1);
    assert.equal(findLastText(text, part), -1);
  }
});
