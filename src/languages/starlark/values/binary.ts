/** Operators, the general path: the machine does the commonest cases of numbers and strings itself. */
import type { Thread } from "../library/builtin.ts";
import { compare, equals } from "./compare.ts";
import { Dict } from "./dict.ts";
import { EvalError } from "./errors.ts";
import { binaryFloats, isNumber } from "./floats.ts";
import { interpolate } from "./format.ts";
import {
  addInts,
  asInt32,
  bitwiseInts,
  divideInts,
  invertInt,
  isInt,
  moduloInts,
  multiplyInts,
  negateInt,
  numberToInt,
  shiftLeft,
  shiftRight,
  subtractInts,
  type Int,
} from "./integers.ts";
import { findText, searchSteps } from "./search.ts";
import { joinSecret, Secret } from "./secret.ts";
import { StarlarkSet } from "./set.ts";
import { difference, intersection, symmetricDifference, union } from "./set-algebra.ts";
import { typeName } from "./type-name.ts";
import { Bytes, Float, HeapValue, List, Range, Tuple, type Value } from "./value.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "//" | "%" | "|" | "&" | "^" | "<<" | ">>";

/** Any operator of two operands but `and` and `or`. */
export type StrictOperator = ArithmeticOperator | "in" | "not in" | "==" | "!=" | "<" | "<=" | ">" | ">=";

/** Longer texts and lists are not made by `*`, whatever the memory limit. */
const maximumRepeat = 1 << 29;

/** `a op b`. Throws EvalError when the types have no such operator, or for what the operator refuses. */
export function binary(thread: Thread, operator: StrictOperator, a: Value, b: Value): Value {
  switch (operator) {
    case "==":
      return equals(thread, a, b);
    case "!=":
      return !equals(thread, a, b);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(thread, operator, a, b);
    case "in":
      return contains(thread, b, a);
    case "not in":
      return !contains(thread, b, a);
    default:
      return arithmetic(thread, operator, a, b);
  }
}

function arithmetic(thread: Thread, operator: ArithmeticOperator, a: Value, b: Value): Value {
  if (isInt(a) && isInt(b)) return binaryInts(thread, operator, a, b);
  if (isNumber(a) && isNumber(b)) {
    const result = binaryFloats(operator, a, b);
    if (result !== undefined) {
      thread.charge(16);
      return result;
    }
  }
  const result = binarySequences(thread, operator, a, b);
  if (result !== undefined) return result;
  const own = binaryOwn(operator, a, b);
  if (own instanceof HeapValue) thread.charge(own.byteSize());
  if (own !== undefined) return own;
  throw new EvalError(`unknown binary op: ${typeName(a)} ${operator} ${typeName(b)}`);
}

/** Operators that a type defines itself. */
function binaryOwn(operator: ArithmeticOperator, a: Value, b: Value): Value | undefined {
  const left = a instanceof HeapValue ? a.binary(operator, b, false) : undefined;
  if (left !== undefined) return left;
  return b instanceof HeapValue ? b.binary(operator, a, true) : undefined;
}

function binaryInts(thread: Thread, operator: ArithmeticOperator, a: Int, b: Int): Value {
  switch (operator) {
    case "+":
      return addInts(thread, a, b);
    case "-":
      return subtractInts(thread, a, b);
    case "*":
      return multiplyInts(thread, a, b);
    case "//":
      return divideInts(thread, a, b);
    case "%":
      return moduloInts(thread, a, b);
    case "/":
      thread.charge(16);
      return binaryFloats(operator, a, b)!;
    case "<<":
      return shiftLeft(thread, a, b);
    case ">>":
      return shiftRight(thread, a, b);
    default:
      return bitwiseInts(thread, operator, a, b);
  }
}

