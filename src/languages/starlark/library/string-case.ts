/** Methods of string about letters: case mapping and classification, by our own Unicode tables. */
import { everyRune, isAscii, mapRunes } from "../values/text.ts";
import {
  isCased,
  isDigit,
  isLetter,
  isLower,
  isSpace,
  isTitle,
  isUpper,
  toLowerRune,
  toTitleRune,
  toUpperRune,
} from "../values/unicode.ts";
import { defineBuiltin } from "./arguments.ts";
import type { BuiltinSpec, Thread } from "./builtin.ts";

/** A method without arguments. */
function method(
  name: string,
  returns: string,
  doc: string,
  run: (thread: Thread, text: string) => string | boolean,
): BuiltinSpec {
  return defineBuiltin({ name, doc, parameters: [], returns }, (thread, self) => run(thread, self as string));
}

/** Accounts for a pass over a text that makes a new one. Decoding costs much more than copying. */
function chargeMapped(thread: Thread, text: string): void {
  thread.charge(24 + text.length);
  thread.spend(text.length >> 5);
}

function chargeDecoded(thread: Thread, text: string): void {
  thread.spend(2 * text.length);
}

function toLower(thread: Thread, text: string): string {
  chargeMapped(thread, text);
  if (isAscii(text)) return text.toLowerCase();
  chargeDecoded(thread, text);
  return mapRunes(text, toLowerRune);
}

function toUpper(thread: Thread, text: string): string {
  chargeMapped(thread, text);
  if (isAscii(text)) return text.toUpperCase();
  chargeDecoded(thread, text);
  return mapRunes(text, toUpperRune);
}

function capitalize(thread: Thread, text: string): string {
  chargeMapped(thread, text);
  if (isAscii(text)) return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
  chargeDecoded(thread, text);
  let first = true;
  return mapRunes(text, (rune) => {
    const mapped = first ? toTitleRune(rune) : toLowerRune(rune);
    first = false;
    return mapped;
  });
}

function title(thread: Thread, text: string): string {
  chargeMapped(thread, text);
  thread.spend(text.length >> 2);
  if (isAscii(text)) return text.replaceAll(/[A-Za-z]+/g, titleWord);
  chargeDecoded(thread, text);
  let previousCased = false;
  return mapRunes(text, (rune) => {
    const mapped = previousCased ? toLowerRune(rune) : toTitleRune(rune);
    previousCased = isCased(mapped);
    return mapped;
  });
}

function titleWord(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

/** Whether there are code points and all are of a kind; `ascii` decides for plain ASCII. */
function all(thread: Thread, text: string, ascii: RegExp, kind: (rune: number) => boolean): boolean {
  thread.spend(text.length >> 5);
  if (isAscii(text)) return ascii.test(text);
  chargeDecoded(thread, text);
  return everyRune(text, kind);
}

function hasCased(thread: Thread, text: string): boolean {
  if (isAscii(text)) return /[A-Za-z]/.test(text);
  chargeDecoded(thread, text);
  return !everyRune(text, (rune) => !isCased(rune));
}

/** Capitals follow what has no case, small letters what has. As in starlark-go, only A-Z are capitals here. */
function isTitled(thread: Thread, text: string): boolean {
  chargeDecoded(thread, text);
  let [cased, previousCased] = [false, false];
  const fits = everyRune(text, (rune) => {
    const capital = (rune >= 0x41 && rune <= 0x5a) || isTitle(rune);
    if (!capital && isUpper(rune)) return false;
    const letter = capital || isLower(rune);
    if (letter && capital === previousCased) return false;
    cased ||= letter;
    previousCased = letter;
    return true;
  });
  return fits && cased;
}

export const caseMethods: readonly BuiltinSpec[] = [
  method("capitalize", "string", "The string with its first letter as a capital and all others small.", capitalize),
  method("isalnum", "bool", "Whether there are only letters and digits, at least one.", (thread, text) =>
    all(thread, text, /^[A-Za-z0-9]+$/, (rune) => isLetter(rune) || isDigit(rune)),
  ),
  method("isalpha", "bool", "Whether there are only letters, at least one.", (thread, text) =>
    all(thread, text, /^[A-Za-z]+$/, isLetter),
  ),
  method("isdigit", "bool", "Whether there are only digits, at least one.", (thread, text) =>
    all(thread, text, /^[0-9]+$/, isDigit),
  ),
  method(
    "islower",
    "bool",
    "Whether there are letters and none is a capital.",
    (thread, text) => hasCased(thread, text) && text === toLower(thread, text),
  ),
  method("isspace", "bool", "Whether there is only white space, at least one character.", (thread, text) =>
    all(thread, text, /^[ \t-\r]+$/, isSpace),
  ),
  method("istitle", "bool", "Whether each word begins with a capital, followed by small letters.", isTitled),
  method(
    "isupper",
    "bool",
    "Whether there are letters and all are capitals.",
    (thread, text) => hasCased(thread, text) && text === toUpper(thread, text),
  ),
  method("lower", "string", "The string in small letters.", toLower),
  method("title", "string", "The string with a capital at the beginning of each word.", title),
  method("upper", "string", "The string in capitals.", toUpper),
];
