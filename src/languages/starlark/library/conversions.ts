/** Universal functions that make a value of one type from another: bool, bytes, chr, float, int, ord, repr, str, type, hash. */
import { EvalError } from "../values/errors.ts";
import { toFiniteFloat, asInt32, isInt, numberToInt } from "../values/integers.ts";
import { elementsOf, isIterable } from "../values/iterate.ts";
import { repr as print } from "../values/print.ts";
import { decodeRune, encodeRune, everyRune, isAscii, runesOf, toValidUtf8 } from "../values/text.ts";
import { truth, typeName } from "../values/type-name.ts";
import { Bytes, Float, type Value } from "../values/value.ts";
import { defineBuiltin, signatureOf, bindArguments } from "./arguments.ts";
import type { BuiltinSpec, NamedArgument, Thread } from "./builtin.ts";
import { parseFloatLiteral, parseIntLiteral } from "./number-text.ts";
import { parameter, positional } from "./parameters.ts";

const bool = defineBuiltin(
  {
    name: "bool",
    doc: "Whether a value counts as true.",
    parameters: [positional("x", "any", "False")],
    returns: "bool",
  },
  (_thread, _self, x) => x !== undefined && truth(x),
);

/** Throws EvalError unless there is exactly one argument; `wanted` is how starlark-go says so. */
function only(name: string, args: Value[], named: NamedArgument[], wanted: string): Value {
  if (named.length > 0) throw new EvalError(`${name} does not accept keyword arguments`);
  if (args.length !== 1) throw new EvalError(`${name}: got ${args.length} arguments, want ${wanted}`);
  return args[0]!;
}

const bytes: BuiltinSpec = {
  name: "bytes",
  doc: "Bytes of a string (its UTF-8 encoding) or of an iterable of integers.",
  parameters: [positional("x", "bytes | string | iterable")],
  returns: "bytes",
  call(thread, _self, args, named) {
    const x = only("bytes", args, named, "exactly 1");
    if (x instanceof Bytes) return x;
    if (typeof x === "string") {
      const ascii = isAscii(x);
      thread.charge(40 + (ascii ? 0 : 3 * x.length));
      thread.spend(x.length >> (ascii ? 5 : 1));
      return new Bytes(toValidUtf8(x));
    }
    if (!isIterable(x)) {
      throw new EvalError(`bytes: got ${typeName(x)}, want string, bytes, or iterable of ints`);
    }
    return bytesOf(thread, elementsOf(thread, x)!);
  },
};

function bytesOf(thread: Thread, elements: readonly Value[]): Bytes {
  thread.charge(40 + elements.length);
  thread.spend(elements.length >> 2);
  let data = "";
  elements.forEach((element, i) => {
    if (!isInt(element)) throw new EvalError(`bytes: at index ${i}, got ${typeName(element)}, want int`);
    if (element < 0 || element > 255) {
      throw new EvalError(`bytes: at index ${i}, ${element} out of range (want value in unsigned 8-bit range)`);
    }
    data += String.fromCharCode(Number(element));
  });
  return new Bytes(data);
}

const chr: BuiltinSpec = {
  name: "chr",
  doc: "The string that holds one code point.",
  parameters: [positional("i", "int")],
  returns: "string",
  call(_thread, _self, args, named) {
    const rune = codePoint(only("chr", args, named, "1"));
    if (rune < 0) throw new EvalError(`chr: Unicode code point ${rune} out of range (<0)`);
    if (rune > 0x10ffff) {
      throw new EvalError(`chr: Unicode code point U+${rune.toString(16).toUpperCase()} out of range (>0x10FFFF)`);
    }
    return encodeRune(rune);
  },
};

function codePoint(value: Value): number {
  try {
    return asInt32(value);
  } catch (error) {
    throw new EvalError(`chr: ${(error as EvalError).message}`);
  }
}

const ord: BuiltinSpec = {
  name: "ord",
  doc: "The code point of a string of one code point, or the byte of bytes of length 1.",
  parameters: [positional("s", "string | bytes")],
  returns: "int",
  call(_thread, _self, args, named) {
    const x = only("ord", args, named, "1");
    if (x instanceof Bytes) {
      if (x.data.length !== 1) throw new EvalError(`ord: bytes has length ${x.data.length}, want 1`);
      return x.data.charCodeAt(0);
    }
    if (typeof x !== "string") throw new EvalError(`ord: got ${typeName(x)}, want string or bytes`);
    if (x === "" || decodeRune(x, 0).width !== x.length) {
      throw new EvalError(`ord: string encodes ${runesOf(x).length} Unicode code points, want 1`);
    }
    return decodeRune(x, 0).rune;
  },
};

