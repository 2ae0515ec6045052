/** JSON text to values, as starlark-go reads it: ints and floats stay apart, keys keep their order, later ones win. */
import { Blob } from "../values/blob.ts";
import { Dict, Record } from "../values/dict.ts";
import { EvalError, grouped } from "../values/errors.ts";
import { fromText, toText, toValidUtf8 } from "../values/text.ts";
import { Secret, type SecretPart } from "../values/secret.ts";
import { Bytes, Float, List, type Value } from "../values/value.ts";
import { fromBase64 } from "../../../core/base64.ts";
import { typeName } from "../values/type-name.ts";
import type { Thread } from "./builtin.ts";
import { parseDigits } from "./number-text.ts";

/** Deeper JSON is refused. */
const maximumDepth = 500;
/** So is JSON of more values, which nobody should wait for. */
const maximumValues = 1_000_000;

export interface DecodeOptions {
  /** Objects become values whose keys can be read as attributes. */
  records?: boolean;
  /** Objects with one key that begins with "$" are the markers of wire text (`core/wire.ts`). */
  wire?: boolean;
}

/**
 * The value of a JSON text, given as a byte string (UTF-8). Throws JsonError when it is not JSON. Memory is accounted for
 * while it is read.
 */
export function decodeJson(thread: Thread, bytes: string, options: DecodeOptions = {}): Value {
  thread.spend(bytes.length >> 1);
  return new Reader(thread, bytes, options).readAll();
}

/** As `decodeJson`, for an ordinary JavaScript string. */
export function decodeJsonText(thread: Thread, text: string, options: DecodeOptions = {}): Value {
  return decodeJson(thread, fromText(text), options);
}

/** The value of wire text (an ordinary JavaScript string), markers included. Throws JsonError when it is malformed. */
export function decodeWireValue(thread: Thread, text: string, options: DecodeOptions = {}): Value {
  return decodeJson(thread, fromText(text), { ...options, wire: true });
}

/** A text is not JSON. `offset` is where, in bytes. */
export class JsonError extends EvalError {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(`at offset ${offset}, ${message}`);
    this.offset = offset;
  }
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

class Reader {
  readonly #thread: Thread;
  readonly #source: string;
  readonly #records: boolean;
  readonly #wire: boolean;
  #at = 0;
  #depth = 0;
  #values = 0;
  #unpaid = 0;

  constructor(thread: Thread, source: string, options: DecodeOptions) {
    this.#thread = thread;
    this.#source = source;
    this.#records = options.records ?? false;
    this.#wire = options.wire ?? false;
  }

