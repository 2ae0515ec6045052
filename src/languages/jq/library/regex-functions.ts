/** `_match_impl`, on which `match`, `test` and everything else with regular expressions is built. */
import { codePointsOf, compileRegex } from "../regex/regex.ts";
import type { Regex } from "../regex/regex.ts";
import type { JqObject, Value } from "../value.ts";
import type { Level, NativeContext, NativeFunction } from "./contract.ts";
import { objectBytes, textBytes } from "./contract.ts";
import { fail, failOn } from "./fail.ts";
import { textFromCodePoints } from "./text.ts";

/** Builtins on regular expressions. */
export const regexFunctions: readonly NativeFunction[] = [
  {
    name: "_match_impl",
    arity: 3,
    call: (context, input, pattern, flags, test) =>
      match(context, input, { pattern, flags, test, level: context.level }),
  },
  {
    name: "_all_matches",
    arity: 2,
    call: (context, input, pattern, flags) => match(context, input, { pattern, flags, test: false, level: "1.7" }),
  },
  { name: "_pieces", arity: 3, call: pieces },
];

/** What is searched, and by the habits of which level. */
interface Question {
  readonly pattern: Value;
  readonly flags: Value;
  readonly test: Value;
  readonly level: Level;
}

/** `_match_impl(pattern; flags; test)`: all matches as objects, or only whether there is one. */
function match(context: NativeContext, input: Value, { pattern, flags, test, level }: Question): Value {
  const { regex, text, known } = prepare(context, input, pattern, flags);
  if (test === true) return regex.search(text, 0, context) !== undefined;
  return matches(context, { regex, text, everywhere: known.includes("g"), level });
}

/**
 * `_pieces(pattern; flags; everywhere)`: the text taken apart for a substitution, `[[before, groups], …, [rest]]`, where `groups` are
 * the named groups of a match as an object. As in jq 1.6, what is behind a match is searched as a text of its own. null when that
 * would never end, for a match is empty and not at the end.
 */
function pieces(
  context: NativeContext,
  input: Value,
  pattern: Value = null,
  flags: Value = null,
  everywhere: Value = null,
): Value {
  const { regex, text } = prepare(context, input, pattern, flags);
  const found: Value[] = [];
  let rest = text;
  for (;;) {
    const region = regex.search(rest, 0, context);
    if (region === undefined) break;
    const start = region[0]!;
    const end = region[1]!;
    if (start === end && end < rest.length && everywhere === true) return null;
    context.allocate(objectBytes(2 + regex.names.length));
    const groups: JqObject = new Map();
    for (const [i, name] of start === end ? [] : regex.names.entries()) {
      if (name !== undefined) groups.set(name, groupText(context, rest, region, i + 1));
    }
    found.push([part(context, rest, 0, start), groups]);
    rest = rest.subarray(end);
    if (everywhere !== true || rest.length === 0) break;
  }
  found.push([part(context, rest, 0, rest.length)]);
  return found;
}

function prepare(
  context: NativeContext,
  input: Value,
  pattern: Value,
  flags: Value,
): { regex: Regex; text: Int32Array; known: string } {
  if (typeof input !== "string") failOn(input, "cannot be matched, as it is not a string");
  if (typeof pattern !== "string") failOn(pattern, "is not a string");
  if (flags !== null && typeof flags !== "string") failOn(flags, "is not a string");
  const known = flags ?? "";
  if (/[^gilmnpsx]/.test(known)) fail(`${known.split("\0", 1)[0]} is not a valid modifier string`);
  // As in Oniguruma's own words, m and p both let a dot match a line feed.
  const regex = regexFor(context, pattern, known.replaceAll("m", "p"));
  context.charge(1 + (input.length >>> 2));
  context.allocate(4 * input.length);
  return { regex, text: codePointsOf(input), known };
}

function regexFor(context: NativeContext, pattern: string, flags: string): Regex {
  const key = `${flags}/${pattern}`;
  const known = context.regex.get(key);
  if (known !== undefined) return known as Regex;
  context.charge(pattern.length);
  const regex = compileRegex(pattern, flags);
  context.regex.set(key, regex);
  return regex;
}

interface Search {
  readonly regex: Regex;
  readonly text: Int32Array;
  readonly everywhere: boolean;
  readonly level: Level;
}

/**
 * The matches, one behind the other. After an empty match jq 1.6 goes on one character after where it began to search, not after
 * the match, so that it may find the same one again; and at the very end of the text it does not search.
 */
function matches(context: NativeContext, { regex, text, everywhere, level }: Search): Value[] {
  const found: Value[] = [];
  const isOld = level === "1.6";
  for (let from = 0; from === 0 || from < text.length + (isOld ? 0 : 1);) {
    const region = regex.search(text, from, context);
    if (region === undefined) break;
    const start = region[0]!;
    const end = region[1]!;
    context.allocate(objectBytes(4));
    found.push(matchObject(context, text, region, isOld && start === end ? [] : regex.names));
    if (!everywhere) break;
    if (end > start) from = end;
    else from = isOld ? from + 1 : end + 1;
  }
  return found;
}

function matchObject(context: NativeContext, text: Int32Array, region: Int32Array, names: Regex["names"]): JqObject {
  const captures: Value[] = [];
  for (const [group, name] of names.entries()) captures.push(captureObject(context, text, region, group + 1, name));
  return new Map<string, Value>([
    ["offset", region[0]!],
    ["length", region[1]! - region[0]!],
    ["string", part(context, text, region[0]!, region[1]!)],
    ["captures", captures],
  ]);
}

function captureObject(
  context: NativeContext,
  text: Int32Array,
  region: Int32Array,
  group: number,
  name: string | undefined,
): JqObject {
  context.allocate(objectBytes(4));
  const start = region[2 * group]!;
  const end = region[2 * group + 1]!;
  const string = groupText(context, text, region, group);
  const capture = new Map<string, Value>([["offset", start]]);
  if (start === end) capture.set("string", string).set("length", 0);
  else capture.set("length", end - start).set("string", string);
  return capture.set("name", name ?? null);
}

function groupText(context: NativeContext, text: Int32Array, region: Int32Array, group: number): string | null {
  const start = region[2 * group]!;
  return start === -1 ? null : part(context, text, start, region[2 * group + 1]!);
}

function part(context: NativeContext, text: Int32Array, start: number, end: number): string {
  context.charge((end - start) >>> 2);
  context.allocate(textBytes(end - start));
  return textFromCodePoints(text.subarray(start, end));
}
