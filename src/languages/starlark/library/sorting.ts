/** Stable sorting, the same on every host. Errors of comparisons come out as starlark-go reports them. */
import { compare } from "../values/compare.ts";
import { EvalError } from "../values/errors.ts";
import type { Value } from "../values/value.ts";
import type { Thread } from "./builtin.ts";

/** `values` in the order of `keys` (which belong to them one by one; they may be the same array), as a new array. */
export function sortBy(thread: Thread, values: readonly Value[], keys: readonly Value[], reverse: boolean): Value[] {
  const count = values.length;
  thread.charge(48 + 24 * count);
  thread.spend(Math.ceil(count * Math.log2(count + 1)) >> 1);
  if (values === keys) {
    const sorted = sortPlain(values, reverse);
    if (sorted !== undefined) return sorted;
  }
  return sortedOrder(thread, keys, reverse).map((i) => values[i]!);
}

/** Values without identity, all of one kind: the order of equal ones cannot be seen, so the host may sort. */
function sortPlain(values: readonly Value[], reverse: boolean): Value[] | undefined {
  if (values.every((value) => typeof value === "number")) {
    const sorted = Float64Array.from(values).toSorted();
    return [...(reverse ? sorted.toReversed() : sorted)];
  }
  if (values.every((value) => typeof value === "string")) {
    const sorted = values.toSorted();
    return reverse ? sorted.toReversed() : sorted;
  }
  return undefined;
}

/** Whether the key at `i` belongs before the one at `j`. */
type Less = (i: number, j: number) => boolean;

function sortedOrder(thread: Thread, keys: readonly Value[], reverse: boolean): number[] {
  const below = lessThan(thread, keys);
  const less: Less = reverse ? (i, j) => below(j, i) : below;
  const order = keys.map((_, i) => i);
  if (order.length <= insertionLimit) return insertionSort(order, less);
  return mergeSort(order, less);
}

function lessThan(thread: Thread, keys: readonly Value[]): Less {
  if (keys.every((key) => typeof key === "number")) return (i, j) => (keys[i] as number) < (keys[j] as number);
  if (keys.every((key) => typeof key === "string")) return (i, j) => (keys[i] as string) < (keys[j] as string);
  return (i, j) => compare(thread, "<", keys[i]!, keys[j]!);
}

const insertionLimit = 20;

/** As Go sorts short lists: an error does not end it, and the last one is reported. */
function insertionSort(order: number[], less: Less): number[] {
  let failure: EvalError | undefined;
  const comes = (i: number, j: number): boolean => {
    try {
      return less(i, j);
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      failure = error;
      return false;
    }
  };
  for (let i = 1; i < order.length; i++) {
    for (let j = i; j > 0 && comes(order[j]!, order[j - 1]!); j--) {
      [order[j], order[j - 1]] = [order[j - 1]!, order[j]!];
    }
  }
  if (failure !== undefined) throw failure;
  return order;
}

/** Runs of doubling length are merged, an earlier element before a later equal one. */
function mergeSort(order: number[], less: Less): number[] {
  let from = order;
  let to = [...order];
  for (let width = 1; width < order.length; width *= 2) {
    for (let start = 0; start < order.length; start += 2 * width) {
      mergeRuns(from, to, start, width, less);
    }
    [from, to] = [to, from];
  }
  return from;
}

function mergeRuns(from: readonly number[], to: number[], start: number, width: number, less: Less): void {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let [left, right] = [start, middle];
  for (let i = start; i < end; i++) {
    const takeRight = left >= middle || (right < end && less(from[right]!, from[left]!));
    to[i] = takeRight ? from[right++]! : from[left++]!;
  }
}

/** The index of the first least key, or of the first greatest one. */
export function extremeIndex(thread: Thread, keys: readonly Value[], which: "min" | "max"): number {
  thread.spend(keys.length >> 1);
  const operator = which === "max" ? ">" : "<";
  let extreme = 0;
  for (let i = 1; i < keys.length; i++) {
    if (compare(thread, operator, keys[i]!, keys[extreme]!)) extreme = i;
  }
  return extreme;
}
