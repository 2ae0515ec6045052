/** Escapes that mean the same within and outside a bracket. */
import type { CharSet } from "./char-set.ts";
import { PatternError, shownName } from "./pattern-error.ts";
import { knownSet, propertySet } from "./properties.ts";
import { checkCode, codeOf, isDigit, isHexDigit, type Reader } from "./reader.ts";

const controls = new Map([
  ["n", 10],
  ["t", 9],
  ["r", 13],
  ["f", 12],
  ["a", 7],
  ["b", 8],
  ["e", 27],
]);

const typeNames = new Map([
  ["w", "word"],
  ["d", "digit"],
  ["s", "space"],
]);

/** The set of `\w`, `\d` or `\s`, and of `\W`, `\D`, `\S`; `undefined` for other letters. */
export function typeSet(letter: string): CharSet | undefined {
  const name = typeNames.get(letter.toLowerCase());
  if (name === undefined) return undefined;
  return typeNames.has(letter) ? knownSet(name) : knownSet(name).invert();
}

/** The code point that the letter after a backslash stands for, when it has no other meaning. */
export function plainEscape(reader: Reader): number {
  if (reader.atEnd) throw new PatternError("end pattern at escape");
  const code = reader.next();
  if (code !== codeOf("c")) return controls.get(String.fromCodePoint(code)) ?? code;
  if (reader.atEnd) throw new PatternError("end pattern at control");
  const control = reader.next();
  if (control === codeOf("?")) return 0x7f;
  return (control === codeOf("\\") ? plainEscape(reader) : control) & 0x9f;
}

/**
 * The code points of `{…}` after `\x` or `\o`: hexadecimal or octal numbers, separated by spaces or line feeds. `undefined`, and
 * nothing taken, when it is not of that form: then the letter stands for itself.
 */
export function braceCodes(reader: Reader, base: 8 | 16): number[] | undefined {
  const start = reader.position;
  reader.next();
  const codes: number[] = [];
  for (;;) {
    const before = reader.position;
    const code = base === 16 ? reader.hexadecimal(8) : reader.octal(11);
    if (code > 0xffffffff) throw new PatternError("too big wide-char value");
    const isLonger = base === 16 ? isHexDigit(reader.peek()) : isDigit(reader.peek());
    if (isLonger) throw new PatternError("too long wide-char value");
    if (reader.position === before) break;
    codes.push(code);
    if (reader.takes("}")) return codes.map(checkCode);
    if (!reader.sees(" ") && !reader.sees("\n")) break;
    while (reader.takes(" ") || reader.takes("\n"));
    if (reader.takes("}")) return codes.map(checkCode);
  }
  reader.position = start;
  return undefined;
}

/** The set of `{name}` or `{^name}` after `\p` or, `negated`, after `\P`; the brace has been read. */
export function braceProperty(reader: Reader, negated: boolean): CharSet {
  const isInverted = reader.takes("^") !== negated;
  const start = reader.position;
  while (!reader.atEnd) {
    const end = reader.position;
    const character = String.fromCodePoint(reader.next());
    if (character === "}") {
      const set = propertySet(reader.slice(start, end));
      if (set === undefined) throw noProperty(reader.slice(start, end));
      return isInverted ? set.invert() : set;
    }
    if ("(){|".includes(character)) throw noProperty(reader.slice(start, end));
  }
  throw new PatternError("end pattern with unmatched parenthesis");
}

function noProperty(name: string): PatternError {
  return new PatternError(`invalid character property name {${shownName(name)}}`);
}

/** How many bytes the character that begins with this one has in UTF-8. */
export function byteCount(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** The code point that UTF-8 bytes are; `undefined` when they are none. */
export function decodeBytes(bytes: readonly number[]): number | undefined {
  const [first = 0, ...rest] = bytes;
  if (rest.length === 0) return first < 0x80 ? first : undefined;
  if (rest.some((byte) => (byte & 0xc0) !== 0x80)) return undefined;
  return rest.reduce((code, byte) => code * 64 + (byte & 0x3f), first & (0x3f >> rest.length));
}
