/**
 * JSON text to values as jq 1.6 reads it, which is more than JSON allows ("+1", ".5", "NaN", a separator between texts) and has
 * its own words for what is wrong. Columns count bytes of UTF-8.
 */
import type { JqObject, Value } from "../value.ts";
import type { Level, NativeContext } from "./contract.ts";
import { arrayBytes, objectBytes, textBytes } from "./contract.ts";
import { utf8Length } from "./dump.ts";
import { fail } from "./fail.ts";
import { decodeString, JsonProblem } from "./json-string.ts";
import { deepest } from "./order.ts";
import { withoutMarkers } from "./secrets.ts";

/** The one value that `text` is. Throws `JqError` with the text of jq 1.6 when it is none, or more than one. */
export function parseJson(context: NativeContext, text: string): Value {
  context.charge(1 + (text.length >>> 3));
  const clean = withoutMarkers(text);
  const reader = new JsonReader(context, clean);
  try {
    if (hasBrokenMark(clean)) throw new JsonProblem("Malformed BOM");
    const value = reader.next();
    if (value === undefined) throw new JsonProblem("Expected JSON value");
    if (reader.next() !== undefined) throw new JsonProblem("Unexpected extra JSON values");
    return value;
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    fail(`${error.message} (while parsing '${clean.split("\0", 1)[0]}')`);
  }
}

/** Does `text` begin with the first byte of a byte order mark, but not with all of one? */
function hasBrokenMark(text: string): boolean {
  const first = text.charCodeAt(0);
  return first >= 0xf000 && first !== 0xfeff;
}

/** The value of the number `text`, `undefined` when it is none. */
function parseNumber(text: string): number | undefined {
  if (decimal.test(text)) return Number(text);
  if (text === "") return 0;
  const special = specials.exec(text);
  if (special === null) return undefined;
  if (special[2] !== undefined) return Number.NaN;
  return special[1] === "-" ? -Infinity : Infinity;
}

const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const specials = /^([+-]?)(?:inf(?:inity)?|(nan))$/i;

/** An array or object that is not yet complete; after the colon of a member, its name lies on top of its object. */
type Open = Value[] | JqObject | string;

const noSeparator = "Expected separator between values";

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const separator = 30;
const space = 32;
const quote = 34;
const comma = 44;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

class JsonReader {
  readonly #context: NativeContext;
  readonly #text: string;
  readonly #level: Level;
  /** The next character to read. */
  #position: number;
  #open: Open[] = [];
  /** The value that was read last and belongs nowhere yet. */
  #value: Value | undefined;

  constructor(context: NativeContext, text: string) {
    this.#context = context;
    this.#text = text.startsWith("\uFEFF") ? text.slice(1) : text;
    this.#level = context.level;
    this.#position = 0;
  }

