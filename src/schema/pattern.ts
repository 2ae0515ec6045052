/**
 * The patterns of schemas. They are of ECMA-262; many in use were written for Java. Neither runs on the host's regular expressions,
 * which nothing could stop: what ECMA-262 means is written in the syntax of our own, which count their steps.
 */
import { JqError } from "../languages/jq/errors.ts";
import { codePointsOf, compileRegex, type Regex } from "../languages/jq/regex/regex.ts";
import type { Budget } from "./budget.ts";

const lineEnds = "\\n\\r\\x{2028}\\x{2029}";
const spaces =
  "\\t\\n\\x{b}\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
const wordCharacters = "0-9A-Z_a-z";

/** What stands for an escaped letter, as members of a set. */
const sets = new Map([
  ["d", "0-9"],
  ["w", wordCharacters],
  ["s", spaces],
]);

const boundary = `(?:(?<=[${wordCharacters}])(?![${wordCharacters}])|(?<![${wordCharacters}])(?=[${wordCharacters}]))`;
const noBoundary = `(?:(?<=[${wordCharacters}])(?=[${wordCharacters}])|(?<![${wordCharacters}])(?![${wordCharacters}]))`;

/** Outside of sets. */
const plain = new Map([
  ["^", "\\A"],
  ["$", "\\z"],
  [".", `[^${lineEnds}]`],
]);

const escapesOutside = new Map([
  ["b", boundary],
  ["B", noBoundary],
  ["v", "\\x{b}"],
  ["/", "/"],
  ["0", "\\x{0}"],
]);

const escapesInside = new Map([
  ["b", "\\x{8}"],
  ["v", "\\x{b}"],
  ["/", "/"],
  ["0", "\\x{0}"],
]);

/** A pattern of ECMA-262 in the syntax of our regular expressions. */
function fromEcmaScript(pattern: string): string {
  let result = "";
  let at = 0;
  while (at < pattern.length) {
    if (pattern.startsWith("\\Q", at)) [result, at] = append(result, readQuoted(pattern, at));
    else if (pattern[at] === "[") [result, at] = append(result, readSet(pattern, at));
    else if (pattern[at] === "\\") [result, at] = append(result, readEscape(pattern, at, false));
    else {
      const character = String.fromCodePoint(pattern.codePointAt(at)!);
      result += plain.get(character) ?? character;
      at += character.length;
    }
  }
  return result;
}

/** What is read, and where it goes on. */
type Read = [text: string, next: number];

function append(result: string, [text, next]: Read): Read {
  return [result + text, next];
}

/** `\Q…\E` of Java, where everything between is text. */
function readQuoted(pattern: string, start: number): Read {
  const end = pattern.indexOf("\\E", start);
  const next = end < 0 ? pattern.length : end + 2;
  return [pattern.slice(start, next), next];
}

function readSet(pattern: string, start: number): Read {
  const isNegated = pattern[start + 1] === "^";
  let at = start + (isNegated ? 2 : 1);
  let inside = "";
  const outside: string[] = [];
  while (at < pattern.length && pattern[at] !== "]") {
    if (pattern[at] === "\\") {
      const complement = /^\\[DWS]/.exec(pattern.slice(at, at + 2))?.[0][1];
      if (complement !== undefined) {
        outside.push(`[^${sets.get(complement.toLowerCase())}]`);
        at += 2;
      } else [inside, at] = append(inside, readEscape(pattern, at, true));
    } else {
      const character = String.fromCodePoint(pattern.codePointAt(at)!);
      inside += character === "[" || character === "&" ? `\\${character}` : character;
      at += character.length;
    }
  }
  const next = Math.min(at + 1, pattern.length);
  if (at >= pattern.length) return [pattern.slice(start), next];
  return [setText(inside, outside, isNegated), next];
}

/** The set of `inside` and of whole sets; those are alternatives, for a set cannot hold a complement of a set. */
function setText(inside: string, outside: readonly string[], isNegated: boolean): string {
  if (outside.length === 0) {
    if (inside === "") return isNegated ? "[\\x{0}-\\x{10ffff}]" : "(?!)";
    return isNegated ? `[^${inside}]` : `[${inside}]`;
  }
  const either = [...(inside === "" ? [] : [`[${inside}]`]), ...outside].join("|");
  return isNegated ? `(?:(?!${either})[\\x{0}-\\x{10ffff}])` : `(?:${either})`;
}

function readEscape(pattern: string, start: number, isInside: boolean): Read {
  const letter = pattern[start + 1] ?? "";
  const unicode =
    /^\\u(?:\{([0-9a-fA-F]{1,6})\}|([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|([0-9a-fA-F]{4}))/.exec(
      pattern.slice(start, start + 12),
    );
  if (unicode !== null) return [`\\x{${codeOf(unicode).toString(16)}}`, start + unicode[0].length];
  const hexadecimal = /^\\x([0-9a-fA-F]{2})/.exec(pattern.slice(start, start + 4))?.[1];
  if (hexadecimal !== undefined) return [`\\x{${hexadecimal}}`, start + 4];
  const property = /^\\([pP])\{(?:[A-Za-z_]+=)?([\w ]+)\}/.exec(pattern.slice(start, start + 80));
  if (property !== null) return [`\\${property[1]}{${property[2]}}`, start + property[0].length];
  const set = sets.get(letter.toLowerCase());
  if (set !== undefined) return [isInside ? set : `[${letter === letter.toLowerCase() ? "" : "^"}${set}]`, start + 2];
  // A group that took no part matches the empty text.
  const reference = isInside ? undefined : /^\\([1-9]\d?)/.exec(pattern.slice(start, start + 3))?.[1];
  if (reference !== undefined) return [`(?:(?(${reference})\\${reference}|))`, start + 1 + reference.length];
  const escaped = (isInside ? escapesInside : escapesOutside).get(letter);
  if (escaped !== undefined) return [escaped, start + 2];
  const character = start + 1 < pattern.length ? String.fromCodePoint(pattern.codePointAt(start + 1)!) : "";
  return [`\\${character}`, start + 1 + character.length];
}

function codeOf([, braced, high, low, four]: RegExpExecArray): number {
  if (high === undefined || low === undefined) return Number.parseInt(braced ?? four ?? "0", 16);
  return 0x10000 + ((Number.parseInt(high, 16) & 0x3ff) << 10) + (Number.parseInt(low, 16) & 0x3ff);
}

/** Compiles a pattern, as ECMA-262 means it, or else as Java would. Throws `JqError` when it is neither. */
export function compilePattern(pattern: string): Regex {
  try {
    return compileRegex(fromEcmaScript(pattern), "");
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    return compileRegex(pattern, "");
  }
}

/** A pattern as Ajv wants it. `toString` tells patterns apart. */
export class SchemaPattern {
  readonly #pattern: string;
  readonly #regex: Regex;
  readonly #budget: Budget;

  /** Throws `JqError`. */
  constructor(pattern: string, budget: Budget) {
    this.#pattern = pattern;
    this.#regex = compilePattern(pattern);
    this.#budget = budget;
  }

  test(text: string): boolean {
    this.#budget.charge(1 + (text.length >> 4));
    return this.#regex.search(codePointsOf(text), 0, this.#budget) !== undefined;
  }

  toString(): string {
    return this.#pattern;
  }
}
