import assert from "node:assert/strict";
import { test } from "node:test";
import { codePointsOf } from "../languages/jq/regex/regex.ts";
import { compilePattern } from "./pattern.ts";

const unlimited = { charge(): void {}, allocate(): void {} };

function matches(pattern: string, text: string): boolean {
  return compilePattern(pattern).search(codePointsOf(text), 0, unlimited) !== undefined;
}

const texts = [
  ..."aAzZ059_-. \t\n\r/[]{}()&\\é😀α٣\u2028\u00a0\v\b$^+*?|\u0000".match(/./gsu)!,
  "",
  "ab",
  "abc",
  "a\n",
  "a b",
  "foo-bar",
  "foo_bar9",
  "2024-01-31",
  "aa",
  "xaay",
  "a@b.c",
  "éa",
  "1.2.3.4",
  "a.b",
  "a]",
  "[a]",
];

const patterns = [
  "^a$",
  "a.c",
  ".",
  "^.$",
  "\\d+",
  "\\D",
  "^\\w+$",
  "\\W",
  "\\s",
  "^\\S*$",
  "\\bb",
  "a\\b",
  "\\Ba",
  "[a-z]",
  "[^a-z]",
  "[\\d_]",
  "[^\\w-]",
  "[\\s\\S]",
  "[\\W\\d]",
  "[^\\D]",
  "[^\\W_]",
  "[]",
  "[^]",
  "[a\\]b]",
  "[[]",
  "[&&]",
  "[a-]",
  "[-a]",
  "[\\b]",
  "[\\-.]",
  "\\u0061",
  "\\u{1F600}",
  "\\uD83D\\uDE00",
  "[\\u00e0-\\u00ff]",
  "\\x41",
  "\\cA",
  "\\0",
  "\\/",
  "\\.",
  "\\v",
  "\\$",
  "a{2}",
  "^(?:a|b)*$",
  "(a)\\1",
  "^(?:(a)|b)\\1$",
  "(?<n>a)\\k<n>",
  "a(?=b)",
  "a(?!b)",
  "(?<=a)b",
  "(?<!a)b",
  "^[^@]+@[^@]+$",
  "\\p{L}",
  "\\p{Lu}",
  "\\P{L}",
  "[\\p{N}]",
  "\\p{Script=Greek}",
  "^(?!.*--)[a-z-]+$",
  "^(\\d{1,3}\\.){3}\\d{1,3}$",
  "a?b+?c*",
];

test("patterns mean what they mean in ECMA-262", () => {
  for (const pattern of patterns) {
    const own = new RegExp(pattern, "u");
    for (const text of texts) {
      assert.equal(matches(pattern, text), own.test(text), `${pattern} on ${JSON.stringify(text)}`);
    }
  }
});

test("patterns that were written for Java are understood as well", () => {
  assert.ok(matches("(?i)^abc$", "ABC"));
  assert.ok(matches("^a++b", "aab"));
  assert.ok(matches("\\Aab\\z", "ab"));
  assert.ok(matches("\\Qa.b\\E", "a.b"));
  assert.ok(matches("a{,2}", "a{,2}"));
});
