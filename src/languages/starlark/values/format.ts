/** Formatting: `text % values` and text.format(…). A secret among the values makes the result a secret. */
import type { NamedArgument, Thread } from "../library/builtin.ts";
import { Dict } from "./dict.ts";
import { EvalError } from "./errors.ts";
import { isInt, numberToInt, productSteps } from "./integers.ts";
import { printFloat, type FloatFormat } from "./print-float.ts";
import { repr, str } from "./print.ts";
import { quoteText } from "./quote.ts";
import { joinSecret, Secret } from "./secret.ts";
import { decodeRune, encodeRune } from "./text.ts";
import { typeName } from "./type-name.ts";
import { Float, Tuple, type Value } from "./value.ts";

/** Gathers the result, accounting for what is added. */
class Output {
  readonly #thread: Thread;
  #pieces: (string | Secret)[] | undefined;
  #text = "";

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  add(text: string): void {
    this.#thread.charge(text.length);
    this.#text += text;
  }

  addSecret(secret: Secret): void {
    (this.#pieces ??= []).push(this.#text, secret);
    this.#text = "";
  }

  finish(): Value {
    this.#thread.charge(32);
    this.#thread.spend(this.#text.length >> 4);
    if (this.#pieces === undefined) return this.#text;
    const result = joinSecret([...this.#pieces, this.#text]);
    if (result instanceof Secret) this.#thread.charge(result.byteSize());
    return result;
  }
}

/** `format % value`. Throws EvalError when the values do not fit the format. */
export function interpolate(thread: Thread, format: string, value: Value): Value {
  const output = new Output(thread);
  const values = value instanceof Tuple ? value.items : [value];
  let used = 0;
  let rest = 0;
  for (let at = format.indexOf("%"); at >= 0; at = format.indexOf("%", rest)) {
    output.add(format.slice(rest, at));
    rest = at + 1;
    if (format.charAt(rest) === "%") {
      output.add("%");
      rest++;
      continue;
    }
    let argument: Value;
    if (format.charAt(rest) === "(") {
      const close = format.indexOf(")", rest);
      if (close < 0) throw new EvalError("incomplete format key");
      argument = valueOfKey(value, format.slice(rest + 1, close));
      rest = close + 1;
    } else {
      if (used >= values.length) throw new EvalError("not enough arguments for format string");
      argument = values[used]!;
    }
    if (rest >= format.length) throw new EvalError("incomplete format");
    convert(thread, output, format.charAt(rest), argument);
    rest++;
    used++;
  }
  output.add(format.slice(rest));
  if (used < values.length && !(value instanceof Dict)) {
    throw new EvalError("too many arguments for format string");
  }
  return output.finish();
}

function valueOfKey(mapping: Value, key: string): Value {
  if (!(mapping instanceof Dict)) throw new EvalError("format requires a mapping");
  const value = mapping.get(key);
  if (value === undefined) throw new EvalError(`key not found: ${key}`);
  return value;
}

function convert(thread: Thread, output: Output, conversion: string, value: Value): void {
  switch (conversion) {
    case "s":
    case "r":
      if (value instanceof Secret) output.addSecret(value);
      else output.add(conversion === "s" ? str(thread, value) : repr(thread, value));
      return;
    case "d":
    case "i":
      return output.add(printInt(thread, conversion, value, 10));
    case "o":
      return output.add(printInt(thread, conversion, value, 8));
    case "x":
      return output.add(printInt(thread, conversion, value, 16));
    case "X":
      return output.add(printInt(thread, conversion, value, 16).toUpperCase());
    case "e":
    case "f":
    case "g":
    case "E":
    case "F":
    case "G":
      return output.add(formatFloat(conversion, value));
    case "c":
      return output.add(formatCharacter(value));
    case "%":
      return output.add("%");
    default:
      // The byte is shown as the code point of its number.
      throw new EvalError(`unknown conversion %${encodeRune(conversion.charCodeAt(0))}`);
  }
}

function printInt(thread: Thread, conversion: string, value: Value, radix: number): string {
  try {
    const number = numberToInt(value);
    const text = radix === 10 ? String(number) : number.toString(radix);
    if (typeof number === "bigint") thread.spend(productSteps(4 * text.length, 4 * text.length));
    return text;
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    throw new EvalError(`%${conversion} format requires integer: ${error.message}`);
  }
}

function formatFloat(conversion: FloatFormat, value: Value): string {
  if (isInt(value)) return printFloat(Number(value), conversion);
  if (value instanceof Float) return printFloat(value.value, conversion);
  throw new EvalError(`%${conversion} format requires float, not ${typeName(value)}`);
}

function formatCharacter(value: Value): string {
  if (typeof value === "string") {
    if (value === "" || decodeRune(value, 0).width !== value.length) {
      throw new EvalError("%c format requires a single-character string");
    }
    return encodeRune(decodeRune(value, 0).rune);
  }
  if (!isInt(value)) throw new EvalError(`%c format requires int or single-character string, not ${typeName(value)}`);
  if (value < 0 || value > 0x10ffff) {
    throw new EvalError(`%c format requires a valid Unicode code point, got ${value}`);
  }
  return encodeRune(Number(value));
}

/** format.format(*args, **named). Throws EvalError when the values do not fit the format. */
export function formatText(thread: Thread, format: string, args: Value[], named: NamedArgument[]): Value {
  const output = new Output(thread);
  const fields = new FieldFinder(args, named);
  for (let rest = 0; ;) {
    const open = format.indexOf("{", rest);
    addLiteral(output, open < 0 ? format.slice(rest) : format.slice(rest, open));
    if (open < 0) return output.finish();
    if (format.charAt(open + 1) === "{") {
      output.add("{");
      rest = open + 2;
      continue;
    }
    const close = format.indexOf("}", open);
    if (close < 0) throw new EvalError("format: unmatched '{' in format");
    addField(thread, output, fields, format.slice(open + 1, close));
    rest = close + 1;
  }
}

/** Text outside fields: `}}` stands for `}`. */
function addLiteral(output: Output, literal: string): void {
  if (!literal.includes("}")) return output.add(literal);
  let rest = 0;
  for (let at = literal.indexOf("}"); at >= 0; at = literal.indexOf("}", rest)) {
    if (literal.charAt(at + 1) !== "}") throw new EvalError("format: single '}' in format");
    output.add(literal.slice(rest, at + 1));
    rest = at + 2;
  }
  output.add(literal.slice(rest));
}

/** One field: `name!conversion`, where each part may be left out. */
function addField(thread: Thread, output: Output, fields: FieldFinder, field: string): void {
  const mark = field.indexOf("!");
  const [name, afterName] = mark < 0 ? cut(field) : [field.slice(0, mark), undefined];
  const [conversion, spec] = mark < 0 ? ["s", afterName] : cut(field.slice(mark + 1));
  const value = fields.find(name);
  if (spec !== undefined && spec !== "") {
    throw new EvalError(`format spec features not supported in replacement fields: ${spec}`);
  }
  if (conversion !== "s" && conversion !== "r") {
    throw new EvalError(`format: unknown conversion ${quoteText(conversion)}`);
  }
  if (value instanceof Secret) output.addSecret(value);
  else output.add(conversion === "s" ? str(thread, value) : repr(thread, value));
}

/** What comes before and after the first colon. */
function cut(text: string): [string, string | undefined] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Finds the values of fields; automatic and manual numbering do not mix. */
class FieldFinder {
  readonly #args: Value[];
  readonly #named: NamedArgument[];
  #automatic = 0;
  #manual = false;

  constructor(args: Value[], named: NamedArgument[]) {
    this.#args = args;
    this.#named = named;
  }

  find(name: string): Value {
    if (name === "") return this.#next();
    return /^\d+$/.test(name) ? this.#numbered(name) : this.#keyword(name);
  }

  #next(): Value {
    if (this.#manual) {
      throw new EvalError("format: cannot switch from manual field specification to automatic field numbering");
    }
    return this.#at(this.#automatic++);
  }

  #numbered(name: string): Value {
    if (this.#automatic > 0) {
      throw new EvalError("format: cannot switch from automatic field numbering to manual field specification");
    }
    this.#manual = true;
    return this.#at(Number(name));
  }

  #at(index: number): Value {
    if (index >= this.#args.length) throw new EvalError("format: tuple index out of range");
    return this.#args[index]!;
  }

  #keyword(name: string): Value {
    const found = this.#named.find((argument) => argument.name === name);
    if (found !== undefined) return found.value;
    if (name.includes(".")) {
      throw new EvalError(`format: attribute syntax x.y is not supported in replacement fields: ${name}`);
    }
    if (name.includes("[")) {
      throw new EvalError(`format: element syntax a[i] is not supported in replacement fields: ${name}`);
    }
    if (name.includes("{")) throw new EvalError("format: nested replacement fields not supported");
    throw new EvalError(`format: keyword ${name} not found`);
  }
}
