/**
 * The stable sort of Go's package sort: insertion in blocks of 20, which are merged in place (SymMerge, by Kim and Kutzner). It makes
 * the comparisons that starlark-go makes, so that of several that fail the same one is reported.
 */
import { EvalError } from "../values/errors.ts";

/** Whether the element of a number must come before that of another one. */
export type Comes = (i: number, j: number) => boolean;

const blockSize = 20;

/** Sorts numbers in place. A comparison that fails does not end it, and the last one is thrown. */
export function stableSort(order: number[], comes: Comes): number[] {
  const sort = new StableSort(order, comes);
  sort.all();
  if (sort.failure !== undefined) throw sort.failure;
  return order;
}

class StableSort {
  failure: EvalError | undefined;
  readonly #order: number[];
  readonly #comes: Comes;

  constructor(order: number[], comes: Comes) {
    this.#order = order;
    this.#comes = comes;
  }

  all(): void {
    const { length } = this.#order;
    for (let start = 0; start < length; start += blockSize) this.#insert(start, Math.min(start + blockSize, length));
    for (let size = blockSize; size < length; size *= 2) {
      for (let start = 0; start + size < length; start += 2 * size) {
        this.#merge(start, start + size, Math.min(start + 2 * size, length));
      }
    }
  }

  /** Whether what stands at `i` must come before what stands at `j`. */
  #less(i: number, j: number): boolean {
    try {
      return this.#comes(this.#order[i]!, this.#order[j]!);
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      this.failure = error;
      return false;
    }
  }

  #swap(i: number, j: number): void {
    const order = this.#order;
    [order[i], order[j]] = [order[j]!, order[i]!];
  }

  #insert(start: number, end: number): void {
    for (let i = start + 1; i < end; i++) {
      for (let j = i; j > start && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
    }
  }

  /** Merges two sorted stretches that lie side by side. */
  #merge(start: number, middle: number, end: number): void {
    if (middle - start === 1) return this.#insertFirst(start, middle, end);
    if (end - middle === 1) return this.#insertLast(start, middle);
    const half = (start + end) >> 1;
    const sum = half + middle;
    let [low, high] = middle > half ? [sum - end, half] : [start, middle];
    while (low < high) {
      const at = (low + high) >> 1;
      if (this.#less(sum - 1 - at, at)) high = at;
      else low = at + 1;
    }
    const last = sum - low;
    if (low < middle && middle < last) this.#exchange(low, middle, last);
    if (start < low && low < half) this.#merge(start, low, half);
    if (half < last && last < end) this.#merge(half, last, end);
  }

  /** The one element at `start` goes to its place after `middle`. */
  #insertFirst(start: number, middle: number, end: number): void {
    let [low, high] = [middle, end];
    while (low < high) {
      const at = (low + high) >> 1;
      if (this.#less(at, start)) low = at + 1;
      else high = at;
    }
    for (let i = start; i < low - 1; i++) this.#swap(i, i + 1);
  }

  /** The one element at `middle` goes to its place before it. */
  #insertLast(start: number, middle: number): void {
    let [low, high] = [start, middle];
    while (low < high) {
      const at = (low + high) >> 1;
      if (this.#less(middle, at)) high = at;
      else low = at + 1;
    }
    for (let i = middle; i > low; i--) this.#swap(i, i - 1);
  }

  /** Puts the stretch from `middle` before the one from `start`. */
  #exchange(start: number, middle: number, end: number): void {
    const moved = [...this.#order.slice(middle, end), ...this.#order.slice(start, middle)];
    for (let i = 0; i < moved.length; i++) this.#order[start + i] = moved[i]!;
  }
}
