/**
 * The scanner: text to tokens, one at a time (specification: Lexical elements). It works on character codes and looks
 * at most characters once.
 */
import { readNumber } from "./number-literal.ts";
import { SyntaxProblem } from "./problem.ts";
import { readString } from "./string-literal.ts";
import { punctuationLongestFirst, tokenOfWord, type Token } from "./token.ts";
import { quoteText } from "../values/quote.ts";
import { fromText, toText } from "../values/text.ts";
import { isLetter } from "../values/unicode.ts";

const tab = 0x09;
const newline = 0x0a;
const space = 0x20;
const hash = 0x23;
const dot = 0x2e;
const backslash = 0x5c;

/** A comment: offsets of its `#` and of the end of its line. */
export interface Comment {
  start: number;
  end: number;
}

/** What a character begins, by its code. */
const nothing = 0;
const word = 1;
const digit = 2;
const quote = 3;
const opening = 4;
const closing = 5;
const operator = 6;

const { beginnings, operators } = buildTables();

export class Scanner {
  readonly text: string;
  /** The current token. */
  token: Token = "newline";
  /** Where it begins. */
  start = 0;
  /** Where it ends; problems that the parser finds with it are reported here, as starlark-go does. */
  end = 0;
  /** Where the token before it ended. */
  previousEnd = 0;
  /** Where comments are collected, when somebody wants them. */
  comments: Comment[] | undefined = undefined;
  /** Of an identifier its name, of a string or bytes literal its value: byte strings. */
  name = "";
  /** Of an int or float literal its value. */
  number: number | bigint = 0;

  #depth = 0;
  #indents = [0];
  /** Indent (> 0) or outdent (< 0) tokens that are due. */
  #dents = 0;
  #atLineStart = true;

  /** `text` has "\n" line ends and no byte order mark (`TextFile`). */
  constructor(text: string) {
    this.text = text;
  }

  /** Moves on to the next token and answers where the previous one began. Throws SyntaxProblem. */
  next(): number {
    const previous = this.start;
    this.previousEnd = this.end;
    this.token = this.#scan();
    return previous;
  }

  #scan(): Token {
    for (;;) {
      const lineBegins = this.#atLineStart;
      const blank = lineBegins && this.#scanIndentation();
      if (this.#dents !== 0) return this.#takeDent();
      this.#skipSpacesAndComment();
      this.start = this.end;
      if (this.end >= this.text.length) {
        if (this.#indents.length === 1) return "end of file";
        if (!lineBegins) return this.#endOpenLine();
        this.#closeBlocks();
        continue;
      }
      const code = this.text.charCodeAt(this.end);
      if (code === newline) {
        this.end++;
        this.#atLineStart = true;
        if (this.#depth > 0 || blank) continue;
        return "newline";
      }
      if (code === backslash) {
        this.#continueLine();
        continue;
      }
      return this.#scanToken(code);
    }
  }

  /**
   * Consumes the white space at the beginning of a line; outside brackets, notes indents and outdents. Answers whether
   * nothing, or only a comment, follows.
   */
  #scanIndentation(): boolean {
    this.#atLineStart = false;
    const { text } = this;
    let column = 0;
    let at = this.end;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === space) column++;
      else if (code === tab) column += 8 - ((at - this.end) % 8);
      else break;
    }
    this.end = at;
    const code = text.charCodeAt(at);
    const blank = at >= text.length || code === newline || code === hash;
    if (!blank && this.#depth === 0) this.#indentTo(column);
    return blank;
  }