  readAll(): Value {
    const value = this.#read();
    this.#skipSpace();
    if (this.#at < this.#source.length) this.#fail(`unexpected character ${this.#shown()} after value`);
    this.#thread.charge(this.#unpaid);
    return value;
  }

  #read(): Value {
    const code = this.#next();
    if (++this.#values > maximumValues) this.#fail(`more than ${grouped(maximumValues)} values`);
    switch (code) {
      case quote:
        return this.#readString();
      case 0x5b:
        return this.#readArray();
      case 0x7b:
        return this.#readObject();
      case 0x6e:
        return this.#readWord("null", null);
      case 0x74:
        return this.#readWord("true", true);
      case 0x66:
        return this.#readWord("false", false);
      default:
        if (isDigit(code) || code === 0x2d) return this.#readNumber();
        return this.#fail(`unexpected character ${this.#shown()}`);
    }
  }

  #readWord(word: string, value: Value): Value {
    if (!this.#source.startsWith(word, this.#at)) this.#fail(`unexpected character ${this.#shown()}`);
    this.#at += word.length;
    return value;
  }

  #readArray(): Value {
    this.#enter();
    this.#at++;
    const items: Value[] = [];
    if (this.#next() === closeBracket) {
      this.#at++;
    } else {
      for (;;) {
        items.push(this.#read());
        const code = this.#next();
        if (code !== comma && code !== closeBracket) this.#fail(`got ${this.#shown()}, want ',' or ']'`);
        this.#at++;
        if (code === closeBracket) break;
      }
    }
    this.#depth--;
    this.#pay(48 + 8 * items.length);
    return new List(items);
  }

  #readObject(): Value {
    this.#enter();
    this.#at++;
    const dict = this.#records ? new Record() : new Dict();
    if (this.#next() === closeBrace) {
      this.#at++;
    } else {
      for (;;) {
        const key = this.#readKey();
        dict.map.set(key, this.#read());
        const code = this.#next();
        if (code !== comma && code !== closeBrace) this.#fail(`in object, got ${this.#shown()}, want ',' or '}'`);
        this.#at++;
        if (code === closeBrace) break;
      }
    }
    this.#depth--;
    this.#pay(64 + Dict.entrySize * dict.size);
    return this.#wire && dict.size === 1 ? this.#revive(dict) : dict;
  }

  #readKey(): string {
    if (this.#next() !== quote) {
      const key = this.#read();
      this.#fail(`got ${typeName(key)} for object key, want string`);
    }
    const key = this.#readString();
    if (this.#next() !== colon) this.#fail(`after object key, got ${this.#shown()}, want ':' `);
    this.#at++;
    return key;
  }

  #readString(): string {
    const source = this.#source;
    const start = this.#at + 1;
    let escaped = false;
    let high = 0;
    let end = start;
    for (; end < source.length; end++) {
      const code = source.charCodeAt(end);
      if (code === quote) break;
      high |= code;
      if (code === backslash) {
        escaped = true;
        end++;
      }
    }
    if (end >= source.length) this.#fail("unclosed string literal");
    this.#at = end + 1;
    const raw = source.slice(start, end);
    this.#pay(24 + raw.length);
    // As in starlark-go, control characters are looked for in texts that are not plain ASCII.
    if (escaped || (high >= 0x80 && hasControl(raw))) return this.#unescape(raw);
    return high < 0x80 ? raw : toValidUtf8(raw);
  }

  #unescape(raw: string): string {
    try {
      return fromText(JSON.parse(`"${toText(raw)}"`) as string);
    } catch {
      return this.#fail(explainEscape(raw));
    }
  }

  #readNumber(): Value {
    const source = this.#source;
    const start = this.#at;
    const short = this.#readShortInt();
    if (short !== undefined) return short;
    let whole = true;
    let end = start + 1;
    for (; end < source.length; end++) {
      const code = source.charCodeAt(end);
      if (isDigit(code)) continue;
      if (!isNumberPart(code)) break;
      whole = false;
    }
    this.#at = end;
    const text = source.slice(start, end);
    const digits = source.charCodeAt(start) === 0x2d ? text.slice(1) : text;
    if (digits === "" || /^0\d/.test(digits)) this.#fail(`invalid number: ${text}`);
    return whole ? this.#toInt(text, digits) : this.#toFloat(text);
  }

  /** The commonest numbers: up to 15 digits without anything else. Leaves the others alone. */
  #readShortInt(): number | undefined {
    const source = this.#source;
    const negative = source.charCodeAt(this.#at) === 0x2d;
    const first = negative ? this.#at + 1 : this.#at;
    let value = 0;
    let end = first;
    for (; ; end++) {
      const digit = source.charCodeAt(end) - 0x30;
      // Past the end it is NaN.
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const digits = end - first;
    if (digits === 0 || digits > 15 || (digits > 1 && source.charCodeAt(first) === 0x30)) return undefined;
    if (isNumberPart(source.charCodeAt(end))) return undefined;
    this.#at = end;
    return negative ? 0 - value : value;
  }

  #toInt(text: string, digits: string): Value {
    if (digits.length < 16) return Number(text) + 0;
    const magnitude = parseDigits(this.#thread, digits, 10)!;
    if (digits === text) return magnitude;
    return typeof magnitude === "number" ? 0 - magnitude : -magnitude;
  }

  #toFloat(text: string): Value {
    const valid = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
    const number = valid ? Number(text) : Number.NaN;
    if (!Number.isFinite(number)) this.#fail(`invalid number: ${text}`);
    this.#pay(16);
    return new Float(number);
  }

  /** A marker of wire text. */
  #revive(dict: Dict): Value {
    const key = dict.firstKey() as string;
    const content = dict.get(key)!;
    if (!key.startsWith("$")) return dict;
    if (key.startsWith("$$")) {
      const unmarked = this.#records ? new Record() : new Dict();
      unmarked.map.set(key.slice(1), content);
      return unmarked;
    }
    return reviveMarker(key, content) ?? this.#fail(`${key} is not a marker of wire text, or its content is wrong`);
  }

  #enter(): void {
    if (++this.#depth > maximumDepth) this.#fail(`nested more than ${maximumDepth} deep`);
  }

  #pay(bytes: number): void {
    this.#unpaid += bytes;
    if (this.#unpaid < 8192) return;
    this.#thread.charge(this.#unpaid);
    this.#unpaid = 0;
  }

  #skipSpace(): void {
    for (; this.#at < this.#source.length; this.#at++) {
      const code = this.#source.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  /** The next character that is not white space. */
  #next(): number {
    this.#skipSpace();
    if (this.#at >= this.#source.length) this.#fail("unexpected end of file");
    return this.#source.charCodeAt(this.#at);
  }

  /** The current byte in single quotes. */
  #shown(): string {
    return showCharacter(this.#source.charAt(this.#at));
  }

  #fail(message: string): never {
    throw new JsonError(this.#at, message);
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** . e E + - */
function isNumberPart(code: number): boolean {
  return code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === 0x2d;
}

const shownSpecially: ReadonlyMap<string, string> = new Map([
  ["'", "\\'"],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\v", "\\v"],
  ["\u0007", "\\a"],
]);

function showCharacter(character: string): string {
  const special = shownSpecially.get(character);
  if (special !== undefined) return `'${special}'`;
  const code = character.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa1) || code === 0xad)
    return `'\\x${code.toString(16).padStart(2, "0")}'`;
  return `'${fromText(character)}'`;
}

