/** Values to JSON text. */
import { Blob } from "../values/blob.ts";
import { toBase64 } from "../../../core/base64.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { productSteps } from "../values/integers.ts";
import { elementsOf, isIterable } from "../values/iterate.ts";
import { printFloat } from "../values/print-float.ts";
import { quoteText } from "../values/quote.ts";
import { Secret, type SecretPart } from "../values/secret.ts";
import { Time } from "../values/time.ts";
import { decodeRune, isValidUtf8, runeError, toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { Bytes, Float, type HeapValue, type Value } from "../values/value.ts";
import { attributeNames, findAttribute } from "./attributes.ts";
import type { Thread } from "./builtin.ts";
import { formatTime } from "./time-format.ts";
import { rfc3339 } from "./time-parse.ts";

/** Deeper values are refused. */
const maximumDepth = 500;

/** Errors in deep places do not name all of their surroundings. */
const maximumMessage = 500;

/**
 * The JSON text of a value, as a byte string: what json.encode answers. Keys of dicts are sorted, as starlark-go does. Throws
 * EvalError for values that JSON cannot hold.
 */
export function encodeJson(thread: Thread, value: Value): string {
  return new Writer(thread, { sorted: true, markers: false }).write(value);
}

/** The same; a secret text where a string of the value is one. The action writes its secrets as JSON has them. */
export function encodeJsonText(thread: Thread, value: Value): string | Secret {
  return new Writer(thread, { sorted: true, markers: false, secrets: true }).writeText(value);
}

/**
 * The wire text of a value (`core/wire.ts`), as an ordinary JavaScript string. Keys keep their order, a time is a text in RFC 3339. Throws EvalError for
 * functions and other values that cannot leave the machine.
 */
export function encodeWireValue(thread: Thread, value: Value): string {
  return new Writer(thread, { sorted: false, markers: true }).write(value);
}

interface WriterOptions {
  sorted: boolean;
  /** Wire text instead of plain JSON: markers for what JSON lacks, and characters instead of UTF-8 bytes. */
  markers: boolean;
  /** Whether texts may hold secrets. */
  secrets?: boolean;
}

const plain = /^[ !#-[\]-~]*$/;

class Writer {
  readonly #thread: Thread;
  readonly #options: WriterOptions;
  /** Containers that are being written. */
  readonly #path: HeapValue[] = [];
  /** What is written before `#text`, once there was a secret. */
  readonly #parts: SecretPart[] = [];
  #text = "";
  #paid = 0;
  #elements = 0;

  constructor(thread: Thread, options: WriterOptions) {
    this.#thread = thread;
    this.#options = options;
  }

  write(value: Value): string {
    this.#emit(value);
    this.#pay();
    return this.#text;
  }

  writeText(value: Value): string | Secret {
    const text = this.write(value);
    return this.#parts.length === 0 ? text : new Secret([...this.#parts, text]);
  }

  /** Accounts for the text written since the last time. */
  #pay(): void {
    const bytes = this.#text.length - this.#paid;
    this.#thread.charge(bytes);
    this.#thread.spend((bytes >> 4) + 8 * this.#elements);
    this.#paid = this.#text.length;
    this.#elements = 0;
  }

  #emit(value: Value): void {
    switch (typeof value) {
      case "string":
        this.#text += this.#quote(value);
        break;
      case "number":
        this.#text += String(value);
        break;
      case "bigint":
        this.#emitBigint(value);
        break;
      case "boolean":
        this.#text += value ? "true" : "false";
        break;
      default:
        if (value === null) this.#text += "null";
        else this.#emitHeap(value);
    }
    if (this.#text.length - this.#paid > 8192) this.#pay();
  }

  #emitBigint(value: bigint): void {
    const text = value.toString();
    this.#thread.spend(productSteps(4 * text.length, 4 * text.length));
    this.#text += text;
  }

  #quote(text: string): string {
    if (text.length < 500 && plain.test(text)) return `"${text}"`;
    this.#thread.charge(text.length);
    if (this.#options.markers) return isValidUtf8(text) ? JSON.stringify(toText(text)) : bytesMarker(text);
    return quoteAsGo(text);
  }

  #emitHeap(value: HeapValue): void {
    if (value instanceof Float) this.#emitFloat(value.value);
    else if (value instanceof Dict) this.#emitDict(value);
    else if (this.#options.secrets === true && value instanceof Secret) this.#emitSecret(value);
    else if (isIterable(value)) this.#emitItems(value);
    else if (!this.#options.markers || !this.#emitMarker(value)) this.#emitFields(value);
  }

  #emitFloat(value: number): void {
    this.#elements += 3;
    if (Number.isFinite(value)) this.#text += printFloat(value);
    else if (this.#options.markers) this.#text += `{"$float":"${printFloat(value)}"}`;
    else throw new EvalError(`cannot encode non-finite float ${printFloat(value)}`);
  }

  #emitSecret({ parts }: Secret): void {
    this.#text += '"';
    for (const part of parts) {
      if (typeof part === "string") this.#text += this.#quote(part).slice(1, -1);
      else {
        this.#pay();
        this.#parts.push(this.#text, { name: part.name, as: "json" });
        this.#text = "";
        this.#paid = 0;
      }
    }
    this.#text += '"';
  }

  #emitMarker(value: HeapValue): boolean {
    if (value instanceof Bytes) {
      this.#thread.charge(2 * value.data.length);
      this.#thread.spend(2 * value.data.length);
      this.#text += bytesMarker(value.data);
    } else if (value instanceof Secret) {
      const parts = value.parts.map((part) =>
        typeof part === "string" ? toText(part) : { ...part, name: toText(part.name) },
      );
      this.#text += `{"$secret":${JSON.stringify(parts)}}`;
    } else if (value instanceof Blob) {
      this.#text += '{"$blob":';
      this.#emit(value.handle);
      this.#text += "}";
    } else if (value instanceof Time) {
      this.#text += JSON.stringify(formatTime(value, rfc3339));
    } else {
      return false;
    }
    return true;
  }

  #emitDict(dict: Dict): void {
    this.#enter(dict);
    const keys = this.#keysOf(dict);
    const { markers } = this.#options;
    const mark = markers && keys.length === 1 && keys[0]!.startsWith("$") ? "$" : "";
    this.#elements += 2 * keys.length;
    let separator = "{";
    for (const key of keys) {
      this.#text += `${separator}${this.#quoteKey(mark + key)}:`;
      separator = ",";
      try {
        this.#emit(dict.map.get(key)!);
      } catch (error) {
        throw locate(error, `in ${dict.type} key ${quoteText(key.slice(0, maximumMessage))}`);
      }
    }
    this.#text += keys.length === 0 ? "{}" : "}";
    this.#path.pop();
  }

  /** The keys of a dict, which must be strings. */
  #keysOf(dict: Dict): string[] {
    const keys = dict.keys();
    for (const key of keys) {
      if (typeof key !== "string") throw new EvalError(`${dict.type} has ${typeName(key)} key, want string`);
    }
    return (this.#options.sorted ? keys.toSorted(compareText) : keys) as string[];
  }

  #quoteKey(key: string): string {
    if (key.length < 100 && plain.test(key)) return `"${key}"`;
    if (this.#options.markers && !isValidUtf8(key)) throw new EvalError(`key ${quoteText(key)} is not valid UTF-8`);
    return this.#quote(key);
  }

  #emitItems(value: HeapValue): void {
    this.#enter(value);
    const elements = elementsOf(this.#thread, value)!;
    this.#text += "[";
    for (let i = 0; i < elements.length; i++) {
      if (i > 0) this.#text += ",";
      this.#elements++;
      try {
        this.#emit(elements[i]!);
      } catch (error) {
        throw locate(error, `at ${value.type} index ${i}`);
      }
    }
    this.#text += "]";
    this.#path.pop();
  }

  /** A struct, or any other value with fields, as an object. */
  #emitFields(value: HeapValue): void {
    const names = attributeNames(value);
    if (names.length === 0 && value.type !== "struct") throw new EvalError(`cannot encode ${value.type} as JSON`);
    this.#enter(value);
    let separator = "{";
    for (const name of names) {
      this.#text += `${separator}${this.#quote(name)}:`;
      separator = ",";
      try {
        this.#emit(findAttribute(this.#thread, value, name)!);
      } catch (error) {
        throw locate(error, `in field .${name}`);
      }
    }
    this.#text += names.length === 0 ? "{}" : "}";
    this.#path.pop();
  }

  /** Notes that a container is being written, which must not be so already. */
  #enter(container: HeapValue): void {
    if (this.#path.includes(container)) throw new EvalError("cycle in JSON structure");
    if (this.#path.length >= maximumDepth) throw new EvalError(`nested more than ${maximumDepth} deep`);
    this.#path.push(container);
  }
}

