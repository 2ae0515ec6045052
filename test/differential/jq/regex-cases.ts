/** Random patterns and texts, made to meet the corners of the syntax more often than chance would. */
import type { Random } from "../../../src/languages/starlark/testing/fuzz/random.ts";

export interface RegexCase {
  pattern: string;
  flags: string;
  texts: string[];
}

const literals = ["a", "b", "c", "A", "é", "ß", "s", "S", "ſ", "1", " ", "\\n", "-", "_", "😀"];
// Without \R: libonig 6.9.8 does not repeat it as it should.
const sets = (
  "[abc] [^a] [a-c] \\w \\d \\s \\W \\D [[:alpha:]] [^[:^alpha:]b] \\p{Lu} \\P{L} . \\N \\O [ßa] [a-] \\x{e9} \\X [\\w-] " +
  "[b-\\x{e9}] \\p{^Greek}"
).split(" ");
const anchors = ["^", "$", "\\A", "\\z", "\\Z", "\\b", "\\B", "\\G", "\\y"];
const repeats = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "*+", "++", "?+"];
const behinds = ["(?<=a)", "(?<!b)", "(?<=[ab]c)", "(?<!^)", "(?<=\\w\\w)", "(?<=a|b)", "(?<!é)"];
const references = ["\\1", "\\2", "\\k<-1>"];
const options = ["(?i)", "(?m)", "(?x: a b #c\n)", "(?#x)", "\\Qa*\\E"];
const pieces = ["a", "b", "c", "A", "B", "é", "ß", "s", "S", "ſ", "ss", "1", " ", "\n", "-", "_", "😀", "ẞ", "e\u0301"];

/** A pattern with flags, and texts to try it on. */
export function regexCase(random: Random): RegexCase {
  const pattern = alternatives(random, 3);
  const flags = random.pick(["", "", "", "i", "i", "x", "p", "n", "ni"]);
  return { pattern, flags, texts: [text(random), text(random), text(random)] };
}

function text(random: Random): string {
  return Array.from({ length: random.below(7) }, () => random.pick(pieces)).join("");
}

function alternatives(random: Random, depth: number): string {
  const branches = [sequence(random, depth)];
  while (random.below(3) === 0) branches.push(random.below(6) === 0 ? "" : sequence(random, depth));
  return branches.join("|");
}

function sequence(random: Random, depth: number): string {
  return Array.from({ length: 1 + random.below(3) }, () => item(random, depth)).join("");
}

function item(random: Random, depth: number): string {
  const kind = random.below(depth > 0 ? 20 : 9);
  if (kind === 8) return random.pick(anchors);
  const one = kind < 8 ? random.pick(kind < 5 ? literals : sets) : group(random, depth - 1);
  const isRepeatable = kind < 8 || one.endsWith(")");
  return isRepeatable && !/^\(\?(<?[=!]|i\)|m\)|#)/.test(one) && random.below(3) === 0
    ? one + random.pick(repeats)
    : one;
}

function group(random: Random, depth: number): string {
  const inside = (): string => alternatives(random, depth);
  return random.pick([
    () => `(${inside()})`,
    () => `(${inside()})`,
    () => `(?:${inside()})`,
    () => `(?<n>${inside()})`,
    () => `(?=${inside()})`,
    () => `(?!${inside()})`,
    () => `(?>${inside()})`,
    () => `(?i:${inside()})`,
    () => random.pick(behinds),
    () => random.pick(references),
    () => random.pick(options),
  ])();
}
