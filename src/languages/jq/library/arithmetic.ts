/** The operators + - * / % and the minus sign, on all kinds of values. */
import type { JqObject, Value } from "../value.ts";
import type { NativeContext } from "./contract.ts";
import { arrayBytes, objectBytes, textBytes, stepsOfWriting } from "./contract.ts";
import { failOn, failOnBoth } from "./fail.ts";
import { remainder, saturatedRemainder, toInt32 } from "./integers.ts";
import { checkDepth, equals } from "./order.ts";
import { splitText } from "./text.ts";

/** `a + b`: numbers add up, strings and arrays are joined, the members of `b` win in objects; null adds nothing. */
export function add(context: NativeContext, a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === "string" && typeof b === "string") return joinTexts(context, a, b);
  if (Array.isArray(a) && Array.isArray(b)) return joinArrays(context, a, b);
  if (a instanceof Map && b instanceof Map) return mergeObjects(context, a, b);
  failOnBoth(a, b, "cannot be added");
}

/** `a - b`: of numbers, or the elements of array `a` that do not occur in array `b`. */
export function subtract(context: NativeContext, a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (Array.isArray(a) && Array.isArray(b)) return elementsWithout(context, a, b);
  failOnBoth(a, b, "cannot be subtracted");
}

/** `a * b`: of numbers; a string as often as a number says, null for less than once; objects are merged all the way down. */
export function multiply(context: NativeContext, a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (typeof a === "string" && typeof b === "number") return repeatText(context, a, b);
  if (typeof a === "number" && typeof b === "string") return repeatText(context, b, a);
  if (a instanceof Map && b instanceof Map) return mergeDeep(context, a, b, 0);
  failOnBoth(a, b, "cannot be multiplied");
}

/** `a / b`: of numbers, or string `a` split at string `b`. */
export function divide(context: NativeContext, a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    if (b === 0) failOnBoth(a, b, "cannot be divided because the divisor is zero");
    return a / b;
  }
  if (typeof a === "string" && typeof b === "string") return splitText(context, a, b);
  failOnBoth(a, b, "cannot be divided");
}

/** `a % b`: the remainder of two integers, with the sign of `a`. */
export function modulo(context: NativeContext, a: Value, b: Value): Value {
  if (typeof a !== "number" || typeof b !== "number") failOnBoth(a, b, "cannot be divided (remainder)");
  const result = context.level === "1.6" ? remainder(a, b) : saturatedRemainder(a, b);
  if (result === undefined) failOnBoth(a, b, "cannot be divided (remainder) because the divisor is zero");
  return result;
}

/** `-a`. */
export function negate(a: Value): Value {
  if (typeof a !== "number") failOn(a, "cannot be negated");
  return -a;
}

/** Joined strings share their parts, so that only the shorter one counts. */
function joinTexts(context: NativeContext, a: string, b: string): string {
  context.allocate(textBytes(Math.min(a.length, b.length)));
  return a + b;
}

function joinArrays(context: NativeContext, a: Value[], b: Value[]): Value[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const length = a.length + b.length;
  context.charge(length >>> 4);
  context.allocate(arrayBytes(length));
  return a.concat(b);
}

function mergeObjects(context: NativeContext, a: JqObject, b: JqObject): JqObject {
  if (b.size === 0) return a;
  context.charge(stepsOfWriting * (a.size + b.size));
  context.allocate(objectBytes(a.size + b.size));
  const merged = new Map(a);
  for (const [name, value] of b) merged.set(name, value);
  return merged;
}

function mergeDeep(context: NativeContext, a: JqObject, b: JqObject, depth: number): JqObject {
  checkDepth(depth);
  context.charge(stepsOfWriting * (a.size + b.size));
  context.allocate(objectBytes(a.size + b.size));
  const merged = new Map(a);
  for (const [name, value] of b) {
    const old = merged.get(name);
    const bothObjects = old instanceof Map && value instanceof Map;
    merged.set(name, bothObjects ? mergeDeep(context, old, value, depth + 1) : value);
  }
  return merged;
}

function elementsWithout(context: NativeContext, a: Value[], b: Value[]): Value[] {
  const plain = new Set<Value>();
  const nested: Value[] = [];
  for (const value of b) {
    if (value !== null && typeof value === "object") nested.push(value);
    else if (!Number.isNaN(value)) plain.add(value);
  }
  context.charge(a.length * (1 + nested.length) + b.length);
  context.allocate(arrayBytes(a.length) + arrayBytes(b.length));
  return a.filter((value) => {
    if (value === null || typeof value !== "object") return !plain.has(value);
    return !nested.some((other) => equals(context, value, other));
  });
}

function repeatText(context: NativeContext, text: string, times: number): Value {
  const more = toInt32(times - 1);
  if (more < 0) return null;
  context.charge(Math.ceil((text.length * (more + 1)) / 16));
  context.allocate(textBytes(text.length * (more + 1)));
  return text.repeat(more + 1);
}
