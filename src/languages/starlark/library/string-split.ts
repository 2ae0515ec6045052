/** Methods of string that take it apart, put it together or trim it. */
import { EvalError } from "../values/errors.ts";
import { elementsOf } from "../values/iterate.ts";
import { findLastText, findText, searchSteps, splitText } from "../values/search.ts";
import { joinSecret, Secret } from "../values/secret.ts";
import { decodeLastRune, decodeRune, isAscii, runesOf } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { isSpace } from "../values/unicode.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { defineBuiltin } from "./arguments.ts";
import type { BuiltinSpec, Thread } from "./builtin.ts";
import { positional } from "./parameters.ts";
import { countOccurrences } from "./string-search.ts";

/** Bytes that a piece of a string accounts for in a list. */
const pieceSize = 40;

const join = defineBuiltin(
  {
    name: "join",
    doc: "The strings of an iterable, with this string between them.",
    parameters: [positional("parts", "iterable")],
    returns: "string",
  },
  (thread, self, iterable) => {
    const separator = self as string;
    const parts = elementsOf(thread, iterable!)!;
    let length = separator.length * Math.max(parts.length - 1, 0);
    let secrets = false;
    for (const element of parts) {
      if (typeof element === "string") length += element.length;
      else if (element instanceof Secret) secrets = true;
      else throw new EvalError(`join: in list, want string, got ${typeName(element)}`);
    }
    thread.charge(24 + length);
    thread.spend((length >> 5) + 2 * parts.length);
    return secrets
      ? joinWithSecrets(thread, separator, parts as (string | Secret)[])
      : (parts as string[]).join(separator);
  },
);

function joinWithSecrets(thread: Thread, separator: string, parts: (string | Secret)[]): Value {
  const result = joinSecret(parts.flatMap((piece, i) => (i === 0 ? [piece] : [separator, piece])));
  if (result instanceof Secret) thread.charge(result.byteSize());
  return result;
}

const replace = defineBuiltin(
  {
    name: "replace",
    doc: "The string with occurrences of a part replaced, all or the first `count`.",
    parameters: [positional("old", "string"), positional("new", "string"), positional("count", "int", "-1")],
    returns: "string",
  },
  (thread, self, old, by, limit) => {
    const text = self as string;
    const found = countOccurrences(thread, text, old as string);
    const limited = limit === undefined || (limit as number) < 0 ? found : Math.min(found, limit as number);
    if (limited === 0) return text;
    const length = text.length + limited * ((by as string).length - (old as string).length);
    thread.charge(24 + length + 16 * limited);
    thread.spend((length >> 5) + 4 * limited);
    if (old === "") return replaceEmpty(text, by as string, limited);
    if (limited <= fewPieces) return replaceFew(text, old as string, by as string, limited);
    if (limited === found) return splitText(text, old as string).join(by as string);
    return replaceFirst(text, old as string, by as string, limited);
  },
);

/** So few pieces are put together sooner than by way of an array. */
const fewPieces = 4;

function replaceFew(text: string, old: string, by: string, count: number): string {
  let result = "";
  let rest = 0;
  for (let i = 0; i < count; i++) {
    const at = findText(text, old, rest);
    result += text.slice(rest, at) + by;
    rest = at + old.length;
  }
  return result + text.slice(rest);
}

function replaceFirst(text: string, old: string, by: string, count: number): string {
  const pieces: string[] = [];
  let rest = 0;
  for (let i = 0; i < count; i++) {
    const at = findText(text, old, rest);
    pieces.push(text.slice(rest, at));
    rest = at + old.length;
  }
  pieces.push(text.slice(rest));
  return pieces.join(by);
}

/** The empty text is found before every code point and at the end. */
function replaceEmpty(text: string, by: string, count: number): string {
  const pieces: string[] = [""];
  let rest = 0;
  for (let i = 1; i < count; i++) {
    const { width } = decodeRune(text, rest);
    pieces.push(text.slice(rest, rest + width));
    rest += width;
  }
  return pieces.join(by) + by + text.slice(rest);
}

