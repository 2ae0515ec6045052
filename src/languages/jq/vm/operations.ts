/** The operations that instructions and shortcuts share, so that both do exactly the same. */
import { JqError } from "../errors.ts";
import { add, divide, modulo, multiply, subtract } from "../library/arithmetic.ts";
import { type NativeContext, objectBytes, textBytes } from "../library/contract.ts";
import { dump } from "../library/dump.ts";
import { describe, fail } from "../library/fail.ts";
import { compare, equals } from "../library/order.ts";
import { index, slice } from "../library/paths.ts";
import type { BinaryOperator } from "../syntax/tree.ts";
import type { JqObject, Value } from "../value.ts";

type BinaryOperation = (context: NativeContext, a: Value, b: Value) => Value;

/** Operators in the order that `BINARY` counts them by. */
export const binaryOperators: readonly BinaryOperator[] = ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">="];

/** What the operators do, in the same order. */
export const binaryOperations: readonly BinaryOperation[] = [
  add,
  subtract,
  multiply,
  divide,
  modulo,
  (context, a, b) => equals(context, a, b),
  (context, a, b) => !equals(context, a, b),
  (context, a, b) => (typeof a === "number" && typeof b === "number" ? lessNumber(a, b) : compare(context, a, b) < 0),
  (context, a, b) =>
    typeof a === "number" && typeof b === "number" ? lessNumber(a, b) || a === b : compare(context, a, b) <= 0,
  (context, a, b) =>
    typeof a === "number" && typeof b === "number" ? !lessNumber(a, b) && a !== b : compare(context, a, b) > 0,
  (context, a, b) => (typeof a === "number" && typeof b === "number" ? !lessNumber(a, b) : compare(context, a, b) >= 0),
];

/** NaN is less than every number, itself included. */
function lessNumber(a: number, b: number): boolean {
  return a < b || Number.isNaN(a);
}

/** `a[key]`, `undefined` where that is an error. */
export function indexOrNothing(context: NativeContext, a: Value, key: Value): Value | undefined {
  try {
    return index(context, a, key);
  } catch (error) {
    if (error instanceof JqError) return undefined;
    throw error;
  }
}

/** `a[from:to]`, `undefined` where that is an error. */
export function sliceOrNothing(context: NativeContext, a: Value, from: Value, to: Value): Value | undefined {
  try {
    return slice(context, a, from, to);
  } catch (error) {
    if (error instanceof JqError) return undefined;
    throw error;
  }
}

/** The key that a slice has in a path. */
export function sliceKey(from: Value, to: Value): JqObject {
  return new Map([
    ["start", from],
    ["end", to],
  ]);
}

/** Texts, one after the other. */
export function join(context: NativeContext, texts: readonly Value[]): string {
  let joined = "";
  for (const text of texts) joined += text as string;
  context.allocate(textBytes(joined.length));
  return joined;
}

/** Throws unless `key` can name a member. */
export function checkKey(key: Value): void {
  if (typeof key !== "string") fail(`Cannot use ${describe(key)} as object key`);
}

/** A new object of names and values that alternate. */
export function newObject(context: NativeContext, members: readonly Value[]): JqObject {
  const object: JqObject = new Map();
  for (let index = 0; index < members.length; index += 2) object.set(members[index] as string, members[index + 1]!);
  context.allocate(objectBytes(object.size));
  return object;
}

export function notIterable(value: Value): JqError {
  return new JqError(`Cannot iterate over ${describe(value)}`);
}

/** How much of a value the messages about paths show, in bytes. */
const SHOWN = 29;

export function noPathToElement(key: Value, value: Value): JqError {
  return new JqError(`Invalid path expression near attempt to access element ${dump(key)} of ${dump(value, SHOWN)}`);
}

export function noPathToEach(value: Value): JqError {
  return new JqError(`Invalid path expression near attempt to iterate through ${dump(value, SHOWN)}`);
}

export function noPath(value: Value): JqError {
  return new JqError(`Invalid path expression with result ${dump(value, SHOWN)}`);
}