  /** The next value of the text; `undefined` at its end, and where a record separator cuts a value off. */
  next(): Value | undefined {
    const text = this.#text;
    while (this.#position < text.length) {
      const unit = text.charCodeAt(this.#position);
      if (unit === separator) {
        this.#position++;
        return this.#separate();
      }
      if (unit === quote) {
        if (!this.#readString()) return undefined;
      } else if (isSpace(unit)) this.#position++;
      else if (isStructure(unit)) this.#readStructure(unit);
      else {
        this.#readLiteral();
        if (this.#open.length === 0) return this.#endLiteral();
      }
      if (this.#open.length === 0 && this.#value !== undefined) return this.#take();
    }
    if (this.#open.length > 0) this.#problemAtEnd("Unfinished JSON term");
    return this.#take();
  }

  /** The character that ends a literal is read with it, whatever that leads to. */
  #endLiteral(): Value | undefined {
    const value = this.#take();
    const unit = this.#text.charCodeAt(this.#position);
    if (unit === separator) this.#position++;
    else if (isStructure(unit)) this.#readStructure(unit);
    return value;
  }

  #take(): Value | undefined {
    const value = this.#value;
    this.#value = undefined;
    return value;
  }

  #separate(): Value | undefined {
    const value = this.#open.length === 0 ? this.#value : undefined;
    this.#open = [];
    this.#value = undefined;
    return value;
  }

  #put(value: Value): void {
    if (this.#value !== undefined) this.#problem(noSeparator);
    this.#value = value;
  }

  /** Reads null, true, a number …: everything up to a space, quote, separator or one of `[,]{:}`. */
  #readLiteral(): void {
    const text = this.#text;
    const begin = this.#position;
    let end = begin;
    while (end < text.length && !endsLiteral(text.charCodeAt(end))) end++;
    const value = literalValue(text.slice(begin, end), this.#level);
    const atEnd = end === text.length;
    this.#position = atEnd ? end : end + 1;
    const problem = typeof value === "string" ? value : this.#value !== undefined ? noSeparator : undefined;
    if (problem !== undefined && atEnd) this.#problemAtEnd(problem);
    if (problem !== undefined) this.#problem(problem);
    this.#value = value;
    this.#position = end;
  }

  /** Reads a string; `false` when a record separator cut it off. */
  #readString(): boolean {
    const begin = this.#position + 1;
    const end = this.#stringEnd(begin);
    if (end === undefined) return false;
    this.#position = end + 1;
    const raw = this.#text.slice(begin, end);
    this.#context.allocate(textBytes(raw.length));
    const text = decodeString(raw);
    if (text instanceof JsonProblem) this.#problem(text.message);
    this.#put(text);
    return true;
  }

  /** The position of the quote that ends the string; `undefined` when a record separator cut it off. */
  #stringEnd(begin: number): number | undefined {
    const text = this.#text;
    for (let i = begin; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === quote) return i;
      if (unit === backslash) i++;
      if (i < text.length && text.charCodeAt(i) === separator) return this.#separateString(begin, i);
    }
    this.#position = text.length;
    this.#problemAtEnd("Unfinished string");
  }

  /** A separator within a string: what there is of it must be a literal, and is then forgotten with everything open. */
  #separateString(begin: number, end: number): undefined {
    this.#position = end + 1;
    if (end > begin) {
      const value = literalValue(this.#text.slice(begin, end), this.#level);
      if (typeof value === "string") this.#problem(value);
      this.#put(value);
    }
    this.#open = [];
    this.#value = undefined;
    return undefined;
  }

  #readStructure(unit: number): void {
    this.#position++;
    switch (unit) {
      case openBracket:
        return this.#openNew([], arrayBytes(4));
      case openBrace:
        return this.#openNew(new Map(), objectBytes(4));
      case colon:
        return this.#readColon();
      case comma:
        return this.#readComma();
      case closeBracket:
        return this.#closeArray();
      default:
        return this.#closeObject();
    }
  }

  #openNew(container: Value[] | JqObject, bytes: number): void {
    if (this.#open.length >= (this.#level === "1.6" ? 256 : deepest)) this.#problem("Exceeds depth limit for parsing");
    if (this.#value !== undefined) this.#problem(noSeparator);
    this.#context.allocate(bytes);
    this.#open.push(container);
  }

  #readColon(): void {
    const name = this.#value;
    if (this.#open.length === 0 || name === undefined) this.#problem("Expected string key before ':'");
    if (!(this.#open.at(-1) instanceof Map)) this.#problem("':' not as part of an object");
    if (typeof name !== "string") this.#problem("Object keys must be strings");
    this.#open.push(name);
    this.#value = undefined;
  }

  #readComma(): void {
    const value = this.#value;
    const top = this.#open.at(-1);
    if (top === undefined || value === undefined) this.#problem("Expected value before ','");
    if (Array.isArray(top)) top.push(value);
    else if (typeof top === "string") this.#setMember(top, value);
    else this.#problem("Objects must consist of key:value pairs");
    this.#value = undefined;
  }

  #closeArray(): void {
    const top = this.#open.at(-1);
    if (!Array.isArray(top)) this.#problem("Unmatched ']'");
    if (this.#value !== undefined) top.push(this.#value);
    else if (top.length > 0) this.#problem("Expected another array element");
    this.#context.charge(top.length);
    this.#context.allocate(arrayBytes(top.length));
    this.#value = top;
    this.#open.pop();
  }

  #closeObject(): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.#problem("Unmatched '}'");
    if (this.#value !== undefined) {
      if (typeof top !== "string") this.#problem("Objects must consist of key:value pairs");
      this.#setMember(top, this.#value);
    } else {
      if (!(top instanceof Map)) this.#problem("Unmatched '}'");
      if (top.size > 0) this.#problem("Expected another key-value pair");
    }
    const object = this.#open.pop() as JqObject;
    this.#context.charge(object.size);
    this.#context.allocate(objectBytes(object.size));
    this.#value = object;
  }

  #setMember(name: string, value: Value): void {
    this.#open.pop();
    (this.#open.at(-1) as JqObject).set(name, value);
  }

  #problem(text: string): never {
    throw new JsonProblem(`${text} at ${this.#place()}`);
  }

  #problemAtEnd(text: string): never {
    this.#position = this.#text.length;
    throw new JsonProblem(`${text} at EOF at ${this.#place()}`);
  }

  #place(): string {
    const read = this.#text.slice(0, this.#position);
    const lines = read.split("\n");
    return `line ${lines.length}, column ${utf8Length(lines.at(-1)!)}`;
  }
}

/** What a literal stands for, or what is wrong with it. */
function literalValue(token: string, level: Level): null | boolean | number | string {
  switch (token.charCodeAt(0)) {
    case 116: // t
      return token === "true" ? true : "Invalid literal";
    case 102: // f
      return token === "false" ? false : "Invalid literal";
    case 110: // n
      if (level !== "1.6" && token === "nan") return Number.NaN;
      return token === "null" ? null : "Invalid literal";
    default:
      return parseNumber(token.split("\0", 1)[0]!) ?? "Invalid numeric literal";
  }
}

function isSpace(unit: number): boolean {
  return unit === space || unit === lineFeed || unit === tab || unit === carriageReturn;
}

function isStructure(unit: number): boolean {
  return (
    unit === comma ||
    unit === colon ||
    unit === openBracket ||
    unit === closeBracket ||
    unit === openBrace ||
    unit === closeBrace
  );
}

function endsLiteral(unit: number): boolean {
  return unit === quote || unit === separator || isSpace(unit) || isStructure(unit);
}
