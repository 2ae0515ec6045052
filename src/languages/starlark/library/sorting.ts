/**
 * Stable sorting, the same on every host. Short lists are sorted in one go; long ones in runs that the prelude merges step by
 * step, so that the machine can pause in between. Orders are arrays of indexes into the keys.
 */
import { compare, isTupleBelow } from "../values/compare.ts";
import { EvalError } from "../values/errors.ts";
import { compareNumbers } from "../values/integers.ts";
import { Float, plainTextLength, Tuple, type Value } from "../values/value.ts";
import type { Thread } from "./builtin.ts";
import { sortPlainKeys } from "./plain-keys.ts";
import { type Comes, stableSort } from "./stable-sort.ts";

/** Elements that are sorted, or merged, in one go. */
export const runLength = 8192;

/** Lists of plain numbers or strings that are so short are sorted in one go, too. */
const plainLength = 65_536;

/** Whether a list is sorted in one go, as far as its length goes. */
export function isSortedAtOnce(values: readonly Value[]): boolean {
  return values.length <= runLength || (values.length <= plainLength && plainKind(values) !== undefined);
}

/** `values` in the order of `keys` (which belong to them one by one; they may be the same array), as a new array. */
export function sortBy(thread: Thread, values: readonly Value[], keys: readonly Value[], reverse: boolean): Value[] {
  if (values === keys) {
    const sorted = sortPlain(thread, values, reverse);
    if (sorted !== undefined) return sorted;
  }
  return pick(thread, values, sortRun(thread, keys, 0, keys.length, reverse));
}

/** The values at these indexes, as a new array. */
export function pick(thread: Thread, values: readonly Value[], order: readonly Value[]): Value[] {
  thread.charge(48 + 8 * order.length);
  thread.spend(order.length);
  return order.map((i) => values[i as number]!);
}

function plainKind(values: readonly Value[]): "number" | "string" | undefined {
  if (values.every((value) => typeof value === "number")) return "number";
  return values.every((value) => typeof value === "string") ? "string" : undefined;
}

/** Values without identity, all of one kind: the order of equal ones cannot be seen, so the host may sort. */
function sortPlain(thread: Thread, values: readonly Value[], reverse: boolean): Value[] | undefined {
  const kind = plainKind(values);
  if (kind === undefined) return undefined;
  chargeSort(thread, values.length, 1 + (kind === "string" ? meanLength(values as string[]) >> 5 : 0));
  // oxlint-disable-next-line typescript/require-array-sort-compare -- strings are compared by their bytes, as they should be
  const sorted = kind === "number" ? sortNumbers(values) : values.toSorted();
  return reverse ? sorted.toReversed() : sorted;
}

function meanLength(texts: readonly string[]): number {
  let sum = 0;
  for (const text of texts) sum += text.length;
  return Math.floor(sum / Math.max(1, texts.length));
}

function sortNumbers(values: readonly Value[]): Value[] {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = values[i] as number;
  numbers.sort();
  const sorted: Value[] = [];
  for (const number of numbers) sorted.push(number);
  return sorted;
}

function chargeSort(thread: Thread, count: number, stepsPerComparison: number): void {
  thread.charge(48 + 16 * count);
  thread.spend(stepsPerComparison * count * (32 - Math.clz32(count)));
}

/** Indexes of the keys from `start` to `end`, in the order of the keys. */
export function sortRun(
  thread: Thread,
  keys: readonly Value[],
  start: number,
  end: number,
  reverse: boolean,
): number[] {
  chargeSort(thread, end - start, 2);
  const plain = end - start > insertionLimit ? sortPlainKeys(thread, keys, start, end, reverse) : undefined;
  if (plain !== undefined) return plain;
  const order: number[] = [];
  for (let i = start; i < end; i++) order.push(i);
  if (order.length <= insertionLimit) return stableSort(order, orderOf(thread, keys, reverse));
  try {
    return mergeSort([...order], { thread, keys, reverse });
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    // So that the error is starlark-go's.
    chargeSort(thread, end - start, 8);
    stableSort(order, orderOf(thread, keys, reverse));
    throw error;
  }
}