function binarySequences(thread: Thread, operator: ArithmeticOperator, a: Value, b: Value): Value | undefined {
  switch (operator) {
    case "+":
      return concatenate(thread, a, b);
    case "*":
      return isInt(b) ? repeat(thread, a, b) : isInt(a) ? repeat(thread, b, a) : undefined;
    case "%":
      return typeof a === "string" ? interpolate(thread, a, b) : undefined;
    case "<<":
    case ">>":
      if (isInt(a)) asInt32(b);
      return undefined;
    case "|":
      if (a instanceof Dict && b instanceof Dict) return unionOfDicts(thread, a, b);
      return a instanceof StarlarkSet && b instanceof StarlarkSet ? union(thread, a, b.values()) : undefined;
    case "-":
      return a instanceof StarlarkSet && b instanceof StarlarkSet ? difference(thread, a, b.values()) : undefined;
    case "&":
      return a instanceof StarlarkSet && b instanceof StarlarkSet ? intersection(thread, a, b.values()) : undefined;
    case "^":
      if (!(a instanceof StarlarkSet && b instanceof StarlarkSet)) return undefined;
      return symmetricDifference(thread, a, b.values());
    default:
      return undefined;
  }
}

/**
 * The host joins texts when they are first looked into. Up to this length of the result that is within a step, and pieces can be
 * appended one by one; a longer one takes steps.
 */
export const plainJoinLength = 64 * 1024;

function concatenate(thread: Thread, a: Value, b: Value): Value | undefined {
  if (typeof a === "string") {
    if (typeof b === "string") {
      thread.charge(32 + b.length);
      if (a.length + b.length > plainJoinLength) thread.spend((a.length + b.length) >> 10);
      return a + b;
    }
    return b instanceof Secret ? concatenateSecret(thread, a, b) : undefined;
  }
  if (a instanceof List && b instanceof List) return new List(concatenateItems(thread, a.items, b.items));
  if (a instanceof Tuple && b instanceof Tuple) return new Tuple(concatenateItems(thread, a.items, b.items));
  if (a instanceof Bytes && b instanceof Bytes) {
    thread.charge(40 + a.data.length + b.data.length);
    return new Bytes(a.data + b.data);
  }
  if (a instanceof Secret && (typeof b === "string" || b instanceof Secret)) return concatenateSecret(thread, a, b);
  return undefined;
}

function concatenateSecret(thread: Thread, a: string | Secret, b: string | Secret): Value {
  const result = joinSecret([a, b]);
  thread.charge(typeof result === "string" ? result.length : result.byteSize());
  return result;
}

function concatenateItems(thread: Thread, a: readonly Value[], b: readonly Value[]): Value[] {
  const count = a.length + b.length;
  thread.charge(48 + 8 * count);
  thread.spend(count >> 3);
  if (count > shortConcatenation) return a.concat(b);
  const items: Value[] = [];
  for (let i = 0; i < a.length; i++) items.push(a[i]!);
  for (let i = 0; i < b.length; i++) items.push(b[i]!);
  return items;
}

/** So few items are put together sooner than the host's own function gets going. */
const shortConcatenation = 32;

function repeat(thread: Thread, sequence: Value, count: Int): Value | undefined {
  if (typeof sequence === "string") return repeatText(thread, sequence, count);
  if (sequence instanceof Bytes) return new Bytes(repeatText(thread, sequence.data, count));
  if (sequence instanceof List) return new List(repeatItems(thread, sequence.items, count));
  if (sequence instanceof Tuple) return new Tuple(repeatItems(thread, sequence.items, count));
  return undefined;
}

function repeatText(thread: Thread, text: string, count: Int): string {
  const times = repeatCount(text.length, count);
  thread.charge(40 + text.length * times);
  thread.spend((text.length * times) >> 6);
  return text.repeat(times);
}

function repeatItems(thread: Thread, items: readonly Value[], count: Int): Value[] {
  const times = repeatCount(items.length, count);
  thread.charge(48 + 8 * items.length * times);
  thread.spend(items.length * times);
  const result: Value[] = [];
  for (let i = 0; i < times; i++) for (const item of items) result.push(item);
  return result;
}

