/**
 * Finding a part of a text, in time proportional to both, whatever they are. The host's own search takes the product of both
 * lengths when a long part nearly occurs everywhere, so it is used only where that is little.
 */

/** Below this product of lengths the host may search. */
const smallProduct = 1 << 20;

/** The host's forward search is linear for parts that are so short. */
const shortPart = 200;

/** The host's backward search compares every character of the part at every place. */
const shortLastPart = 8;

/** Steps that one search through a text accounts for. */
export function searchSteps(text: string, part: string): number {
  return text.length >> (part.length <= shortLastPart ? 6 : part.length <= shortPart ? 5 : 1);
}

/** The offset of the first occurrence of a part from `from` on, or -1. */
export function findText(text: string, part: string, from = 0): number {
  if (part.length <= shortPart || text.length * part.length < smallProduct) return text.indexOf(part, from);
  const found = new LongSearch(forward(part), part.length).find(forward(text, from), text.length - from);
  return found < 0 ? -1 : found + from;
}

/** The offset of the last occurrence of a part, or -1. */
export function findLastText(text: string, part: string): number {
  if (part.length <= shortLastPart || text.length * part.length < smallProduct) return text.lastIndexOf(part);
  const found = new LongSearch(backward(part), part.length).find(backward(text), text.length);
  return found < 0 ? -1 : text.length - found - part.length;
}

const shortText = 256;

/** The pieces of a text between occurrences of a separator that is not empty. */
export function splitText(text: string, separator: string): string[] {
  const isPlain = separator.length <= shortPart || text.length * separator.length < smallProduct;
  // The host's own function takes long to get going.
  if (isPlain && text.length > shortText) return text.split(separator);
  const pieces: string[] = [];
  let rest = 0;
  for (let at = findText(text, separator); at >= 0; at = findText(text, separator, rest)) {
    pieces.push(text.slice(rest, at));
    rest = at + separator.length;
  }
  pieces.push(text.slice(rest));
  return pieces;
}

/** The character code at a position of a text that is read in one direction. */
type Reader = (position: number) => number;

function forward(text: string, from = 0): Reader {
  return (position) => text.charCodeAt(from + position);
}

function backward(text: string): Reader {
  const last = text.length - 1;
  return (position) => text.charCodeAt(last - position);
}

/** The two-way algorithm of Crochemore and Perrin: linear time, constant space. */
class LongSearch {
  readonly #part: Reader;
  readonly #length: number;
  /** The part is cut here; what comes after the cut is compared first. */
  readonly #cut: number;
  readonly #period: number;
  /** Whether the whole part repeats with this period. */
  readonly #periodic: boolean;

  constructor(part: Reader, length: number) {
    this.#part = part;
    this.#length = length;
    const ascending = maximalSuffix(part, length, 1);
    const descending = maximalSuffix(part, length, -1);
    const { start, period } = ascending.start > descending.start ? ascending : descending;
    this.#cut = start;
    this.#periodic = start + period <= length && repeats(part, start, period);
    this.#period = this.#periodic ? period : Math.max(start, length - start) + 1;
  }

  find(text: Reader, length: number): number {
    const part = this.#part;
    // So many characters at the start of the part are known to fit, from the attempt before.
    let known = 0;
    for (let at = 0; at <= length - this.#length;) {
      let i = Math.max(this.#cut, known);
      while (i < this.#length && part(i) === text(at + i)) i++;
      if (i < this.#length) {
        at += i - this.#cut + 1;
        known = 0;
        continue;
      }
      i = this.#cut - 1;
      while (i >= known && part(i) === text(at + i)) i--;
      if (i < known) return at;
      at += this.#period;
      known = this.#periodic ? this.#length - this.#period : 0;
    }
    return -1;
  }
}

function repeats(part: Reader, length: number, period: number): boolean {
  for (let i = 0; i < length; i++) if (part(i) !== part(i + period)) return false;
  return true;
}

/** Where the suffix begins that is the greatest in an order of characters, and its period. */
function maximalSuffix(part: Reader, length: number, order: 1 | -1): { start: number; period: number } {
  let start = 0;
  let candidate = 1;
  let offset = 0;
  let period = 1;
  while (candidate + offset < length) {
    const difference = (part(candidate + offset) - part(start + offset)) * order;
    if (difference < 0) {
      candidate += offset + 1;
      offset = 0;
      period = candidate - start;
    } else if (difference > 0) {
      start = candidate;
      candidate = start + 1;
      offset = 0;
      period = 1;
    } else if (offset + 1 === period) {
      candidate += period;
      offset = 0;
    } else {
      offset++;
    }
  }
  return { start, period };
}
