/** Text to tokens. The parser pulls them one at a time, for a text's inside is read by other rules than the rest. */
import { JqSyntaxError } from "../errors.ts";
import type { Level } from "../library/contract.ts";

/** What a token is: a keyword or sign as it is written, or a class of them. */
export type TokenKind =
  | "identifier"
  | "field"
  | "literal"
  | "format"
  | "quote"
  | "end of input"
  | "invalid"
  | (string & {});

/** One token. */
export interface Token {
  kind: TokenKind;
  /** A name without `.` or `@`, or the token itself. */
  text: string;
  number: number;
  start: number;
  end: number;
}

const KEYWORDS = new Set(
  "as import include module def if then else elif end reduce foreach try catch label and or __loc__ break".split(" "),
);

/** Words that are not names of functions, though object keys may be written so. */
export function isKeyword(kind: TokenKind): boolean {
  return KEYWORDS.has(kind);
}

const SPACE = /(?:[ \t\r\n]+|#[^\n]*)*/y;
const NUMBER = /[0-9.]+(?:[eE][+-]?[0-9]+)?/y;
const NUMBER_17 = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const NAME = /(?:[a-zA-Z_][a-zA-Z_0-9]*::)*[a-zA-Z_][a-zA-Z_0-9]*/y;
const FIELD = /\.[a-zA-Z_][a-zA-Z_0-9]*/y;
const FORMAT = /@[a-zA-Z0-9_]+/y;
const SIGN = /\?\/\/=?|\/\/=|!=|==|\/\/|\|=|\+=|-=|\*=|\/=|%=|<=|>=|\.\.|[.?=;,:|+\-*/%$<>()[\]{}]/y;

/** The tokens of one source. */
export class Lexer {
  readonly text: string;
  readonly file: string | undefined;
  readonly level: Level;
  /** Where the next token or piece of text begins. */
  position = 0;
  /** Brackets that are open; a closing one that fits none is no token, as in jq. */
  readonly #open: string[] = [];

  constructor(text: string, level: Level, file: string | undefined) {
    this.text = text;
    this.level = level;
    this.file = file;
  }

  /** The next token after spaces and comments. */
  next(): Token {
    const start = this.#match(SPACE, this.position);
    this.position = start;
    if (start >= this.text.length) return this.#token("end of input", "", start, start);
    const number = this.#match(this.level === "1.6" ? NUMBER : NUMBER_17, start);
    const sign = this.#sign(start);
    if (number > sign && number > start) return this.#number(start, number);
    const field = this.#match(FIELD, start);
    if (field > start && field >= number) return this.#token("field", this.text.slice(start + 1, field), start, field);
    if (sign > start) {
      const text = this.text.slice(start, sign);
      return this.#token(this.#bracketed(text) ? text : "invalid", text, start, sign);
    }
    return this.#word(start);
  }

  /**
   * A piece of a text literal, from `position`: decoded text up to the closing quote or the next `\(`, and which of the two (or the
   * end of the source) follows; that is skipped.
   */
  textPiece(): { text: string; end: '"' | "\\(" | "end of input" } {
    let text = "";
    while (this.position < this.text.length) {
      const character = this.text[this.position];
      if (character === '"') {
        this.position++;
        return { text, end: '"' };
      }
      if (character === "\\" && this.text[this.position + 1] === "(") {
        this.position += 2;
        this.#open.push(")");
        return { text, end: "\\(" };
      }
      const next = this.#match(character === "\\" ? ESCAPES : PLAIN, this.position);
      if (next === this.position) {
        this.position = this.text.length;
        break;
      }
      const raw = this.text.slice(this.position, next);
      text += character === "\\" ? this.#unescaped(raw) : raw;
      this.position = next;
    }
    return { text, end: "end of input" };
  }

  /** The error `message` at `offset`. */
  error(message: string, offset: number): JqSyntaxError {
    const before = this.text.slice(0, offset);
    const line = before.split("\n").length;
    return new JqSyntaxError(message, line, offset - before.lastIndexOf("\n"), this.file);
  }

  #bracketed(sign: string): boolean {
    const closing = CLOSING.get(sign);
    if (closing !== undefined) this.#open.push(closing);
    else if (CLOSERS.has(sign)) return this.#open.pop() === sign;
    return true;
  }

  #match(pattern: RegExp, start: number): number {
    pattern.lastIndex = start;
    return pattern.test(this.text) ? pattern.lastIndex : start;
  }

  #sign(start: number): number {
    const end = this.#match(SIGN, start);
    return this.text.startsWith("?//=", start) ? end - 1 : end;
  }

  #token(kind: TokenKind, text: string, start: number, end: number): Token {
    this.position = end;
    return { kind, text, number: 0, start, end };
  }

  #number(start: number, end: number): Token {
    const text = this.text.slice(start, end);
    const number = Number(text);
    if (Number.isNaN(number)) {
      throw this.error(
        `Invalid numeric literal at EOF at line 1, column ${text.length} (while parsing '${text}')`,
        start,
      );
    }
    return { ...this.#token("literal", text, start, end), number };
  }

  #word(start: number): Token {
    const name = this.#match(NAME, start);
    if (name > start) {
      const text = this.text.slice(start, name);
      return this.#token(KEYWORDS.has(text) ? text : "identifier", text, start, name);
    }
    const format = this.#match(FORMAT, start);
    if (format > start) return this.#token("format", this.text.slice(start + 1, format), start, format);
    if (this.text[start] === '"') return this.#token("quote", '"', start, start + 1);
    const character = String.fromCodePoint(this.text.codePointAt(start)!);
    return this.#token("invalid", character, start, start + character.length);
  }

  #unescaped(raw: string): string {
    return raw.replaceAll(
      /\\(?:u([a-zA-Z0-9]{0,4})(?:\\u([a-zA-Z0-9]{0,4}))?|([^]))/g,
      (_, high?: string, low?: string, plain?: string) => {
        if (plain !== undefined) return ESCAPED.get(plain) ?? this.#badEscape(raw, "Invalid escape");
        return this.#codePoint(raw, high!, low);
      },
    );
  }

  #codePoint(raw: string, first: string, second: string | undefined): string {
    const high = this.#hexadecimal(raw, first);
    if (high >= 0xd8_00 && high < 0xdc_00) {
      const low = second === undefined ? 0 : this.#hexadecimal(raw, second);
      if (low >= 0xdc_00 && low < 0xe0_00) return String.fromCharCode(high, low);
      return this.#badEscape(raw, String.raw`Invalid \uXXXX\uXXXX surrogate pair escape`);
    }
    const character = high >= 0xdc_00 && high < 0xe0_00 ? "\ufffd" : String.fromCharCode(high);
    return second === undefined ? character : character + this.#unescaped(`\\u${second}`);
  }

  #hexadecimal(raw: string, digits: string): number {
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return this.#badEscape(raw, String.raw`Invalid \uXXXX escape`);
    return Number.parseInt(digits, 16);
  }

  #badEscape(raw: string, what: string): never {
    const quoted = `"${raw}"`;
    throw this.error(`${what} at line 1, column ${quoted.length} (while parsing '${quoted}')`, this.position);
  }
}

const CLOSING = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);
const CLOSERS = new Set(CLOSING.values());
const PLAIN = /[^\\"]+/y;
const ESCAPES = /(?:\\[^u(]|\\u[a-zA-Z0-9]{0,4})+/y;
const ESCAPED = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["/", "/"],
  ["\\", "\\"],
  ['"', '"'],
]);
