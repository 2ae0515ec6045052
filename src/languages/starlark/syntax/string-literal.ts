/**
 * String and bytes literals (specification: String literals). As in Go, an escape must be one that exists, and in a
 * string \x and octal escapes stop at 127, because \u is there for the UTF-8 encoding of the rest.
 */
import { SyntaxProblem } from "./problem.ts";
import { encodeRune, toText, fromText } from "../values/text.ts";

export interface StringLiteralText {
  isBytes: boolean;
  /** A byte string. */
  value: string;
  /** Offset after the closing quote. */
  end: number;
}

const newline = 0x0a;
const backslash = 0x5c;

const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

/** Reads the literal that begins at `start`, with its prefix (r, b, rb) or its quote. Throws SyntaxProblem. */
export function readString(text: string, start: number): StringLiteralText {
  let quoteAt = start;
  const isRaw = text.charCodeAt(quoteAt) === 0x72;
  if (isRaw) quoteAt++;
  const isBytes = text.charCodeAt(quoteAt) === 0x62;
  if (isBytes) quoteAt++;
  const mark = text[quoteAt]!;
  const isTriple = text.startsWith(mark.repeat(3), quoteAt);
  const width = isTriple ? 3 : 1;
  const end = findEnd(text, start, quoteAt + width, { quote: mark.charCodeAt(0), isTriple });
  const body = text.slice(quoteAt + width, end - width);
  const bytes = fromText(body);
  if (isRaw || !bytes.includes("\\")) return { isBytes, value: bytes, end };
  try {
    return { isBytes, value: unescape(bytes, isBytes), end };
  } catch (error) {
    if (error instanceof EscapeProblem) throw new SyntaxProblem(error.message, quoteAt);
    throw error;
  }
}

/** Offset after the closing quote. A backslash protects the next character, in raw literals too. */
function findEnd(
  text: string,
  start: number,
  from: number,
  { quote, isTriple }: { quote: number; isTriple: boolean },
): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === quote) {
      if (!isTriple) return at + 1;
      if (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote) return at + 3;
    } else if (code === newline && !isTriple) throw new SyntaxProblem("unexpected newline in string", start);
  }
  throw new SyntaxProblem("unexpected EOF in string", start);
}

class EscapeProblem extends Error {}

function unescape(bytes: string, isBytes: boolean): string {
  let value = "";
  let at = 0;
  for (;;) {
    const next = bytes.indexOf("\\", at);
    if (next === -1) return value + bytes.slice(at);
    value += bytes.slice(at, next);
    const escape = readEscape(bytes, next, isBytes);
    value += escape.value;
    at = next + escape.length;
  }
}

/** `length` counts from the backslash. */
interface Escape {
  value: string;
  length: number;
}

function readEscape(bytes: string, at: number, isBytes: boolean): Escape {
  const letter = bytes[at + 1];
  if (letter === undefined) throw new EscapeProblem("truncated escape sequence \\");
  const simple = simpleEscapes[letter];
  if (simple !== undefined) return { value: simple, length: 2 };
  if (letter >= "0" && letter <= "7") return octalEscape(bytes, at, isBytes);
  if (letter === "x") return hexEscape(bytes, at, isBytes);
  if (letter === "u") return unicodeEscape(bytes, at, 4);
  if (letter === "U") return unicodeEscape(bytes, at, 8);
  // As in starlark-go, the first byte of a character is shown as the code point of its number.
  throw new EscapeProblem(`invalid escape sequence \\${bytes.charAt(at + 1)}`);
}

/** One to three digits. */
function octalEscape(bytes: string, at: number, isBytes: boolean): Escape {
  const digits = /^[0-7]{1,3}/.exec(bytes.slice(at + 1, at + 4))![0];
  const code = Number.parseInt(digits, 8);
  if (!isBytes && code > 127) throw nonAscii("octal", `\\${code.toString(8)}`, code);
  if (code > 255) throw new EscapeProblem(`invalid escape sequence \\${code.toString(8)}`);
  return { value: String.fromCharCode(code), length: 1 + digits.length };
}

function hexEscape(bytes: string, at: number, isBytes: boolean): Escape {
  const { code, escape } = hexDigits(bytes, at, 2);
  if (!isBytes && code > 127) throw nonAscii("hex", escape, code);
  return { value: String.fromCharCode(code), length: 4 };
}

function unicodeEscape(bytes: string, at: number, digits: number): Escape {
  const { code, escape } = hexDigits(bytes, at, digits);
  if (code > 0x10ffff) {
    throw new EscapeProblem(`code point out of range: ${escape} (max \\U${code.toString(16).padStart(8, "0")})`);
  }
  if (code >= 0xd800 && code < 0xe000) throw new EscapeProblem(`invalid Unicode code point ${showCodePoint(code)}`);
  return { value: encodeRune(code), length: 2 + digits };
}

function hexDigits(bytes: string, at: number, count: number): { code: number; escape: string } {
  const escape = bytes.slice(at, at + 2 + count);
  if (escape.length < 2 + count) throw new EscapeProblem(`truncated escape sequence ${toText(bytes.slice(at))}`);
  const digits = escape.slice(2);
  if (!/^[0-9a-fA-F]+$/.test(digits)) throw new EscapeProblem(`invalid escape sequence ${toText(escape)}`);
  return { code: Number.parseInt(digits, 16), escape };
}

function nonAscii(kind: string, escape: string, code: number): EscapeProblem {
  const hex = code.toString(16).toUpperCase().padStart(4, "0");
  return new EscapeProblem(`non-ASCII ${kind} escape ${escape} (use \\u${hex} for the UTF-8 encoding of U+${hex})`);
}

function showCodePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