/** split and rsplit. */
function splitting(name: string, doc: string, fromEnd: boolean): BuiltinSpec {
  return defineBuiltin(
    {
      name,
      doc,
      parameters: [positional("sep", "string | None", "None"), positional("maxsplit", "int", "-1")],
      returns: "list",
    },
    (thread, self, separator, limit) => {
      const text = self as string;
      const most = limit === undefined ? -1 : (limit as number);
      if (separator === undefined || separator === null) return splitSpace(thread, text, most, fromEnd);
      if (typeof separator !== "string") {
        throw new EvalError(`split: got ${typeName(separator)} for separator, want string`);
      }
      if (separator === "") throw new EvalError("split: empty separator");
      return splitAt(thread, text, separator, most, fromEnd);
    },
  );
}

function splitAt(thread: Thread, text: string, separator: string, most: number, fromEnd: boolean): List {
  const found = countOccurrences(thread, text, separator);
  const cuts = most < 0 ? found : Math.min(found, most);
  chargePieces(thread, text, cuts + 1);
  if (cuts === found) return new List(splitText(text, separator));
  return new List(fromEnd ? cutFromEnd(text, separator, found, cuts) : cutFromStart(text, separator, cuts));
}

function chargePieces(thread: Thread, text: string, pieces: number): void {
  thread.charge(48 + pieceSize * pieces + text.length);
  thread.spend(4 * pieces);
}

function cutFromStart(text: string, separator: string, cuts: number): string[] {
  const pieces: string[] = [];
  let rest = 0;
  for (let i = 0; i < cuts; i++) {
    const at = findText(text, separator, rest);
    pieces.push(text.slice(rest, at));
    rest = at + separator.length;
  }
  pieces.push(text.slice(rest));
  return pieces;
}

/** As starlark-go does it: occurrences are found from the start, and what comes before the last `cuts` stays together. */
function cutFromEnd(text: string, separator: string, found: number, cuts: number): string[] {
  let at = -separator.length;
  for (let i = 0; i < found - cuts; i++) at = findText(text, separator, at + separator.length);
  if (cuts === 0) return [text];
  const first = findText(text, separator, at + separator.length);
  return [text.slice(0, first), ...splitText(text.slice(first + separator.length), separator)];
}

/** Splits at white space, of which any amount separates; pieces are never empty. */
function splitSpace(thread: Thread, text: string, most: number, fromEnd: boolean): List {
  thread.spend(text.length >> (isAscii(text) ? 1 : 0));
  const words = fromEnd && most >= 0 ? wordsFromEnd(text, most) : wordsFromStart(text, most);
  chargePieces(thread, text, words.length);
  return new List(words);
}

/** Words; after `most` of them the rest of the text stays together (never, when negative). */
function wordsFromStart(text: string, most: number): string[] {
  const words: string[] = [];
  let start = -1;
  for (let i = 0; i < text.length;) {
    const { rune, width } = decodeRune(text, i);
    if (!isSpace(rune)) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      if (words.length === most) break;
      words.push(text.slice(start, i));
      start = -1;
    }
    i += width;
  }
  if (start >= 0) words.push(text.slice(start));
  return words;
}

function wordsFromEnd(text: string, most: number): string[] {
  const words: string[] = [];
  let end = -1;
  for (let i = text.length; i > 0;) {
    const { rune, width } = decodeLastRune(text, i);
    if (!isSpace(rune)) {
      if (end < 0) end = i;
    } else if (end >= 0) {
      if (words.length === most) break;
      words.push(text.slice(i, end));
      end = -1;
    }
    i -= width;
  }
  if (end >= 0) words.push(text.slice(0, end));
  return words.toReversed();
}

const splitlines = defineBuiltin(
  {
    name: "splitlines",
    doc: "The lines, without their line feeds unless `keepends`.",
    parameters: [positional("keepends", "bool", "False")],
    returns: "list",
  },
  (thread, self, keepEnds) => {
    const text = self as string;
    if (text === "") return new List([]);
    chargePieces(thread, text, countOccurrences(thread, text, "\n") + 1);
    const lines = text.split("\n");
    if (text.endsWith("\n")) lines.pop();
    if (keepEnds !== true) return new List(lines);
    return new List(lines.map((line, i) => (i < lines.length - 1 || text.endsWith("\n") ? `${line}\n` : line)));
  },
);

