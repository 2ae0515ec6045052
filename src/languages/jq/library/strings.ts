/** Builtins on strings, but for regular expressions and formats. */
import type { Value } from "../value.ts";
import type { NativeContext, NativeFunction } from "./contract.ts";
import { arrayBytes, textBytes } from "./contract.ts";
import { utf8Size } from "./dump.ts";
import { fail, failOn } from "./fail.ts";
import { toInt32 } from "./integers.ts";
import { printJson, textOf } from "./json-print.ts";
import { parseJson } from "./json-text.ts";
import { index } from "./paths.ts";
import { refuseSecret, withoutMarkers } from "./secrets.ts";
import { findSequence } from "./slices.ts";
import { nextOffset, splitText } from "./text.ts";

/** Builtins on strings. */
export const stringFunctions: readonly NativeFunction[] = [
  { name: "tostring", arity: 0, call: textOf },
  { name: "tojson", arity: 0, call: printJson },
  { name: "fromjson", arity: 0, call: fromJson },
  { name: "tonumber", arity: 0, call: toNumber },
  { name: "explode", arity: 0, call: explode },
  { name: "implode", arity: 0, call: implode },
  { name: "split", arity: 1, call: (context, input, separator) => split(context, input, separator) },
  { name: "startswith", arity: 1, call: startsWith },
  { name: "endswith", arity: 1, call: endsWith },
  { name: "ltrimstr", arity: 1, call: trimStart },
  { name: "rtrimstr", arity: 1, call: trimEnd },
  { name: "ascii_downcase", arity: 0, call: (context, input) => changeCase(context, input, "ascii_downcase") },
  { name: "ascii_upcase", arity: 0, call: (context, input) => changeCase(context, input, "ascii_upcase") },
  { name: "indices", arity: 1, call: (context, input, wanted) => indices(context, input, wanted) },
  { name: "index", arity: 1, call: (context, input, wanted) => firstIndex(context, input, wanted) },
  { name: "rindex", arity: 1, call: (context, input, wanted) => lastIndex(context, input, wanted) },
  {
    name: "trim",
    arity: 0,
    since: "1.7",
    call: (_, input) => trimmable(input).replace(leading, "").replace(trailing, ""),
  },
  { name: "ltrim", arity: 0, since: "1.7", call: (_, input) => trimmable(input).replace(leading, "") },
  { name: "rtrim", arity: 0, since: "1.7", call: (_, input) => trimmable(input).replace(trailing, "") },
];

/** The white space of Unicode. */
const spaces = String.raw`[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const leading = new RegExp(`^${spaces}+`);
const trailing = new RegExp(`(?<!${spaces})${spaces}+$`);

function trimmable(input: Value): string {
  if (typeof input !== "string") fail("trim input must be a string");
  return input;
}

function fromJson(context: NativeContext, input: Value): Value {
  if (typeof input !== "string") failOn(input, "only strings can be parsed");
  return parseJson(context, input);
}

/** The number that a string is; everything that `fromjson` reads as a number is one. */
function toNumber(context: NativeContext, input: Value): Value {
  if (typeof input === "number") return input;
  if (typeof input === "string") {
    const value = parseJson(context, input.split("\0", 1)[0]!);
    if (typeof value === "number") return value;
  }
  failOn(input, "cannot be parsed as a number");
}

function explode(context: NativeContext, input: Value): Value[] {
  if (typeof input !== "string") fail("explode input must be a string");
  refuseSecret(input);
  context.charge(input.length);
  context.allocate(arrayBytes(input.length));
  const codePoints: Value[] = [];
  for (let i = 0; i < input.length; i = nextOffset(input, i)) codePoints.push(input.codePointAt(i)!);
  return codePoints;
}

/** The string of these code points; what is no code point becomes U+FFFD. */
function implode(context: NativeContext, input: Value): string {
  if (!Array.isArray(input)) fail("implode input must be an array");
  context.charge(input.length);
  context.allocate(textBytes(input.length));
  let text = "";
  for (const element of input) {
    if (typeof element !== "number") fail("Unicode codepoint must be numeric");
    const code = toInt32(element);
    const isCodePoint = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    text += String.fromCodePoint(isCodePoint ? code : 0xfffd);
  }
  return withoutMarkers(text);
}

function split(context: NativeContext, input: Value, separator: Value): Value {
  if (typeof input !== "string" || typeof separator !== "string") fail("split input and separator must be strings");
  return splitText(context, input, separator);
}

function startsWith(context: NativeContext, input: Value, start: Value = null): boolean {
  if (typeof input !== "string" || typeof start !== "string") fail("startswith() requires string inputs");
  context.charge(start.length >>> 4);
  return input.startsWith(start);
}

function endsWith(context: NativeContext, input: Value, end: Value = null): boolean {
  if (typeof input !== "string" || typeof end !== "string") fail("endswith() requires string inputs");
  context.charge(end.length >>> 4);
  return input.endsWith(end);
}

function trimStart(context: NativeContext, input: Value, start: Value = null): Value {
  if (typeof start === "string") context.charge(start.length >>> 4);
  const fits = typeof input === "string" && typeof start === "string" && input.startsWith(start);
  return fits ? input.slice(start.length) : input;
}

function trimEnd(context: NativeContext, input: Value, end: Value = null): Value {
  if (typeof end === "string") context.charge(end.length >>> 4);
  const fits = typeof input === "string" && typeof end === "string" && input.endsWith(end);
  return fits ? input.slice(0, input.length - end.length) : input;
}

function changeCase(context: NativeContext, input: Value, name: "ascii_downcase" | "ascii_upcase"): string {
  if (typeof input !== "string") {
    fail(context.level === "1.6" ? "explode input must be a string" : `${name} input must be a string`);
  }
  refuseSecret(input);
  context.charge(input.length >>> 4);
  context.allocate(textBytes(input.length));
  if (name === "ascii_downcase") return input.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return input.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** Where `wanted` occurs: in strings in bytes of UTF-8 and without overlaps (jq 1.7: in code points and with overlaps). */
function indices(context: NativeContext, input: Value, wanted: Value): Value {
  if (Array.isArray(input)) return findSequence(context, input, Array.isArray(wanted) ? wanted : [wanted]);
  if (typeof input === "string" && typeof wanted === "string") return textIndices(context, input, wanted);
  return index(context, input, wanted);
}

function firstIndex(context: NativeContext, input: Value, wanted: Value): Value {
  return index(context, indices(context, input, wanted), 0);
}

function lastIndex(context: NativeContext, input: Value, wanted: Value): Value {
  return index(context, indices(context, input, wanted), -1);
}

function textIndices(context: NativeContext, text: string, wanted: string): Value[] {
  context.charge(1 + (text.length >>> 4));
  const found: Value[] = [];
  if (wanted === "") return found;
  const inBytes = context.level === "1.6";
  let counted = 0;
  let units = 0;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + (inBytes ? wanted.length : 1))) {
    for (; units < at; units = nextOffset(text, units)) counted += inBytes ? utf8Size(text.codePointAt(units)!) : 1;
    context.charge(1);
    found.push(counted);
  }
  context.allocate(arrayBytes(found.length));
  return found;
}