const float: BuiltinSpec = {
  name: "float",
  doc: "A number as a float, or the float that a string denotes.",
  parameters: [positional("x", "float | int | bool | string", "0.0")],
  returns: "float",
  call(thread, _self, args, named) {
    if (named.length > 0) throw new EvalError("float does not accept keyword arguments");
    if (args.length > 1) throw new EvalError(`float got ${args.length} arguments, wants 1`);
    thread.charge(16);
    const x = args.length === 0 ? false : args[0]!;
    if (x instanceof Float) return x;
    if (typeof x === "boolean") return new Float(x ? 1 : 0);
    if (isInt(x)) return new Float(toFiniteFloat(x));
    if (typeof x === "string") return new Float(parseFloatLiteral(thread, x));
    throw new EvalError(`float got ${typeName(x)}, want number or string`);
  },
};

const int = defineBuiltin(
  {
    name: "int",
    doc: "A number without its fraction, or the int that a string denotes in a base (0: as its prefix says).",
    parameters: [parameter("x", "any"), parameter("base", "any", "10")],
    returns: "int",
  },
  (thread, _self, x, base) => {
    if (typeof x === "string") return parseIntLiteral(thread, x, base);
    if (base !== undefined) throw new EvalError("int: can't convert non-string with explicit base");
    if (typeof x === "boolean") return x ? 1 : 0;
    try {
      return numberToInt(x!);
    } catch (error) {
      throw new EvalError(`int: ${(error as EvalError).message}`);
    }
  },
);

const repr = defineBuiltin(
  {
    name: "repr",
    doc: "A value as text, as a literal of it where there is one.",
    parameters: [positional("x", "any")],
    returns: "string",
  },
  (thread, _self, x) => print(thread, x!),
);

const str: BuiltinSpec = {
  name: "str",
  doc: "A value as text. A string is itself, bytes are decoded as UTF-8.",
  parameters: [positional("x", "any")],
  returns: "string",
  call(thread, _self, args, named) {
    const x = only("str", args, named, "exactly 1");
    if (typeof x === "string") return x;
    if (!(x instanceof Bytes)) return print(thread, x);
    const ascii = isAscii(x.data);
    thread.charge(24 + (ascii ? 0 : 3 * x.data.length));
    thread.spend(x.data.length >> (ascii ? 5 : 1));
    return toValidUtf8(x.data);
  },
};

const type: BuiltinSpec = {
  name: "type",
  doc: "The name of a value's type.",
  parameters: [positional("x", "any")],
  returns: "string",
  call: (_thread, _self, args, named) => typeName(only("type", args, named, "exactly 1")),
};

const hashSignature = signatureOf("hash", [positional("x", "any")]);

const hash: BuiltinSpec = {
  name: "hash",
  doc: "A number that equal strings (or bytes) share, the same on every machine.",
  parameters: [...hashSignature.parameters],
  returns: "int",
  call(thread, _self, args, named) {
    const [x] = bindArguments(hashSignature, args, named);
    if (typeof x === "string") return hashString(thread, x);
    if (x instanceof Bytes) return hashBytes(thread, x.data);
    throw new EvalError(`hash: got ${typeName(x!)}, want string or bytes`);
  },
};

/** As java.lang.String.hashCode, over code points. */
function hashString(thread: Thread, text: string): number {
  thread.spend(text.length >> 3);
  let result = 0;
  if (isAscii(text)) {
    for (let i = 0; i < text.length; i++) result = (Math.imul(31, result) + text.charCodeAt(i)) | 0;
  } else {
    everyRune(text, (rune) => {
      result = (Math.imul(31, result) + rune) | 0;
      return true;
    });
  }
  return result;
}

/** FNV-1a, 32 bits. */
function hashBytes(thread: Thread, data: string): number {
  thread.spend(data.length >> 3);
  let result = 2166136261;
  for (let i = 0; i < data.length; i++) result = Math.imul(result ^ data.charCodeAt(i), 16777619);
  return result >>> 0;
}

export const conversions: readonly BuiltinSpec[] = [bool, bytes, chr, float, hash, int, ord, repr, str, type];
