/** Values to JSON text. */
import { Blob } from "../values/blob.ts";
import { toBase64 } from "../values/base64.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { elementsOf, isIterable } from "../values/iterate.ts";
import { printFloat } from "../values/print-float.ts";
import { quoteText } from "../values/quote.ts";
import { Secret } from "../values/secret.ts";
import { decodeRune, isValidUtf8, runeError, toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { Bytes, Float, type HeapValue, type Value } from "../values/value.ts";
import { attributeNames, findAttribute } from "./attributes.ts";
import type { Thread } from "./builtin.ts";

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

/**
 * The wire text of a value (`core/wire.ts`), as an ordinary JavaScript string. Keys keep their order. Throws EvalError for
 * functions and other values that cannot leave the machine.
 */
export function encodeWireValue(thread: Thread, value: Value): string {
  return new Writer(thread, { sorted: false, markers: true }).write(value);
}

interface WriterOptions {
  sorted: boolean;
  /** Wire text instead of plain JSON: markers for what JSON lacks, and characters instead of UTF-8 bytes. */
  markers: boolean;
}

const plain = /^[ !#-[\]-~]*$/;

class Writer {
  readonly #thread: Thread;
  readonly #options: WriterOptions;
  /** Containers that are being written. */
  readonly #path: HeapValue[] = [];
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
        this.#text += value.toString();
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

  #quote(text: string): string {
    if (text.length < 500 && plain.test(text)) return `"${text}"`;
    this.#thread.charge(text.length);
    if (this.#options.markers) return isValidUtf8(text) ? JSON.stringify(toText(text)) : bytesMarker(text);
    return quoteAsGo(text);
  }

  #emitHeap(value: HeapValue): void {
    if (value instanceof Float) this.#emitFloat(value.value);
    else if (value instanceof Dict) this.#within(value, () => this.#emitDict(value));
    else if (isIterable(value)) this.#within(value, () => this.#emitItems(value));
    else if (!this.#options.markers || !this.#emitMarker(value)) this.#within(value, () => this.#emitFields(value));
  }

  #emitFloat(value: number): void {
    this.#elements += 3;
    if (Number.isFinite(value)) this.#text += printFloat(value);
    else if (this.#options.markers) this.#text += `{"$float":"${printFloat(value)}"}`;
    else throw new EvalError(`cannot encode non-finite float ${printFloat(value)}`);
  }

  #emitMarker(value: HeapValue): boolean {
    if (value instanceof Bytes) {
      this.#thread.charge(2 * value.data.length);
      this.#text += bytesMarker(value.data);
    } else if (value instanceof Secret) {
      const parts = value.parts.map((part) => (typeof part === "string" ? toText(part) : { name: toText(part.name) }));
      this.#text += `{"$secret":${JSON.stringify(parts)}}`;
    } else if (value instanceof Blob) {
      this.#text += '{"$blob":';
      this.#emit(value.handle);
      this.#text += "}";
    } else {
      return false;
    }
    return true;
  }

  #emitDict(dict: Dict): void {
    let keys = dict.keys();
    const wrong = keys.find((key) => typeof key !== "string");
    if (wrong !== undefined) throw new EvalError(`${dict.type} has ${typeName(wrong)} key, want string`);
    if (this.#options.sorted) keys = keys.toSorted(compareText);
    const mark = this.#options.markers && keys.length === 1 && (keys[0] as string).startsWith("$") ? "$" : "";
    this.#elements += 2 * keys.length;
    this.#text += "{";
    keys.forEach((key, i) => {
      this.#text += `${i === 0 ? "" : ","}${this.#quoteKey(mark + (key as string))}:`;
      this.#nested(dict.get(key)!, () => `in ${dict.type} key ${quoteText((key as string).slice(0, maximumMessage))}`);
    });
    this.#text += "}";
  }

  #quoteKey(key: string): string {
    if (this.#options.markers && !isValidUtf8(key)) throw new EvalError(`key ${quoteText(key)} is not valid UTF-8`);
    return this.#quote(key);
  }

  #emitItems(value: HeapValue): void {
    this.#text += "[";
    const elements = elementsOf(this.#thread, value)!;
    for (let i = 0; i < elements.length; i++) {
      const element = elements[i]!;
      const separator = i === 0 ? "" : ",";
      this.#elements++;
      if (typeof element === "number") {
        this.#text += separator + element;
        if (this.#text.length - this.#paid > 8192) this.#pay();
      } else {
        this.#text += separator;
        this.#nested(element, () => `at ${value.type} index ${i}`);
      }
    }
    this.#text += "]";
  }

  /** A struct, or any other value with fields, as an object. */
  #emitFields(value: HeapValue): void {
    const names = attributeNames(value);
    if (names.length === 0 && value.type !== "struct") throw new EvalError(`cannot encode ${value.type} as JSON`);
    this.#text += "{";
    names.forEach((name, i) => {
      this.#text += `${i === 0 ? "" : ","}${this.#quote(name)}:`;
      this.#nested(findAttribute(this.#thread, value, name)!, () => `in field .${name}`);
    });
    this.#text += "}";
  }

  /** Writes a part; what goes wrong says where. */
  #nested(value: Value, where: () => string): void {
    if (value === null || typeof value !== "object") return this.#emit(value);
    try {
      this.#emit(value);
    } catch (error) {
      if (!(error instanceof EvalError) || error.message.length > maximumMessage) throw error;
      throw new EvalError(`${where()}: ${error.message}`);
    }
  }

  #within(container: HeapValue, emit: () => void): void {
    if (this.#path.includes(container)) throw new EvalError("cycle in JSON structure");
    if (this.#path.length >= maximumDepth) throw new EvalError(`nested more than ${maximumDepth} deep`);
    this.#path.push(container);
    emit();
    this.#path.pop();
  }
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
