import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isCased,
  isDigit,
  isLetter,
  isLower,
  isPrintable,
  isSpace,
  isTitle,
  isUpper,
  toLowerRune,
  toTitleRune,
  toUpperRune,
} from "./unicode.ts";

/** Every code point a table holds, mixed into one number: what Go 1.26's package unicode gives. */
function checksum(answer: (rune: number) => number): number {
  let sum = 17;
  for (let rune = 0; rune <= 0x10ffff; rune++) sum = (Math.imul(sum, 31) + answer(rune)) | 0;
  return sum >>> 0;
}

const tables: readonly (readonly [string, (rune: number) => boolean | number])[] = [
  ["letter", isLetter],
  ["digit", isDigit],
  ["space", isSpace],
  ["upper", isUpper],
  ["lower", isLower],
  ["title", isTitle],
  ["cased", isCased],
  ["printable", isPrintable],
  ["toUpper", toUpperRune],
  ["toLower", toLowerRune],
  ["toTitle", toTitleRune],
];

const expected: globalThis.Record<string, number> = {
  letter: 3440578273,
  digit: 2248813201,
  space: 730331952,
  upper: 1124481766,
  lower: 2051554412,
  title: 3625850734,
  cased: 2046950619,
  printable: 1807994215,
  toUpper: 1421285322,
  toLower: 1532646049,
  toTitle: 1708639498,
};

test("the tables are those of Unicode 15.0 as Go has them", () => {
  for (const [name, answer] of tables)
    assert.equal(
      checksum((rune) => Number(answer(rune))),
      expected[name],
      name,
    );
});