function hasControl(raw: string): boolean {
  for (let i = 0; i < raw.length; i++) if (raw.charCodeAt(i) < 0x20) return true;
  return false;
}

/** Why the inside of a string literal is not valid. */
function explainEscape(raw: string): string {
  for (let i = 0; i < raw.length; i++) {
    const character = raw.charAt(i);
    if (character < " ") return `invalid character ${showCharacter(character)} in string literal`;
    if (character !== "\\") continue;
    i++;
    const escape = raw.charAt(i);
    if (escape === "u") {
      const wrong = /[^0-9a-f]/i.exec(raw.slice(i + 1, i + 5))?.[0];
      if (wrong !== undefined) return `invalid character ${showCharacter(wrong)} in \\u hexadecimal character escape`;
      if (i + 5 > raw.length) return "invalid character '\"' in \\u hexadecimal character escape";
    } else if (!'"\\/bfnrt'.includes(escape)) {
      return `invalid character ${showCharacter(escape)} in string escape code`;
    }
  }
  return "invalid string literal";
}

/** The value of a marker; undefined when it is none. */
function reviveMarker(key: string, content: Value): Value | undefined {
  switch (key) {
    case "$bytes": {
      const bytes = typeof content === "string" ? fromBase64(content) : undefined;
      return bytes === undefined ? undefined : new Bytes(bytes);
    }
    case "$float":
      if (content === "nan") return new Float(Number.NaN);
      return content === "+inf" || content === "-inf"
        ? new Float(content === "+inf" ? Infinity : -Infinity)
        : undefined;
    case "$secret":
      return content instanceof List ? reviveSecret(content.items) : undefined;
    case "$blob":
      return content instanceof Dict ? new Blob(content) : undefined;
    default:
      return undefined;
  }
}

function reviveSecret(items: readonly Value[]): Secret | undefined {
  const parts: SecretPart[] = [];
  for (const item of items) {
    const name = item instanceof Dict ? item.get("name") : undefined;
    if (typeof item === "string") parts.push(item);
    else if (typeof name === "string") parts.push({ name });
    else return undefined;
  }
  return new Secret(parts);
}
