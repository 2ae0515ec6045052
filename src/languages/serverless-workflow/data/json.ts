/**
 * JSON text from outside to values, and values to JSON text. Unlike jq's own reader this one takes nothing but JSON. Members keep
 * their order, which JSON.parse changes for names such as "10".
 */
import type { Value } from "../../jq/value.ts";

/** Deeper nesting is refused: what walks values would run out of stack. */
export const maxDepth = 500;

/** A member whose name is an array index: JavaScript objects put those first. */
const numberedMember = /"(?:0|[1-9]\d*)"\s*:/;
const reserved = /[\ufdd0-\ufdef]|\\u[fF][dD][dDeE]/;
const plainlyReserved = /[\ufdd0-\ufdef]/;
const everyReserved = /[\ufdd0-\ufdef]/g;

/** `text` from outside: U+FDD0 to U+FDEF, which mark secrets, become U+FFFD. */
export function withoutMarkers(text: string): string {
  return plainlyReserved.test(text) ? text.replace(everyReserved, "\uFFFD") : text;
}

/** The value of a JSON text from outside; none of its strings can hold the marker of a secret. Throws SyntaxError. */
export function readJson(text: string): Value {
  return reserved.test(text) ? readWith(text, withoutMarkers) : readTrustedJson(text);
}

/** The value of a JSON text that this language wrote: markers of secrets stay. Throws SyntaxError. */
export function readTrustedJson(text: string): Value {
  return readWith(text, undefined);
}

function readWith(text: string, clean: ((text: string) => string) | undefined): Value {
  if (clean === undefined && !numberedMember.test(text)) return fromParsed(JSON.parse(text), 0);
  // Also finds whatever is wrong with the text, so that the reader below need not.
  JSON.parse(text);
  return new OrderedReader(text, clean).value(0);
}

function fromParsed(parsed: unknown, depth: number): Value {
  if (parsed === null || typeof parsed !== "object") return parsed as Value;
  if (depth > maxDepth) throw new SyntaxError(`nested more than ${maxDepth} deep`);
  if (Array.isArray(parsed)) {
    const array: Value[] = [];
    for (const element of parsed) array.push(fromParsed(element, depth + 1));
    return array;
  }
  const object = new Map<string, Value>();
  for (const name of Object.keys(parsed)) {
    object.set(name, fromParsed((parsed as Record<string, unknown>)[name], depth + 1));
  }
  return object;
}

/** Reads a text that is known to be JSON. */
class OrderedReader {
  readonly #text: string;
  readonly #clean: (text: string) => string;
  #at = 0;

  constructor(text: string, clean: ((text: string) => string) | undefined) {
    this.#text = text;
    this.#clean = clean ?? ((string) => string);
  }

  value(depth: number): Value {
    if (depth > maxDepth) throw new SyntaxError(`nested more than ${maxDepth} deep`);
    switch (this.#peek()) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #peek(): string {
    while (/\s/.test(this.#text[this.#at]!)) this.#at++;
    return this.#text[this.#at]!;
  }

  #object(depth: number): Value {
    const object = new Map<string, Value>();
    this.#at++;
    while (this.#peek() !== "}") {
      if (this.#peek() === ",") this.#at++;
      this.#peek();
      const name = this.#string();
      this.#peek();
      this.#at++;
      object.set(name, this.value(depth + 1));
    }
    this.#at++;
    return object;
  }

  #array(depth: number): Value {
    const array: Value[] = [];
    this.#at++;
    while (this.#peek() !== "]") {
      if (this.#peek() === ",") this.#at++;
      else array.push(this.value(depth + 1));
    }
    this.#at++;
    return array;
  }

  #string(): string {
    const begin = this.#at++;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    this.#at++;
    return this.#clean(JSON.parse(this.#text.slice(begin, this.#at)) as string);
  }

  #scalar(): Value {
    const begin = this.#at;
    while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text[this.#at]!)) this.#at++;
    return JSON.parse(this.#text.slice(begin, this.#at)) as Value;
  }
}

/** The largest finite number, which jq writes for infinities. */
const largest = "1.7976931348623157e+308";

/** JSON of a number as jq writes it: null for nan, the largest double for infinities. */
export function numberJson(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Number.isNaN(value)) return "null";
  return value > 0 ? largest : `-${largest}`;
}

/** JSON text of a value, without spaces. `string` writes strings that are not names of members. */
export function writeJson(value: Value, string: (text: string) => string = JSON.stringify): string {
  switch (typeof value) {
    case "string":
      return string(value);
    case "number":
      return numberJson(value);
    case "boolean":
      return value ? "true" : "false";
    default:
  }
  if (value === null) return "null";
  if (Array.isArray(value)) {
    let text = "[";
    for (let i = 0; i < value.length; i++) text += (i > 0 ? "," : "") + writeJson(value[i]!, string);
    return `${text}]`;
  }
  let text = "{";
  for (const [name, member] of value) {
    text += `${text.length > 1 ? "," : ""}${JSON.stringify(name)}:${writeJson(member, string)}`;
  }
  return `${text}}`;
}

/** A string that a secret goes into: U+FDD0, the secret's name, U+FDD1. */
const secretMarker = /\ufdd0([^\ufdd0\ufdd1]*)\ufdd1/g;

/** JSON text for people: a secret is shown as "***". */
export function writePublicJson(value: Value): string {
  return writeJson(value, (text) => JSON.stringify(withoutSecrets(text)));
}

/** A text for people: a secret is shown as "***". */
export function withoutSecrets(text: string): string {
  return text.includes("\uFDD0") ? text.replace(secretMarker, "***") : text;
}
