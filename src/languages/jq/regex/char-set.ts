/** Sets of code points. */

/** The last code point there is. */
export const lastCode = 0x10ffff;

/** An immutable set of code points. */
export class CharSet {
  /** First and last code point of each range, in order, neither touching nor overlapping. */
  readonly ranges: Int32Array;
  /** One byte for each of the first 128 code points: most texts consist of them. */
  readonly #ascii = new Uint8Array(128);

  private constructor(ranges: Int32Array) {
    this.ranges = ranges;
    for (let i = 0; i < ranges.length && ranges[i]! < 128; i += 2) {
      this.#ascii.fill(1, ranges[i], Math.min(ranges[i + 1]! + 1, 128));
    }
  }

  /** A set of `[first, last, first, last …]`, in any order; ranges may touch and overlap. */
  static of(pairs: readonly number[]): CharSet {
    const order: [number, number][] = [];
    for (let i = 0; i < pairs.length; i += 2) order.push([pairs[i]!, Math.min(pairs[i + 1]!, lastCode)]);
    order.sort((a, b) => a[0] - b[0]);
    const merged: number[] = [];
    for (const [first, last] of order) {
      if (last < first) continue;
      const end = merged.length - 1;
      if (end > 0 && first <= merged[end]! + 1) merged[end] = Math.max(merged[end]!, last);
      else merged.push(first, last);
    }
    return new CharSet(Int32Array.from(merged));
  }

  /** A set of single code points. */
  static ofCodes(codes: readonly number[]): CharSet {
    return CharSet.of(codes.flatMap((code) => [code, code]));
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  has(code: number): boolean {
    if (code < 128) return this.#ascii[code] === 1;
    const { ranges } = this;
    let low = 0;
    let high = ranges.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle * 2 + 1]! < code) low = middle + 1;
      else high = middle;
    }
    return low * 2 < ranges.length && ranges[low * 2]! <= code;
  }

  union(other: CharSet): CharSet {
    return CharSet.of([...this.ranges, ...other.ranges]);
  }

  intersect(other: CharSet): CharSet {
    return this.invert().union(other.invert()).invert();
  }

  /** Every code point that is not in this set. */
  invert(): CharSet {
    const pairs: number[] = [];
    let next = 0;
    for (let i = 0; i < this.ranges.length; i += 2) {
      if (this.ranges[i]! > next) pairs.push(next, this.ranges[i]! - 1);
      next = this.ranges[i + 1]! + 1;
    }
    if (next <= lastCode) pairs.push(next, lastCode);
    return CharSet.of(pairs);
  }
}

/** Every code point. */
export const everything = CharSet.of([0, lastCode]);

/** Every code point but the line feed. */
export const notNewline = CharSet.of([0, 9, 11, lastCode]);
