/** Methods of strings beside models that are as plain as possible: a string is its bytes, a character one to four of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromText } from "../values/text.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { openIterator } from "../values/iterate.ts";
import { CountingThread } from "./counting-thread.ts";
import { builtinNamed } from "./registry.ts";

const thread = new CountingThread();

/** Plain data: lists and tuples as arrays. */
function call(name: string, self: string, ...args: Value[]): unknown {
  return plain(builtinNamed(`string.${name}`)!.call(thread, self, args, []));
}

function plain(value: Value): unknown {
  if (!(value instanceof List) && !(value instanceof Tuple)) return value;
  return value.items.map(plain);
}

const characters = ["a", "b", "a", "b", ",", " ", "\n", "é", "😀"];
const text = fc.array(fc.constantFrom(...characters), { maxLength: 10 }).map((parts) => fromText(parts.join("")));
const short = fc.array(fc.constantFrom(...characters), { maxLength: 2 }).map((parts) => fromText(parts.join("")));
const separator = short.filter((part) => part !== "");
const bound = fc.option(fc.integer({ min: -14, max: 14 }));

/** The bytes that begin a character, and the end. */
function boundaries(bytes: string): number[] {
  const inside = (i: number) => (bytes.charCodeAt(i) & 0xc0) === 0x80;
  return Array.from({ length: bytes.length + 1 }, (_, i) => i).filter((i) => i === bytes.length || !inside(i));
}

function places(haystack: string, needle: string): number[] {
  const found: number[] = [];
  for (let i = 0; i + needle.length <= haystack.length; i++)
    if (haystack.slice(i, i + needle.length) === needle) found.push(i);
  return found;
}

/** Places that do not overlap, from the left. */
function apart(haystack: string, needle: string): number[] {
  if (needle === "") return boundaries(haystack);
  let end = 0;
  return places(haystack, needle).filter((i) => {
    if (i < end) return false;
    end = i + needle.length;
    return true;
  });
}

function interval(bytes: string, low: number | null, high: number | null): [number, number] {
  const clamp = (index: number) => Math.min(Math.max(index < 0 ? index + bytes.length : index, 0), bytes.length);
  const start = clamp(low ?? 0);
  return [start, Math.max(start, clamp(high ?? bytes.length))];
}

test("find, rfind, count, startswith and endswith, within bounds", () => {
  fc.assert(
    fc.property(text, short, bound, bound, (haystack, needle, low, high) => {
      const [start, end] = interval(haystack, low, high);
      const part = haystack.slice(start, end);
      const found = places(part, needle).map((i) => i + start);
      assert.equal(call("find", haystack, needle, low, high), found[0] ?? -1);
      assert.equal(call("rfind", haystack, needle, low, high), found.at(-1) ?? -1);
      // Half a character counts as one, which is another story.
      if (boundaries(haystack).includes(start) && boundaries(haystack).includes(end)) {
        assert.equal(call("count", haystack, needle, low, high), apart(part, needle).length);
      }
      assert.equal(call("startswith", haystack, needle, low, high), found[0] === start);
      assert.equal(
        call("endswith", haystack, needle, low, high),
        found.at(-1) === end - needle.length && found.length > 0,
      );
      assert.equal(call("startswith", haystack, new Tuple(["x", needle]), low, high), found[0] === start);
      if (found.length > 0) assert.equal(call("index", haystack, needle, low, high), found[0]);
      else assert.throws(() => call("index", haystack, needle, low, high), { message: "index: substring not found" });
    }),
    { numRuns: 3000 },
  );
});

test("partition, split, join and replace", () => {
  fc.assert(
    fc.property(text, separator, short, fc.integer({ min: -1, max: 4 }), (whole, part, other, count) => {
      const found = apart(whole, part);
      const pieces = whole.split(part);
      const [first, last] = [places(whole, part)[0], places(whole, part).at(-1)];
      const around = (i: number) => [whole.slice(0, i), part, whole.slice(i + part.length)];
      assert.deepEqual(call("partition", whole, part), first === undefined ? [whole, "", ""] : around(first));
      assert.deepEqual(call("rpartition", whole, part), last === undefined ? ["", "", whole] : around(last));
      assert.deepEqual(call("split", whole, part), pieces);
      assert.equal(call("join", part, new List(pieces)), whole);
      assert.equal(call("replace", whole, part, other), pieces.join(other));
      const taken = count < 0 ? found.length : Math.min(count, found.length);
      const limited = [...pieces.slice(0, taken), pieces.slice(taken).join(part)];
      assert.deepEqual(call("split", whole, part, count), limited);
      assert.equal(call("replace", whole, part, other, count), limited.join(other));
    }),
    { numRuns: 2000 },
  );
});