/** An error with the place where it came up in front. */
function locate(error: unknown, where: string): unknown {
  if (!(error instanceof EvalError) || error.message.length > maximumMessage) return error;
  return new EvalError(`${where}: ${error.message}`);
}

function bytesMarker(data: string): string {
  return `{"$bytes":"${toBase64(data)}"}`;
}

function compareText(a: Value, b: Value): number {
  return (a as string) < (b as string) ? -1 : a === b ? 0 : 1;
}

/** Whether there are only ASCII characters from the space on. */
const printable = /^[ -\u007f]*$/;

/** What Go escapes in a text with control characters or others beyond ASCII, so that it is safe inside HTML. */
const escapedByGo = /[<>&\u0100]|\u00e2\u0080[\u00a8\u00a9]/g;

/** A byte string as JSON, escaped as starlark-go does it. */
function quoteAsGo(text: string): string {
  if (printable.test(text)) return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
  // Bytes from 0x80 on are left alone, as they should be.
  const quoted = JSON.stringify(isValidUtf8(text) ? text : markInvalid(text));
  return quoted.replaceAll(escapedByGo, escapeForHtml);
}

/** Replaces undecodable bytes by U+0100, which no byte string contains. */
function markInvalid(text: string): string {
  let marked = "";
  for (let i = 0; i < text.length;) {
    const { rune, width } = decodeRune(text, i);
    marked += rune === runeError && width === 1 ? "\u0100" : text.slice(i, i + width);
    i += width;
  }
  return marked;
}

function escapeForHtml(found: string): string {
  if (found.length === 1) return found === "\u0100" ? "\\ufffd" : `\\u00${found.charCodeAt(0).toString(16)}`;
  return found.endsWith("\u00a8") ? "\\u2028" : "\\u2029";
}
