/** Brackets: `[…]`. Sets within sets and `&&` are not of this syntax. */
import { CharSet, lastCode } from "./char-set.ts";
import { byteCount, braceCodes, braceProperty, decodeBytes, plainEscape, typeSet } from "./escapes.ts";
import { PatternError } from "./pattern-error.ts";
import { knownSet } from "./properties.ts";
import { codeOf, isOctalDigit, type Reader } from "./reader.ts";

type Token =
  | { type: "close" | "range" | "posix" | "end" }
  | { type: "char"; code: number; escaped: boolean }
  | { type: "codes"; codes: readonly number[] }
  | { type: "byte"; byte: number; base: 8 | 16 }
  | { type: "set"; set: CharSet };

const posixNames = "alnum alpha blank cntrl digit graph lower print punct space upper xdigit ascii word".split(" ");

/** What a value in a bracket is: a byte, a longer character, or a class (which begins no range). */
type ValueKind = "byte" | "code" | "class";

/** The members of a bracket, collected. */
class Members {
  readonly #pairs: number[] = [];
  #state: "start" | "value" | "range" | "complete" = "start";
  #kind: ValueKind = "byte";
  #from = 0;

  get state(): "start" | "value" | "range" | "complete" {
    return this.#state;
  }

  get isClass(): boolean {
    return this.#kind === "class";
  }

  /** The next value ends a range that the last one begins. */
  beginRange(): void {
    this.#state = "range";
  }

