/** Equality and order of values. Nested values are compared to a depth of 10, so cycles end in an error, as in starlark-go. */
import type { Thread } from "../library/builtin.ts";
import { Dict } from "./dict.ts";
import { EvalError } from "./errors.ts";
import { compareNumbers, isInt } from "./integers.ts";
import { Secret, secretsEqual } from "./secret.ts";
import { StarlarkSet } from "./set.ts";
import { Struct } from "./struct.ts";
import { typeName } from "./type-name.ts";
import {
  Bytes,
  Float,
  HeapValue,
  List,
  type OrderOperator,
  plainTextLength,
  Range,
  Tuple,
  type Value,
} from "./value.ts";

const compareLimit = 10;

/** `a == b`. Throws EvalError when values are nested more than 10 deep. */
export function equals(thread: Thread, a: Value, b: Value): boolean {
  return equalsDepth(thread, a, b, compareLimit);
}

/** Any of the six comparisons. Throws EvalError when the types have no order, or are nested too deeply. */
export function compare(thread: Thread, operator: OrderOperator, a: Value, b: Value): boolean {
  return compareDepth(thread, operator, a, b, compareLimit);
}

function compareDepth(thread: Thread, operator: OrderOperator, a: Value, b: Value, depth: number): boolean {
  if (operator === "==") return equalsDepth(thread, a, b, depth);
  if (operator === "!=") return !equalsDepth(thread, a, b, depth);
  checkDepth(depth);
  if (typeof a === "string" && typeof b === "string") {
    spendOnTexts(thread, a, b);
    return holds(operator, a < b ? -1 : a > b ? 1 : 0);
  }
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== undefined && y !== undefined) return holds(operator, compareNumbers(x, y));
  if (typeof a === "boolean" && typeof b === "boolean") return holds(operator, Number(a) - Number(b));
  if (a instanceof HeapValue && b instanceof HeapValue) return compareHeap(thread, operator, a, b, depth);
  throw unordered(operator, a, b);
}

function compareHeap(thread: Thread, operator: OrderOperator, a: HeapValue, b: HeapValue, depth: number): boolean {
  if (a instanceof List && b instanceof List) return compareItems(thread, operator, a.items, b.items, depth);
  if (a instanceof Tuple && b instanceof Tuple) return compareItems(thread, operator, a.items, b.items, depth);
  if (a instanceof Bytes && b instanceof Bytes) return compareDepth(thread, operator, a.data, b.data, depth);
  if (a instanceof StarlarkSet && b instanceof StarlarkSet) return compareSets(thread, operator, a, b);
  const order = a.type === b.type ? a.order(b) : undefined;
  if (order === undefined) throw unordered(operator, a, b);
  return holds(operator, order);
}

/** The first items that differ decide; then the lengths. */
function compareItems(
  thread: Thread,
  operator: OrderOperator,
  a: readonly Value[],
  b: readonly Value[],
  depth: number,
): boolean {
  const shared = Math.min(a.length, b.length);
  if (shared > 0) checkDepth(depth - 1);
  thread.spend(1 + shared);
  for (let i = 0; i < shared; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (typeof x === typeof y && (typeof x === "number" || typeof x === "string")) {
      if (typeof x === "string") spendOnTexts(thread, x, y as string);
      if (x === y) continue;
      return holds(operator, x < (y as typeof x) ? -1 : 1);
    }
    if (!equalsDepth(thread, x, y, depth - 1)) return compareDepth(thread, operator, x, y, depth - 1);
  }
  return holds(operator, a.length - b.length);
}

/** `a < b`, for sorting: as `compare`, with little ado when the items are plain numbers and texts. */
export function isTupleBelow(thread: Thread, { items: a }: Tuple, { items: b }: Tuple): boolean {
  const shared = a.length < b.length ? a.length : b.length;
  thread.spend(1 + shared);
  for (let i = 0; i < shared; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (typeof x === "number" && typeof y === "number") {
      if (x !== y) return x < y;
    } else if (typeof x === "string" && typeof y === "string") {
      spendOnTexts(thread, x, y);
      if (x < y) return true;
      if (x !== y) return false;
    } else if (!equalsDepth(thread, x, y, compareLimit - 1)) return compareDepth(thread, "<", x, y, compareLimit - 1);
  }
  return a.length < b.length;
}

