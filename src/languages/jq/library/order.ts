/** The order of jq: null, false, true, numbers, strings by code point, arrays, objects. */
import { JqLimitError } from "../errors.ts";
import type { JqObject, Value } from "../value.ts";
import type { NativeContext } from "./contract.ts";

/** Values nested deeper than this are not compared, merged or walked: an evaluation must end the same way on every machine. */
export const deepest = 2000;

/** Throws when `depth` is more than values may be nested for the work at hand. */
export function checkDepth(depth: number): void {
  if (depth > deepest) throw new JqLimitError("depth", `a value is nested more than ${deepest} deep`);
}

/** Where comparing counts its work: what is small in memory may hold one thing twice, that another one twice, and so on. */
export type Counted = Pick<NativeContext, "charge">;

/** For values that are known to be small when everything in them is counted as often as it is met. */
export const uncounted: Counted = { charge: () => {} };

/**
 * Less than 0 when `a` sorts before `b`, 0 when they are equal, more than 0 otherwise. nan sorts before every number, and before nan.
 */
export function compare(context: Counted, a: Value, b: Value, depth = 0): number {
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b);
  if (typeof a === "string" && typeof b === "string") {
    chargeTexts(context, a, b);
    return compareStrings(a, b);
  }
  const difference = rankOf(a) - rankOf(b);
  if (difference !== 0 || a === null || typeof a !== "object") return difference;
  checkDepth(depth);
  return Array.isArray(a)
    ? compareArrays(context, a, b as Value[], depth + 1)
    : compareObjects(context, a, b as JqObject, depth + 1);
}

/**
 * Are `a` and `b` the same to `==`? nan is the same as nothing, and so is a value that holds it, unless both are the very same
 * array or object.
 */
export function equals(context: Counted, a: Value, b: Value): boolean {
  if (a !== null && typeof a === "object") return a === b || same(context, a, b, 0);
  return sameScalars(context, a, b);
}

function sameScalars(context: Counted, a: Value, b: Value): boolean {
  if (typeof a === "string" && typeof b === "string") chargeTexts(context, a, b);
  return a === b;
}

/** Texts of different lengths differ at once where order does not matter, but that is no reason to charge nothing. */
function chargeTexts(context: Counted, a: string, b: string): void {
  const shorter = Math.min(a.length, b.length);
  if (shorter > 15) context.charge(shorter >>> 4);
}

/** The order of two strings: that of their code points, which is also that of their bytes in UTF-8. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const unitOfA = a.charCodeAt(i);
    const unitOfB = b.charCodeAt(i);
    if (unitOfA !== unitOfB) return codePointRank(unitOfA) - codePointRank(unitOfB);
  }
  return a.length - b.length;
}

/** The names of `object` in the order of their code points. */
export function sortedKeys(object: JqObject): string[] {
  return [...object.keys()].toSorted(compareStrings);
}

/** `values` in order; what is equal stays in the order it had. */
export function sortValues(context: NativeContext, values: readonly Value[]): Value[] {
  return sortBy(context, values, values);
}

/** `values` in the order of their `keys`, which are as many; what has equal keys stays in the order it had. */
export function sortBy<T>(context: NativeContext, values: readonly T[], keys: readonly Value[]): T[] {
  return sortedPositions(context, keys).map((position) => values[position]!);
}

function sortingSteps(count: number): number {
  return count * Math.max(1, Math.ceil(Math.log2(count + 1)));
}

/** The positions of `keys`, sorted by key. A merge sort, for nan makes an order in which other methods lose themselves. */
export function sortedPositions(context: NativeContext, keys: readonly Value[]): number[] {
  const count = keys.length;
  context.charge(sortingSteps(count));
  context.allocate(24 * count);
  let from = keys.map((_, position) => position);
  let to = from.slice();
  sortRange({ context, keys, from, to }, 0, count);
  [from, to] = [to, from];
  return from;
}

/** Sorts positions `begin` to `end` of `from` into `to`; both hold the same at the start. */
function sortRange(
  work: { context: Counted; keys: readonly Value[]; from: number[]; to: number[] },
  begin: number,
  end: number,
): void {
  const { context, keys, from, to } = work;
  if (end - begin < 2) return;
  const middle = begin + Math.floor((end - begin) / 2);
  sortRange({ context, keys, from: to, to: from }, begin, middle);
  sortRange({ context, keys, from: to, to: from }, middle, end);
  let left = begin;
  let right = middle;
  for (let i = begin; i < end; i++) {
    const takeLeft = right >= end || (left < middle && compare(context, keys[from[left]!]!, keys[from[right]!]!) <= 0);
    to[i] = takeLeft ? from[left++]! : from[right++]!;
  }
}

function rankOf(value: Value): number {
  if (value === null) return 0;
  switch (typeof value) {
    case "boolean":
      return value ? 2 : 1;
    case "number":
      return 3;
    case "string":
      return 4;
    default:
      return Array.isArray(value) ? 5 : 6;
  }
}

function compareNumbers(a: number, b: number): number {
  if (a < b || Number.isNaN(a)) return -1;
  return a === b ? 0 : 1;
}

/** Surrogates, which stand for the code points above U+FFFF, move behind U+FFFF. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function compareArrays(context: Counted, a: readonly Value[], b: readonly Value[], depth: number): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    context.charge(1);
    const difference = compare(context, a[i]!, b[i]!, depth);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** First the sets of names decide, as sorted arrays; then the values, name by name. */
function compareObjects(context: Counted, a: JqObject, b: JqObject, depth: number): number {
  context.charge(sortingSteps(a.size) + sortingSteps(b.size));
  const names = sortedKeys(a);
  const difference = compareArrays(context, names, sortedKeys(b), depth);
  if (difference !== 0) return difference;
  for (const name of names) {
    const difference = compare(context, a.get(name)!, b.get(name)!, depth);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Equality of what values hold: here nan spoils everything around it. */
function same(context: Counted, a: Value, b: Value, depth: number): boolean {
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return sameScalars(context, a, b);
  checkDepth(depth);
  if (Array.isArray(a)) return Array.isArray(b) && sameArrays(context, a, b, depth + 1);
  return !Array.isArray(b) && sameObjects(context, a, b, depth + 1);
}

function sameArrays(context: Counted, a: readonly Value[], b: readonly Value[], depth: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    context.charge(1);
    if (!same(context, a[i]!, b[i]!, depth)) return false;
  }
  return true;
}

function sameObjects(context: Counted, a: JqObject, b: JqObject, depth: number): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) {
    context.charge(1);
    const other = b.get(name);
    if (other === undefined || !same(context, value, other, depth)) return false;
  }
  return true;
}