/** partition and rpartition. */
function partitioning(name: string, doc: string, fromEnd: boolean): BuiltinSpec {
  return defineBuiltin(
    { name, doc, parameters: [positional("sep", "string")], returns: "tuple" },
    (thread, self, separator) => {
      const text = self as string;
      const sep = separator as string;
      if (sep === "") throw new EvalError(`${name}: empty separator`);
      thread.charge(128 + text.length);
      thread.spend(searchSteps(text, sep));
      const at = fromEnd ? findLastText(text, sep) : findText(text, sep);
      if (at >= 0) return new Tuple([text.slice(0, at), sep, text.slice(at + sep.length)]);
      return new Tuple(fromEnd ? ["", "", text] : [text, "", ""]);
    },
  );
}

/** strip, lstrip and rstrip. */
function stripping(name: string, doc: string, left: boolean, right: boolean): BuiltinSpec {
  return defineBuiltin(
    { name, doc, parameters: [positional("chars", "string", "white space")], returns: "string" },
    (thread, self, characters) => {
      const text = self as string;
      thread.charge(24 + text.length);
      const strips = stripTest((characters as string | undefined) ?? "");
      const start = left ? firstKept(text, strips) : 0;
      const end = right ? lastKept(text, start, strips) : text.length;
      thread.spend((start + text.length - end) >> 1);
      return text.slice(start, end);
    },
  );
}

/** Which code points are stripped: those of a text, white space when it is empty. */
function stripTest(characters: string): (rune: number) => boolean {
  if (characters === "") return isSpace;
  const runes = new Set(runesOf(characters));
  return (rune) => runes.has(rune);
}

function firstKept(text: string, strips: (rune: number) => boolean): number {
  let at = 0;
  while (at < text.length) {
    const { rune, width } = decodeRune(text, at);
    if (!strips(rune)) break;
    at += width;
  }
  return at;
}

function lastKept(text: string, start: number, strips: (rune: number) => boolean): number {
  let end = text.length;
  while (end > start) {
    const { rune, width } = decodeLastRune(text, end);
    if (!strips(rune)) break;
    end -= width;
  }
  return end;
}

/** removeprefix and removesuffix. */
const removeprefix = defineBuiltin(
  {
    name: "removeprefix",
    doc: "The string without a prefix, if it has it.",
    parameters: [positional("prefix", "string")],
    returns: "string",
  },
  (thread, self, prefix) => {
    const text = self as string;
    thread.charge(24 + text.length);
    return text.startsWith(prefix as string) ? text.slice((prefix as string).length) : text;
  },
);

const removesuffix = defineBuiltin(
  {
    name: "removesuffix",
    doc: "The string without a suffix, if it has it.",
    parameters: [positional("suffix", "string")],
    returns: "string",
  },
  (thread, self, suffix) => {
    const text = self as string;
    thread.charge(24 + text.length);
    return text.endsWith(suffix as string) ? text.slice(0, text.length - (suffix as string).length) : text;
  },
);

export const splitMethods: readonly BuiltinSpec[] = [
  join,
  replace,
  splitlines,
  removeprefix,
  removesuffix,
  splitting("split", "The pieces between separators (white space by default), at most maxsplit + 1.", false),
  splitting("rsplit", "As split, but counts maxsplit from the end.", true),
  partitioning("partition", "What comes before the first separator, the separator, and what comes after.", false),
  partitioning("rpartition", "What comes before the last separator, the separator, and what comes after.", true),
  stripping("strip", "The string without white space, or given characters, at both ends.", true, true),
  stripping("lstrip", "The string without white space, or given characters, at its start.", true, false),
  stripping("rstrip", "The string without white space, or given characters, at its end.", false, true),
];
