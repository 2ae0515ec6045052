import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeLastRune,
  decodeRune,
  encodeRune,
  fromText,
  isValidUtf8,
  mapRunes,
  runesOf,
  toText,
  toValidUtf8,
} from "./text.ts";

const anyText = fc.string({ unit: "binary" });
const anyBytes = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
/** Bytes that are likely to be nearly valid. */
const nearlyUtf8 = fc
  .array(
    fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xa0, 0x9f, 0xed, 0xef, 0xf0, 0x90, 0x8f, 0xf4, 0xf5, 0xff),
  )
  .map((bytes) => Buffer.from(bytes).toString("latin1"));

test("text becomes the bytes of its UTF-8 encoding, and back", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      assert.equal(fromText(text), Buffer.from(text).toString("latin1"));
      assert.equal(toText(fromText(text)), text.toWellFormed());
    }),
  );
  const long = "aé€😀".repeat(10_000);
  assert.equal(fromText(long), Buffer.from(long).toString("latin1"));
  assert.equal(toText(fromText(long)), long);
});

test("a lone surrogate becomes U+FFFD", () => {
  assert.equal(fromText("a\ud800b\udc00"), "a\u00ef\u00bf\u00bdb\u00ef\u00bf\u00bd");
});

test("validity is that of RFC 3629", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  fc.assert(
    fc.property(fc.oneof(anyBytes, nearlyUtf8), (bytes) => {
      let valid = true;
      try {
        decoder.decode(Buffer.from(bytes, "latin1"));
      } catch {
        valid = false;
      }
      assert.equal(isValidUtf8(bytes), valid);
      assert.equal(toValidUtf8(bytes) === bytes, valid);
      assert.ok(isValidUtf8(toValidUtf8(bytes)));
    }),
    { numRuns: 2000 },
  );
});

test("runes are the same from the front and from the back", () => {
  fc.assert(
    fc.property(fc.oneof(anyBytes, nearlyUtf8, anyText.map(fromText)), (bytes) => {
      const forward = runesOf(bytes);
      assert.equal(
        mapRunes(bytes, (rune) => rune),
        toValidUtf8(bytes),
      );
      assert.equal(forward.map(encodeRune).join(""), toValidUtf8(bytes));
      const backward: number[] = [];
      for (let end = bytes.length; end > 0;) {
        const { rune, width } = decodeLastRune(bytes, end);
        backward.unshift(rune);
        end -= width;
      }
      assert.deepEqual(backward, forward);
    }),
    { numRuns: 2000 },
  );
});

test("every undecodable byte counts for itself", () => {
  assert.deepEqual(runesOf("\u00e2\u0082A"), [0xfffd, 0xfffd, 0x41]);
  assert.deepEqual(decodeRune("\u00ed\u00a0\u0080", 0), { rune: 0xfffd, width: 1 });
  assert.equal(encodeRune(0xd800), encodeRune(0xfffd));
  assert.equal(encodeRune(0x110000), encodeRune(0xfffd));
});