  #indentTo(column: number): void {
    const indents = this.#indents;
    if (column > indents.at(-1)!) {
      indents.push(column);
      this.#dents = 1;
      return;
    }
    while (column < indents.at(-1)!) {
      indents.pop();
      this.#dents--;
    }
    if (column !== indents.at(-1)!) this.mismatchedIndentation(column);
  }

  /** A line begins at a column at which no block does. */
  protected mismatchedIndentation(_column: number): void {
    throw new SyntaxProblem("unindent does not match any outer indentation level", this.end);
  }

  /** Takes the innermost block that has just been closed as one that goes on at another column. */
  protected goOnAtColumn(column: number): void {
    this.#indents.push(column);
    this.#dents++;
  }

  /** Whether a bracket is open. */
  protected get isInBrackets(): boolean {
    return this.#depth > 0;
  }

  /** Goes on, outside brackets, at a line that begins at an offset. `next` is to be called then. */
  resumeAt(lineStart: number): void {
    this.end = lineStart;
    this.#depth = 0;
    this.#dents = 0;
    this.#atLineStart = true;
  }

  #takeDent(): Token {
    this.start = this.end;
    if (this.#dents < 0) {
      this.#dents++;
      return "outdent";
    }
    this.#dents--;
    return "indent";
  }

  #skipSpacesAndComment(): void {
    const { text } = this;
    let at = this.end;
    while (isSpace(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) === hash) {
      const start = at;
      at = text.indexOf("\n", at);
      if (at === -1) at = text.length;
      this.comments?.push({ start, end: at });
    }
    this.end = at;
  }

  /** The text ends in the middle of a line of an indented block. */
  #endOpenLine(): Token {
    this.#atLineStart = true;
    return "newline";
  }

  #closeBlocks(): void {
    this.#dents = 1 - this.#indents.length;
    this.#indents.length = 1;
  }

  #continueLine(): void {
    if (this.text.charCodeAt(this.end + 1) !== newline) {
      throw new SyntaxProblem("stray backslash in program", this.end + 1);
    }
    this.end += 2;
  }

  #scanToken(code: number): Token {
    const beginning = code < 128 ? beginnings[code]! : isLetter(this.text.codePointAt(this.end)!) ? word : nothing;
    switch (beginning) {
      case word:
        return this.#isStringPrefix(code) ? this.#scanString() : this.#scanWord();
      case quote:
        return this.#scanString();
      case digit:
        return this.#scanNumber();
      case opening:
        this.#depth++;
        return this.#scanOperator(code);
      case closing:
        if (this.#depth === 0) throw new SyntaxProblem(`unexpected '${this.text[this.end]}'`, this.end);
        this.#depth--;
        return this.#scanOperator(code);
      case operator:
        if (code === dot && beginnings[this.text.charCodeAt(this.end + 1)] === digit) return this.#scanNumber();
        return this.#scanOperator(code);
      default:
        return this.#unexpected();
    }
  }

  /** Whether r, b or rb with a quote after it begins here. */
  #isStringPrefix(code: number): boolean {
    const { text, end } = this;
    if (code !== 0x62 && code !== 0x72) return false;
    const second = text.charCodeAt(end + 1);
    return isQuote(second) || (code === 0x72 && second === 0x62 && isQuote(text.charCodeAt(end + 2)));
  }

  #scanWord(): Token {
    const { text } = this;
    const from = this.end;
    let at = from;
    let ascii = true;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code < 128) {
        if (beginnings[code] !== word && beginnings[code] !== digit) break;
        at++;
      } else {
        const point = text.codePointAt(at);
        if (point === undefined || !isLetter(point)) break;
        ascii = false;
        at += point > 0xffff ? 2 : 1;
      }
    }
    this.end = at;
    const found = text.slice(from, at);
    this.name = ascii ? found : fromText(found);
    return tokenOfWord(found);
  }

  #scanString(): Token {
    const { isBytes, value, end } = readString(this.text, this.start);
    this.end = end;
    this.name = value;
    return isBytes ? "bytes literal" : "string literal";
  }

  #scanNumber(): Token {
    const { isFloat, value, end } = readNumber(this.text, this.start);
    this.end = end;
    this.number = value;
    return isFloat ? "float literal" : "int literal";
  }

  #scanOperator(code: number): Token {
    for (const candidate of operators[code]!) {
      if (this.text.startsWith(candidate, this.end)) {
        this.end += candidate.length;
        return candidate;
      }
    }
    return this.#unexpected();
  }

  #unexpected(): never {
    const character = String.fromCodePoint(this.text.codePointAt(this.end)!);
    throw new SyntaxProblem(`unexpected input character ${showCharacter(character)}`, this.end);
  }
}

function isSpace(code: number): boolean {
  return code === space || code === tab;
}

function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27;
}

/** A character in single quotes; one that has no shape of its own by its number. */
function showCharacter(character: string): string {
  return `'${toText(quoteText(fromText(character))).slice(1, -1)}'`;
}

/** By character code: what it begins; and the operators that it begins, longest first. */
function buildTables(): { beginnings: Uint8Array; operators: Token[][] } {
  const beginnings = new Uint8Array(128);
  const operators: Token[][] = [];
  const mark = (characters: string, kind: number) => {
    for (const character of characters) beginnings[character.charCodeAt(0)] = kind;
  };
  mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", word);
  mark("0123456789", digit);
  mark("\"'", quote);
  for (const token of punctuationLongestFirst) {
    mark(token[0]!, operator);
    (operators[token.charCodeAt(0)] ??= []).push(token);
  }
  mark("([{", opening);
  mark(")]}", closing);
  return { beginnings, operators };
}