/** By what indexes are ordered. */
interface Order {
  readonly thread: Thread;
  readonly keys: readonly Value[];
  readonly reverse: boolean;
}

function orderOf(thread: Thread, keys: readonly Value[], reverse: boolean): Comes {
  if (reverse) return (i, j) => isBelow(thread, keys[j]!, keys[i]!);
  return (i, j) => isBelow(thread, keys[i]!, keys[j]!);
}

function isBelow(thread: Thread, a: Value, b: Value): boolean {
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (typeof a === "string" && typeof b === "string" && a.length <= plainTextLength) return a < b;
  if (a instanceof Tuple && b instanceof Tuple) return isTupleBelow(thread, a, b);
  if (a instanceof Float && b instanceof Float) return compareNumbers(a.value, b.value) < 0;
  return compare(thread, "<", a, b);
}

const insertionLimit = 20;

/** Stretches of doubling length are merged, an earlier element before a later equal one. */
function mergeSort(indexes: number[], order: Order): number[] {
  let from = indexes;
  let to = [...indexes];
  for (let width = 1; width < indexes.length; width *= 2) {
    for (let start = 0; start < indexes.length; start += 2 * width) mergeStretches(from, to, start, width, order);
    [from, to] = [to, from];
  }
  return from;
}

function mergeStretches(from: readonly number[], to: number[], start: number, width: number, order: Order): void {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let [i, left, right] = [start, start, middle];
  if (right < end) {
    const { thread, keys, reverse } = order;
    // Keys lie anywhere in memory: each is fetched once.
    let leftKey = keys[from[left]!]!;
    let rightKey = keys[from[right]!]!;
    while (left < middle && right < end) {
      if (reverse ? isBelow(thread, leftKey, rightKey) : isBelow(thread, rightKey, leftKey)) {
        to[i++] = from[right++]!;
        if (right < end) rightKey = keys[from[right]!]!;
      } else {
        to[i++] = from[left++]!;
        if (left < middle) leftKey = keys[from[left]!]!;
      }
    }
  }
  while (left < middle) to[i++] = from[left++]!;
  while (right < end) to[i++] = from[right++]!;
}

/** Two sorted orders that are being merged into a third; `taken` says how many elements of each are in it. */
export interface Merge {
  left: readonly Value[];
  right: readonly Value[];
  merged: Value[];
  taken: [left: number, right: number];
}

/** Merges on, at most `runLength` elements. Answers whether there is more to do. */
export function mergeSome(thread: Thread, keys: readonly Value[], merge: Merge, reverse: boolean): boolean {
  const { left, right, merged, taken } = merge;
  const end = Math.min(merged.length + runLength, left.length + right.length);
  thread.charge(8 * (end - merged.length));
  thread.spend(4 * (end - merged.length));
  let [i, j] = taken;
  let leftKey = keys[left[i] as number];
  let rightKey = keys[right[j] as number];
  while (merged.length < end) {
    if (i >= left.length) merged.push(right[j++]!);
    else if (j >= right.length) merged.push(left[i++]!);
    else if (reverse ? isBelow(thread, leftKey!, rightKey!) : isBelow(thread, rightKey!, leftKey!)) {
      merged.push(right[j++]!);
      rightKey = keys[right[j] as number];
    } else {
      merged.push(left[i++]!);
      leftKey = keys[left[i] as number];
    }
  }
  [taken[0], taken[1]] = [i, j];
  return merged.length < left.length + right.length;
}

/** The index of the first least key, or of the first greatest one. */
export function extremeIndex(thread: Thread, keys: readonly Value[], which: "min" | "max"): number {
  thread.spend(keys.length);
  const operator = which === "max" ? ">" : "<";
  let extreme = 0;
  for (let i = 1; i < keys.length; i++) {
    if (compare(thread, operator, keys[i]!, keys[extreme]!)) extreme = i;
  }
  return extreme;
}
