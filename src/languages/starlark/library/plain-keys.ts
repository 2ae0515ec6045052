/**
 * Sorts keys of one simple kind: numbers, short texts, or tuples of them that are all alike. Each has a number in front by which most
 * comparisons are decided. Comparisons are those of `sortRun`, and take the same steps.
 */
import { plainTextLength, Tuple, type Value } from "../values/value.ts";
import type { Thread } from "./builtin.ts";

/** The keys of a run, and the number in front of each: of two that differ there, the lesser is below. */
interface PlainKeys {
  readonly keys: readonly Value[];
  readonly fronts: Float64Array;
  /** Whether keys with equal fronts are equal. */
  readonly exact: boolean;
  readonly reverse: boolean;
}

/** Indexes of the keys from `start` to `end`, in the order of the keys; undefined when they are of another kind. */
export function sortPlainKeys(
  thread: Thread,
  all: readonly Value[],
  start: number,
  end: number,
  reverse: boolean,
): number[] | undefined {
  const first = all[start]!;
  const keys = all.slice(start, end);
  if (!(first instanceof Tuple ? areTuplesLike(first, keys) : arePlain(first, keys))) return undefined;
  const fronts = new Float64Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    fronts[i] = frontOf(key instanceof Tuple ? key.items[0]! : key);
  }
  const { order, comparisons } = mergeSort({ keys, fronts, exact: typeof first === "number", reverse });
  const width = first instanceof Tuple ? first.items.length : 0;
  // One by one: a limit is passed where it was.
  if (width > 0) for (let i = 0; i < comparisons; i++) thread.spend(1 + width);
  const indexes: number[] = [];
  for (const i of order) indexes.push(start + i);
  return indexes;
}

function arePlain(first: Value, keys: readonly Value[]): boolean {
  const kind = typeof first;
  for (const key of keys) if (typeof key !== kind || !isPlain(key)) return false;
  return true;
}

function areTuplesLike({ items: first }: Tuple, keys: readonly Value[]): boolean {
  if (first.length === 0) return false;
  for (const key of keys) {
    if (!(key instanceof Tuple) || key.items.length !== first.length) return false;
    for (let i = 0; i < first.length; i++) {
      const item = key.items[i]!;
      if (typeof item !== typeof first[i] || !isPlain(item)) return false;
    }
  }
  return true;
}

function isPlain(value: Value): boolean {
  return typeof value === "number" || (typeof value === "string" && value.length <= plainTextLength);
}

/** So many bytes and ends of texts fit into a number that is exact. */
const frontLength = 6;

function frontOf(value: Value): number {
  if (typeof value === "number") return value;
  const text = value as string;
  let front = 0;
  for (let i = 0; i < frontLength; i++) front = front * 257 + (i < text.length ? text.charCodeAt(i) + 1 : 0);
  return front;
}

/** Stretches of doubling length are merged, an earlier element before a later equal one. */
function mergeSort(run: PlainKeys): { order: Int32Array; comparisons: number } {
  const { length } = run.keys;
  let from = new Int32Array(length);
  for (let i = 0; i < length; i++) from[i] = i;
  let to = from.slice();
  let comparisons = 0;
  for (let width = 1; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) comparisons += mergeStretches(from, to, start, width, run);
    [from, to] = [to, from];
  }
  return { order: from, comparisons };
}

/** Answers how many comparisons it made. */
function mergeStretches(from: Int32Array, to: Int32Array, start: number, width: number, run: PlainKeys): number {
  const { keys, fronts, exact, reverse } = run;
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let i = start;
  let left = start;
  let right = middle;
  let comparisons = 0;
  if (right < end) {
    let l = from[left]!;
    let r = from[right]!;
    let leftFront = fronts[l]!;
    let rightFront = fronts[r]!;
    for (;;) {
      comparisons++;
      let isRightFirst: boolean;
      if (leftFront !== rightFront) isRightFirst = leftFront > rightFront !== reverse;
      else if (exact) isRightFirst = false;
      else isRightFirst = reverse ? isBelow(keys[l]!, keys[r]!) : isBelow(keys[r]!, keys[l]!);
      if (isRightFirst) {
        to[i++] = r;
        if (++right === end) break;
        r = from[right]!;
        rightFront = fronts[r]!;
      } else {
        to[i++] = l;
        if (++left === middle) break;
        l = from[left]!;
        leftFront = fronts[l]!;
      }
    }
  }
  while (left < middle) to[i++] = from[left++]!;
  while (right < end) to[i++] = from[right++]!;
  return comparisons;
}

function isBelow(a: Value, b: Value): boolean {
  if (!(a instanceof Tuple && b instanceof Tuple)) return (a as string) < (b as string);
  for (let i = 0; i < a.items.length; i++) {
    const x = a.items[i] as string;
    const y = b.items[i] as string;
    if (x !== y) return x < y;
  }
  return false;
}