/** How often to repeat a sequence of `length`; 0 for negative counts and empty sequences. */
function repeatCount(length: number, count: Int): number {
  if (length === 0) return 0;
  if (typeof count !== "number" || (count | 0) !== count) throw new EvalError(`repeat count ${count} too large`);
  if (count < 1) return 0;
  if (length * count >= maximumRepeat) throw new EvalError(`excessive repeat (${length} * ${count} elements)`);
  return count;
}

function unionOfDicts(thread: Thread, a: Dict, b: Dict): Dict {
  const count = a.size + b.size;
  thread.charge(64 + Dict.entrySize * count);
  thread.spend(8 * count);
  const result = new Dict();
  for (const [key, value] of a.entries()) result.set(key, value);
  for (const [key, value] of b.entries()) result.set(key, value);
  return result;
}

/** `needle in container`. */
export function contains(thread: Thread, container: Value, needle: Value): boolean {
  if (typeof container === "string") {
    if (typeof needle === "string") {
      thread.spend(searchSteps(container, needle));
      return findText(container, needle) >= 0;
    }
    throw new EvalError(`'in <string>' requires string as left operand, not ${typeName(needle)}`);
  }
  if (container instanceof Dict) return dictContains(container, needle);
  if (container instanceof List || container instanceof Tuple) return itemsContain(thread, container.items, needle);
  if (container instanceof StarlarkSet) return container.has(needle);
  if (container instanceof Range) return rangeContains(container, needle);
  if (container instanceof Bytes) return bytesContain(thread, container, needle);
  const own = container instanceof HeapValue ? container.contains(needle) : undefined;
  if (own !== undefined) return own;
  throw new EvalError(`unknown binary op: ${typeName(needle)} in ${typeName(container)}`);
}

/** What cannot be a key is not in a dict. */
function dictContains(dict: Dict, needle: Value): boolean {
  try {
    return dict.has(needle);
  } catch (error) {
    if (error instanceof EvalError) return false;
    throw error;
  }
}

function itemsContain(thread: Thread, items: readonly Value[], needle: Value): boolean {
  thread.spend(items.length >> 1);
  for (const item of items) if (equals(thread, item, needle)) return true;
  return false;
}

function rangeContains(range: Range, needle: Value): boolean {
  if (!isNumber(needle) || (needle instanceof Float && !Number.isFinite(needle.value))) {
    throw new EvalError(`'in <range>' requires integer as left operand, not ${typeName(needle)}`);
  }
  const number = numberToInt(needle);
  if (typeof number !== "number") return false;
  const steps = (number - range.start) / range.step;
  return Number.isInteger(steps) && steps >= 0 && steps < range.length;
}

function bytesContain(thread: Thread, bytes: Bytes, needle: Value): boolean {
  if (needle instanceof Bytes) {
    thread.spend(searchSteps(bytes.data, needle.data));
    return findText(bytes.data, needle.data) >= 0;
  }
  thread.spend(bytes.data.length >> 6);
  if (!isInt(needle)) throw new EvalError(`'in bytes' requires bytes or int as left operand, not ${typeName(needle)}`);
  if (needle < 0 || needle > 255) {
    throw new EvalError(`int in bytes: ${needle} out of range (want value in unsigned 8-bit range)`);
  }
  return bytes.data.includes(String.fromCharCode(Number(needle)));
}

/** `+x`, `-x`, `~x`, `not x`. Throws EvalError when the type has no such operator. */
export function unary(thread: Thread, operator: "+" | "-" | "~" | "not", value: Value): Value {
  if (isInt(value)) {
    if (operator === "-") return negateInt(thread, value);
    if (operator === "+") return value;
    if (operator === "~") return invertInt(thread, value);
    return Number(value) === 0;
  }
  if (operator === "not") return value === null || (typeof value === "object" ? !value.truth() : !value);
  if (value instanceof Float) {
    if (operator === "-") {
      thread.charge(16);
      return new Float(-value.value);
    }
    if (operator === "+") return value;
  }
  const result = value instanceof HeapValue ? value.unary(operator) : undefined;
  if (result !== undefined) return result;
  throw new EvalError(`unknown unary op: ${operator} ${typeName(value)}`);
}
