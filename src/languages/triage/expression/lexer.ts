/** Text to words. Where a regular expression may begin, and where a name takes an argument, is told by what stands before. */
import { ExpressionSyntaxError } from "./syntax-error.ts";
import { keywords, refusedKeywords, type TextPart, type Token } from "./token.ts";

const operators = [
  "**=",
  "<=>",
  "===",
  "...",
  "&&=",
  "||=",
  "<<=",
  "&.",
  "&&",
  "||",
  "==",
  "!=",
  "=~",
  "!~",
  "<=",
  ">=",
  "<<",
  ">>",
  "**",
  "..",
  "=>",
  "->",
  "::",
  "+=",
  "-=",
  "*=",
  "/=",
  "|=",
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  ">",
  "!",
  "=",
  "?",
  ":",
  ",",
  ".",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "|",
  "&",
  ";",
];

const closers: Record<string, string> = { "[": "]", "(": ")", "{": "}", "<": ">", "|": "|", "/": "/", "!": "!" };

/** `#{…}` in each other. */
const maxDepth = 10;

/** All words of a text. Throws ExpressionSyntaxError. */
export function lex(text: string): Token[] {
  return new Lexer(text, 0, 0).all(false).tokens;
}

/** The words behind `#{`, and where the brace that ends them stands. Throws ExpressionSyntaxError. */
export function lexInterpolation(text: string, offset: number, depth = 0): { tokens: Token[]; end: number } {
  if (depth > maxDepth) throw new ExpressionSyntaxError("texts stand too deep in each other", offset);
  return new Lexer(text, offset, depth).all(true);
}

type Unplaced = Token extends infer Each
  ? Each extends Token
    ? Omit<Each, "offset" | "end" | "space" | "newline">
    : never
  : never;

class Lexer {
  readonly #text: string;
  readonly #depth: number;
  readonly #tokens: Token[] = [];
  #at: number;
  #space = false;
  #newline = false;

  constructor(text: string, at: number, depth: number) {
    this.#text = text;
    this.#at = at;
    this.#depth = depth;
  }