test("rsplit cuts where split does, from the right", () => {
  fc.assert(
    fc.property(text, separator, fc.integer({ min: 0, max: 4 }), (whole, part, count) => {
      const pieces = whole.split(part);
      const taken = Math.min(count, pieces.length - 1);
      const rest = pieces.slice(0, pieces.length - taken).join(part);
      assert.deepEqual(call("rsplit", whole, part, count), [rest, ...pieces.slice(pieces.length - taken)]);
    }),
    { numRuns: 1000 },
  );
});

test("replacing nothing puts text between characters", () => {
  fc.assert(
    fc.property(text, short, fc.integer({ min: -1, max: 4 }), (whole, other, count) => {
      const cuts = new Set(boundaries(whole).slice(0, count < 0 ? undefined : count));
      const expected = boundaries(whole).map((at, i, all) => (cuts.has(at) ? other : "") + whole.slice(at, all[i + 1]));
      assert.equal(call("replace", whole, "", other, count), expected.join(""));
    }),
  );
});

test("white space", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 3 }), (whole, count) => {
      const words = whole.split(/[ \n]+/).filter((word) => word !== "");
      assert.deepEqual(call("split", whole), words);
      assert.deepEqual(call("rsplit", whole), words);
      assert.equal(call("strip", whole), whole.replace(/^[ \n]+|[ \n]+$/g, ""));
      assert.equal(call("lstrip", whole), whole.replace(/^[ \n]+/, ""));
      assert.equal(call("rstrip", whole), whole.replace(/[ \n]+$/, ""));
      const lines = whole.split("\n").map((line, i, all) => (i < all.length - 1 ? `${line}\n` : line));
      assert.deepEqual(
        call("splitlines", whole, true),
        lines.filter((line) => line !== ""),
      );
      const limited = call("split", whole, null, count) as string[];
      assert.ok(limited.length <= count + 1);
      assert.deepEqual(
        limited
          .join(" ")
          .split(/[ \n]+/)
          .filter((word) => word !== ""),
        words,
      );
    }),
    { numRuns: 1000 },
  );
});

test("stripping a set of characters, a prefix and a suffix", () => {
  const letters = fc.array(fc.constantFrom("a", "b", ","), { maxLength: 3 }).map((list) => list.join("") || ",");
  fc.assert(
    fc.property(text, letters, short, (whole, set, affix) => {
      let [from, to] = [0, whole.length];
      while (from < to && set.includes(whole[from]!)) from++;
      while (to > from && set.includes(whole[to - 1]!)) to--;
      assert.equal(call("strip", whole, set), whole.slice(from, to));
      assert.equal(call("lstrip", whole, set), whole.slice(from));
      const without = (has: boolean, rest: string) => (has && affix !== "" ? rest : whole);
      assert.equal(call("removeprefix", whole, affix), without(whole.startsWith(affix), whole.slice(affix.length)));
      assert.equal(
        call("removesuffix", whole, affix),
        without(whole.endsWith(affix), whole.slice(0, whole.length - affix.length)),
      );
    }),
    { numRuns: 1000 },
  );
});

test("the views of a string have its bytes and its characters", () => {
  const itemsOf = (view: Value) => {
    const iterator = openIterator(view)!;
    const found: Value[] = [];
    for (let next = iterator.next(); next !== undefined; next = iterator.next()) found.push(next);
    return found;
  };
  const viewOf = (name: string, whole: string) => itemsOf(builtinNamed(`string.${name}`)!.call(thread, whole, [], []));
  fc.assert(
    fc.property(text, (whole) => {
      const starts = boundaries(whole);
      const runes = starts.slice(0, -1).map((at, i) => whole.slice(at, starts[i + 1]));
      assert.deepEqual(viewOf("elems", whole), Array.from(whole));
      assert.deepEqual(
        viewOf("elem_ords", whole),
        Array.from(whole, (byte) => byte.charCodeAt(0)),
      );
      assert.deepEqual(viewOf("codepoints", whole), runes);
      const decoded = runes.map((rune) => Buffer.from(rune, "latin1").toString("utf8").codePointAt(0));
      assert.deepEqual(viewOf("codepoint_ords", whole), decoded);
    }),
  );
});