/** `<` is "proper subset of", and so on. */
function compareSets(thread: Thread, operator: OrderOperator, a: StarlarkSet, b: StarlarkSet): boolean {
  switch (operator) {
    case "<":
      return a.size < b.size && isSubset(thread, a, b);
    case "<=":
      return isSubset(thread, a, b);
    case ">":
      return b.size < a.size && isSubset(thread, b, a);
    default:
      return isSubset(thread, b, a);
  }
}

/** Whether every element of `a` is in `b`. */
function isSubset(thread: Thread, a: StarlarkSet, b: StarlarkSet): boolean {
  if (a.size > b.size) return false;
  thread.spend(1 + 4 * a.size);
  for (const key of a.elements) if (!b.elements.has(key)) return false;
  return true;
}

function equalsDepth(thread: Thread, a: Value, b: Value, depth: number): boolean {
  checkDepth(depth);
  if (a instanceof HeapValue) {
    return b instanceof HeapValue ? equalHeap(thread, a, b, depth) : a instanceof Float && equalsNumber(a, b);
  }
  if (typeof a === "string" && a.length > plainTextLength && typeof b === "string" && b.length === a.length) {
    thread.spend(a.length >> 5);
  }
  return a === b || (b instanceof Float && equalsNumber(b, a));
}

/** Their order may be that of their last characters. */
function spendOnTexts(thread: Thread, a: string, b: string): void {
  if (a.length > plainTextLength && b.length > plainTextLength) thread.spend(Math.min(a.length, b.length) >> 5);
}

function equalsNumber(float: Float, other: Value): boolean {
  return isInt(other) && compareNumbers(float.value, other) === 0;
}

function equalHeap(thread: Thread, a: HeapValue, b: HeapValue, depth: number): boolean {
  if (a instanceof List) return b instanceof List && equalItems(thread, a.items, b.items, depth);
  if (a instanceof Tuple) return b instanceof Tuple && equalItems(thread, a.items, b.items, depth);
  if (a instanceof Dict) return b instanceof Dict && equalDicts(thread, a, b, depth);
  if (a instanceof Float) return b instanceof Float && compareNumbers(a.value, b.value) === 0;
  if (a instanceof Bytes) return b instanceof Bytes && equalsDepth(thread, a.data, b.data, depth);
  if (a instanceof Struct) return b instanceof Struct && equalStructs(thread, a, b, depth);
  if (a instanceof StarlarkSet) return b instanceof StarlarkSet && a.size === b.size && isSubset(thread, a, b);
  if (a instanceof Range) return b instanceof Range && equalRanges(a, b);
  if (a instanceof Secret) return b instanceof Secret && secretsEqual(a, b);
  return a.type === b.type && a.sameAs(b);
}

function equalItems(thread: Thread, a: readonly Value[], b: readonly Value[], depth: number): boolean {
  if (a.length !== b.length) return false;
  thread.spend(1 + a.length);
  for (let i = 0; i < a.length; i++) if (!equalsDepth(thread, a[i]!, b[i]!, depth - 1)) return false;
  return true;
}

function equalDicts(thread: Thread, a: Dict, b: Dict, depth: number): boolean {
  if (a.size !== b.size) return false;
  thread.spend(1 + 4 * a.size);
  for (const [key, value] of a.map) {
    const other = b.map.get(key);
    if (other === undefined || !equalsDepth(thread, value, other, depth - 1)) return false;
  }
  return true;
}

function equalStructs(thread: Thread, a: Struct, b: Struct, depth: number): boolean {
  if (a.constructorName !== b.constructorName || a.names.length !== b.names.length) return false;
  thread.spend(1 + a.names.length);
  return a.names.every((name, i) => name === b.names[i] && equalsDepth(thread, a.values[i]!, b.values[i]!, depth - 1));
}

/** Ranges are equal when they stand for the same numbers. */
function equalRanges(a: Range, b: Range): boolean {
  if (a.length !== b.length) return false;
  return a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step));
}

function numeric(value: Value): number | bigint | undefined {
  if (isInt(value)) return value;
  return value instanceof Float ? value.value : undefined;
}

function holds(operator: OrderOperator, order: number): boolean {
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

function checkDepth(depth: number): void {
  if (depth < 1) throw new EvalError("comparison exceeded maximum recursion depth");
}

function unordered(operator: OrderOperator, a: Value, b: Value): EvalError {
  return new EvalError(`${typeName(a)} ${operator} ${typeName(b)} not implemented`);
}