  all(untilBrace: boolean): { tokens: Token[]; end: number } {
    let braces = 0;
    for (;;) {
      this.#skipSpace();
      const start = this.#at;
      if (start >= this.#text.length) {
        if (untilBrace) throw this.#error("there is no } that ends #{", start);
        this.#push({ kind: "end" }, start);
        return { tokens: this.#tokens, end: start };
      }
      if (untilBrace && braces === 0 && this.#text[start] === "}") {
        this.#push({ kind: "end" }, start);
        return { tokens: this.#tokens, end: start };
      }
      const token = this.#next();
      if (token.kind === "operator" && token.name === "{") braces++;
      if (token.kind === "operator" && token.name === "}") braces--;
      this.#push(token, start);
    }
  }

  #error(message: string, offset: number): ExpressionSyntaxError {
    return new ExpressionSyntaxError(message, offset);
  }

  #push(token: Unplaced, offset: number): void {
    const placed = { ...token, offset, end: this.#at, space: this.#space, newline: this.#newline };
    this.#tokens.push(placed);
    this.#space = false;
    this.#newline = false;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #skipSpace(): void {
    for (;;) {
      const blank = this.#match(/[ \t\r]+|\\\n|\n|#(?!\{)[^\n]*/y);
      if (blank === undefined) return;
      this.#at += blank.length;
      this.#space = true;
      // A line that begins with a dot goes on with the one before.
      if (blank === "\n" && this.#match(/[ \t\r\n]*&?\.(?!\.)/y) === undefined) this.#newline = true;
    }
  }

  #next(): Unplaced {
    const character = this.#text[this.#at]!;
    if (/[0-9]/.test(character)) return this.#number();
    if (character === '"' || character === "'") return { kind: "string", parts: this.#quoted(character, character) };
    if (/[a-zA-Z_]/.test(character)) return this.#word();
    if (character === "%" && this.#mayBegin()) {
      const literal = this.#percent();
      if (literal !== undefined) return literal;
    }
    if (character === "/" && this.#mayBegin()) return this.#regex("/", "/");
    if (character === ":" && this.#text[this.#at + 1] !== ":") {
      const symbol = this.#symbol();
      if (symbol !== undefined) return symbol;
    }
    const operator = operators.find((one) => this.#text.startsWith(one, this.#at));
    if (operator === undefined) throw this.#error(`${JSON.stringify(character)} is not understood`, this.#at);
    this.#at += operator.length;
    return { kind: "operator", name: operator };
  }

  /** Whether a value may begin here: it may not right behind one. */
  #mayBegin(): boolean {
    const before = this.#tokens.at(-1);
    if (before === undefined || this.#newline) return true;
    switch (before.kind) {
      case "operator":
        return ![")", "]", "}"].includes(before.name);
      case "keyword":
        return !["nil", "true", "false", "end"].includes(before.name);
      case "label":
        return true;
      case "name":
        // An argument without parentheses: `match? /x/`, and not `total / 2`.
        return this.#space && !/\s|=/.test(this.#text[this.#at + 1] ?? " ");
      default:
        return false;
    }
  }

  #number(): Unplaced {
    const start = this.#at;
    const text = this.#match(/\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y) ?? "";
    this.#at += text.length;
    const isFloat = /[.eE]/.test(text);
    const value = Number(text.replaceAll("_", ""));
    if (!isFloat && !Number.isSafeInteger(value)) throw this.#error(`${text} is too large a number`, start);
    return { kind: isFloat ? "float" : "integer", value };
  }

  #word(): Unplaced {
    const start = this.#at;
    const word = this.#match(/[a-zA-Z_]\w*(?:[?!](?![=~]))?/y) ?? "";
    this.#at += word.length;
    const before = this.#tokens.at(-1);
    const isMember = before?.kind === "operator" && (before.name === "." || before.name === "&.");
    const next = this.#text.slice(this.#at, this.#at + 2);
    const isLabel =
      next.startsWith(":") && next !== "::" && !isMember && !(before?.kind === "operator" && before.name === "?");
    if (isLabel) {
      this.#at++;
      return { kind: "label", name: word };
    }
    if (/^[A-Z]/.test(word)) return { kind: "constant", name: word };
    if (isMember) return { kind: "name", name: word };
    if (refusedKeywords.has(word)) throw this.#error(`${word} is not of the language of these expressions`, start);
    return { kind: keywords.has(word) ? "keyword" : "name", name: word };
  }

  #symbol(): Unplaced | undefined {
    const after = this.#text[this.#at + 1] ?? "";
    if (after === '"' || after === "'") {
      if (!this.#mayBegin()) return undefined;
      this.#at++;
      return { kind: "symbol", parts: this.#quoted(after, after) };
    }
    const operator = this.#match(/:(?:\*\*|<=>|===?|=~|[<>]=?|[-+*/%&|])(?=[),\s])/y);
    if (operator !== undefined && this.#mayBegin()) {
      this.#at += operator.length;
      return { kind: "symbol", parts: [operator.slice(1)] };
    }
    if (!/[a-zA-Z_]/.test(after)) return undefined;
    this.#at++;
    const name = this.#match(/[a-zA-Z_]\w*[?!=]?(?![=~>])|[a-zA-Z_]\w*/y) ?? "";
    this.#at += name.length;
    return { kind: "symbol", parts: [name] };
  }

  #percent(): Unplaced | undefined {
    const [, kind = "", open = ""] = /^%([wWiIqQr]?)([[({<|/!])/.exec(this.#text.slice(this.#at, this.#at + 3)) ?? [];
    const close = closers[open];
    if (close === undefined) return undefined;
    this.#at += kind.length + 1;
    if (kind === "r") return this.#regex(open, close);
    if (kind === "w" || kind === "i" || kind === "W" || kind === "I") {
      const [content = ""] = this.#quoted(open, close, true);
      const items = (content as string).split(/\s+/).filter((item) => item !== "");
      return { kind: "words", items, areSymbols: kind.toLowerCase() === "i" };
    }
    return { kind: "string", parts: this.#quoted(open, close, kind === "q") };
  }

  #regex(open: string, close: string): Unplaced {
    const parts = this.#quoted(open, close, false, true);
    const flags = this.#match(/[imxounse]*/y) ?? "";
    this.#at += flags.length;
    return { kind: "regex", parts, flags };
  }

  /** What stands between two marks; behind them. */
  #quoted(open: string, close: string, plain = open === "'", isPattern = false): TextPart[] {
    const start = this.#at;
    const parts: TextPart[] = [];
    let text = "";
    let depth = 0;
    for (this.#at++; ;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw this.#error(`there is no ${close} that ends this`, start);
      if (character === close && depth === 0) break;
      if (open !== close && character === open) depth++;
      if (character === close) depth--;
      if (character === "\\") text += this.#escape(close, plain, isPattern);
      else if (!plain && this.#text.startsWith("#{", this.#at)) {
        if (text !== "") parts.push(text);
        text = "";
        const { tokens, end } = lexInterpolation(this.#text, this.#at + 2, this.#depth + 1);
        parts.push({ tokens });
        this.#at = end + 1;
      } else {
        text += character;
        this.#at++;
      }
    }
    this.#at++;
    if (text !== "") parts.push(text);
    return parts;
  }

  #escape(close: string, plain: boolean, isPattern: boolean): string {
    const next = this.#text[this.#at + 1] ?? "";
    if (isPattern) {
      this.#at += 2;
      return next === close ? close : `\\${next}`;
    }
    if (plain) {
      const isEscape = next === close || next === "\\";
      this.#at += isEscape ? 2 : 1;
      return isEscape ? next : "\\";
    }
    const [whole = "", braced, four] = /^\\u(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))/.exec(
      this.#text.slice(this.#at, this.#at + 10),
    ) ?? [""];
    const code = Number.parseInt(braced ?? four ?? "", 16);
    if (whole !== "" && code <= 0x10ffff) {
      this.#at += whole.length;
      return String.fromCodePoint(code);
    }
    this.#at += 2;
    return simpleEscapes[next] ?? next;
  }
}

const simpleEscapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", s: " ", e: "\u001b", "0": "\0", "\n": "" };
