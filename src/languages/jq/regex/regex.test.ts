import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { JqError } from "../errors.ts";
import type { Meter } from "./machine.ts";
import { codePointsOf, compileRegex } from "./regex.ts";

const unlimited: Meter = { charge() {}, allocate() {} };

/** A meter that throws after so many steps. */
function limited(most: number): Meter {
  let steps = 0;
  return {
    charge(count) {
      steps += count;
      if (steps > most) throw new Error("too many steps");
    },
    allocate() {},
  };
}

function spans(captures: Int32Array | undefined): string | null {
  if (captures === undefined) return null;
  const pairs = [];
  for (let i = 0; i < captures.length; i += 2)
    pairs.push(captures[i + 1]! < 0 ? "-" : `${captures[i]}-${captures[i + 1]}`);
  return pairs.join(" ");
}

function search(pattern: string, flags: string, text: string, meter = unlimited): string | null {
  return spans(compileRegex(pattern, flags).search(codePointsOf(text), 0, meter));
}

/** Pattern, flags, and what libonig 6.9.8 finds in each text, or its message. */
type Row = [string, string, Record<string, string | null> | string];

const table = new URL("testdata/oniguruma.json", import.meta.url);

test("patterns match what they match in Oniguruma, and are refused with its messages", () => {
  const rows = JSON.parse(readFileSync(table, "utf8")) as Row[];
  assert.ok(rows.length > 200);
  for (const [pattern, flags, expected] of rows) {
    if (typeof expected === "string") {
      const message = `Regex failure: ${expected}`;
      assert.throws(() => compileRegex(pattern, flags), new JqError(message), `${pattern}: ${expected}`);
    } else {
      for (const [text, found] of Object.entries(expected)) {
        assert.equal(
          search(pattern, flags, text),
          found,
          `${JSON.stringify(pattern)} [${flags}] in ${JSON.stringify(text)}`,
        );
      }
    }
  }
});

test("groups have their names, also when two share one", () => {
  const { names } = compileRegex("(?<a>x)(y)(?<b>z)(?<a>w)", "");
  assert.deepEqual(names, ["a", undefined, "b", "a"]);
});

test("a search begins where it is told to, and looks behind that place", () => {
  const regex = compileRegex("(?<=a)b", "");
  assert.equal(spans(regex.search(codePointsOf("abab"), 1, unlimited)), "1-2");
  assert.equal(spans(regex.search(codePointsOf("abab"), 2, unlimited)), "3-4");
  assert.equal(spans(compileRegex("^b", "").search(codePointsOf("abab"), 1, unlimited)), null);
  assert.equal(spans(compileRegex("\\Gb", "").search(codePointsOf("abab"), 1, unlimited)), "1-2");
});

test("the longest match is wanted with l, one that is not empty with n", () => {
  assert.equal(search("\\w", "l", "aéb"), "1-2", "bytes count");
  assert.equal(search("a|ab|abc", "l", "abc"), "0-3");
  assert.equal(search("x*", "n", "abxx"), "2-4");
  assert.equal(search("x*", "n", "ab"), null);
});

test("subexpression calls of Perl are understood", () => {
  assert.equal(search("a|b(?R)", "", "bba"), "0-3");
  assert.equal(search("(?&n)(?<n>a)", "", "aa"), "0-2 1-2");
  assert.equal(search("(?1)(a)", "", "aa"), "0-2 1-2");
  assert.equal(search("(a)(?-1)", "", "aa"), "0-2 1-2");
  assert.equal(search("a(?-i)b", "i", "Ab"), "0-2");
});

test("patterns that go back and forth for ever end on steps, or soon", () => {
  assert.equal(search("(a*)*b", "", "a".repeat(10_000), limited(10_000)), null);
  assert.equal(search("(a|aa)+$", "", `${"a".repeat(300)}b`, limited(300_000)), null);
  assert.equal(search("(a+)+[bc]", "", "a".repeat(300), limited(300_000)), null);
  assert.equal(search("(x+x+)+[yz]", "", "x".repeat(100), limited(300_000)), null);
  for (const [pattern, text] of [
    ["(a*)*\\1b", `${"a".repeat(50)}cb`],
    ["(?:a?){40}a{40}", "a".repeat(39)],
    ["(?=(a+)+b)", "a".repeat(50)],
    ["(?:(a|aa)+\\1){2}c", `${"a".repeat(60)}bc`],
    ["(?<n>a|\\((?:\\g<n>|x)*\\g<n>*\\)b)", "(".repeat(60)],
  ] as const) {
    const found = (): unknown => search(pattern, "", text, limited(20_000));
    try {
      assert.equal(found(), null, pattern);
    } catch (error) {
      assert.equal((error as Error).message, "too many steps", pattern);
    }
  }
});

test("recursion and nesting never end on the stack of the host", () => {
  assert.throws(() => search("(?<n>a\\g<n>?[bc])", "", "a".repeat(2_000_000)), /match-stack limit over/);
  assert.throws(() => compileRegex("(".repeat(100_000), ""), /parse depth limit over/);
  assert.throws(() => compileRegex(`a${"{1,2}".repeat(10_000)}`, ""), /parse depth limit over/);
  const deep = `${"(".repeat(200)}a${")".repeat(200)}`;
  assert.equal(search(deep, "", "a")?.length, 201 * 4 - 1);
  assert.equal(search("a".repeat(100_000), "i", "A".repeat(100_000)), "0-100000");
  assert.equal(search("(?:a|)*b".repeat(100), "", "b".repeat(100)), "0-100");
});