  addSet(set: CharSet): void {
    if (this.#state === "range") throw new PatternError("char-class value at end of range");
    this.#flush();
    this.#pairs.push(...set.ranges);
    this.#state = "value";
    this.#kind = "class";
  }

  addCode(code: number, isByte: boolean): void {
    const kind = isByte ? "byte" : "code";
    if (this.#state === "range") {
      if (this.#from > code) throw new PatternError("empty range in char class");
      this.#add(this.#from, code, this.#kind === "byte" && isByte);
      this.#state = "complete";
    } else {
      this.#flush();
      this.#state = "value";
    }
    this.#from = code;
    this.#kind = kind;
  }

  finish(): CharSet {
    this.#flush();
    return CharSet.of(this.#pairs);
  }

  #flush(): void {
    if (this.#state === "value" && this.#kind !== "class") this.#add(this.#from, this.#from, this.#kind === "byte");
  }

  /** Bytes above 127 are no characters. */
  #add(first: number, last: number, areBytes: boolean): void {
    this.#pairs.push(first, Math.min(last, areBytes ? 0x7f : lastCode));
  }
}

/** Reads a bracket, its `[` taken. */
export function parseClass(reader: Reader): { set: CharSet; negated: boolean } {
  let token = nextToken(reader);
  const negated = token.type === "char" && token.code === codeOf("^") && !token.escaped;
  if (negated) token = nextToken(reader);
  if (token.type === "close") {
    if (!reader.codes.includes(codeOf("]"), reader.position)) throw new PatternError("empty char-class");
    token = { type: "char", code: codeOf("]"), escaped: false };
  }
  const members = new Members();
  while (token.type !== "close") token = member(reader, members, token) ?? nextToken(reader);
  return { set: members.finish(), negated };
}

/** Adds what a token means. Gives the token after it when that has been read. */
function member(reader: Reader, members: Members, token: Token): Token | undefined {
  switch (token.type) {
    case "char":
      members.addCode(token.code, token.code < 0x80);
      return undefined;
    case "codes":
      for (const code of token.codes) members.addCode(code, code < 0x80);
      return undefined;
    case "byte":
      return bytes(reader, members, token);
    case "set":
      members.addSet(token.set);
      return undefined;
    case "posix":
      posix(reader, members);
      return undefined;
    case "range":
      return range(reader, members);
    default:
      throw new PatternError("premature end of char-class");
  }
}

function range(reader: Reader, members: Members): Token | undefined {
  const hyphen = codeOf("-");
  if (members.state === "range") {
    members.addCode(hyphen, true);
    return undefined;
  }
  const token = nextToken(reader);
  if (members.state === "value" && token.type !== "close") {
    if (members.isClass) throw new PatternError("unmatched range specifier in char-class");
    members.beginRange();
  } else members.addCode(hyphen, true);
  return token;
}

/** Bytes that follow each other in the same notation make a character. */
function bytes(reader: Reader, members: Members, first: { byte: number; base: 8 | 16 }): Token | undefined {
  const needed = byteCount(first.byte);
  const found = [first.byte];
  while (found.length < needed) {
    const token = nextToken(reader);
    if (token.type !== "byte" || token.base !== first.base) throw new PatternError("too short multibyte code string");
    found.push(token.byte);
  }
  const code = needed === 1 ? first.byte : decodeBytes(found);
  if (code !== undefined) members.addCode(code, needed === 1);
  return undefined;
}

function posix(reader: Reader, members: Members): void {
  const start = reader.position;
  reader.next();
  const negated = reader.takes("^");
  const rest = reader.slice(reader.position, reader.position + 20);
  const isLongEnough = reader.codes.length - reader.position >= 7;
  const name = isLongEnough ? posixNames.find((known) => rest.startsWith(known)) : undefined;
  if (name !== undefined) {
    if (!rest.startsWith(":]", name.length)) throw new PatternError("invalid POSIX bracket type");
    reader.position += name.length + 2;
    members.addSet(negated ? knownSet(name).invert() : knownSet(name));
    return;
  }
  const end = rest.search(/[:\]]/);
  if (end >= 0 && rest.startsWith(":]", end)) throw new PatternError("invalid POSIX bracket type");
  reader.position = start;
  members.addCode(codeOf("["), true);
}

function nextToken(reader: Reader): Token {
  if (reader.atEnd) return { type: "end" };
  const code = reader.next();
  if (code === codeOf("]")) return { type: "close" };
  if (code === codeOf("-")) return { type: "range" };
  if (code === codeOf("\\")) return escapeToken(reader);
  if (code === codeOf("[") && reader.sees(":") && endsPosix(reader)) return { type: "posix" };
  return { type: "char", code, escaped: false };
}

/** Is there a `:]` before the next `]`? */
function endsPosix(reader: Reader): boolean {
  const { codes } = reader;
  for (let i = reader.position + 1; i < codes.length; i++) {
    if (codes[i] === codeOf(":") && codes[i + 1] === codeOf("]")) return true;
    if (codes[i] === codeOf("]")) return false;
    if (codes[i] === codeOf("\\")) i++;
  }
  return false;
}

function escapeToken(reader: Reader): Token {
  if (reader.atEnd) throw new PatternError("end pattern at escape");
  const letter = String.fromCodePoint(reader.peek());
  const set = typeSet(letter);
  if (set !== undefined) {
    reader.next();
    return { type: "set", set };
  }
  if ((letter === "p" || letter === "P") && reader.peek(1) === codeOf("{")) {
    reader.position += 2;
    return { type: "set", set: braceProperty(reader, letter === "P") };
  }
  if ((letter === "x" || letter === "o") && reader.peek(1) === codeOf("{")) {
    reader.next();
    const codes = braceCodes(reader, letter === "x" ? 16 : 8);
    return codes === undefined ? { type: "char", code: codeOf(letter), escaped: true } : { type: "codes", codes };
  }
  if (letter === "x") {
    reader.next();
    if (reader.atEnd) return { type: "char", code: codeOf("x"), escaped: true };
    return { type: "byte", byte: reader.hexadecimal(2), base: 16 };
  }
  if (isOctalDigit(reader.peek())) {
    const byte = reader.octal(3);
    if (byte > 0xff) throw new PatternError("too big number");
    return { type: "byte", byte, base: 8 };
  }
  return { type: "char", code: plainEscape(reader), escaped: true };
}
