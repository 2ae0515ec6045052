/** What code points are, by tables of our own: no answer depends on the Unicode version of the host. */
import * as runs from "./unicode-tables.ts";

const directEnd = 0x1000;

/** Runs of code points, sorted; parsed when first asked. */
class RuneTable {
  readonly #text: string;
  #runs: Int32Array | undefined;
  /** For each of the first code points, 1 + the index of the run that holds it, or 0: most texts consist of them. */
  readonly #direct = new Int16Array(directEnd);

  constructor(text: string) {
    this.#text = text;
  }

  has(rune: number): boolean {
    return this.#find(rune) >= 0;
  }

  #parse(): Int32Array {
    const table = parseRuns(this.#text);
    for (let i = 0; i < table.length && table[i]! < directEnd; i += 4) {
      const last = Math.min(table[i + 1]!, directEnd - 1);
      for (let rune = table[i]!; rune <= last; rune += table[i + 2]!) this.#direct[rune] = i + 1;
    }
    return table;
  }

  /** The code point that a mapping gives; the same one when it has none. */
  map(rune: number): number {
    const index = this.#find(rune);
    return index < 0 ? rune : rune + this.#runs![index + 3]!;
  }

  /** Index of the run that holds a code point, or -1. */
  #find(rune: number): number {
    const table = (this.#runs ??= this.#parse());
    if (rune < directEnd) return this.#direct[rune]! - 1;
    let low = 0;
    let high = table.length / 4;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (table[middle * 4 + 1]! < rune) low = middle + 1;
      else high = middle;
    }
    const index = low * 4;
    if (index >= table.length || rune < table[index]!) return -1;
    const offset = rune - table[index]!;
    return offset % (table[index + 2] ?? 1) === 0 ? index : -1;
  }
}

/** first, last, stride, delta of each run. */
function parseRuns(text: string): Int32Array {
  const numbers: number[] = [];
  let end = 0;
  for (const run of text.split(" ")) {
    const [gap, count = 1, stride = 1, delta = 0] = run.split(".").map((digits) => Number.parseInt(digits, 36));
    const first = end + gap!;
    end = first + (count - 1) * stride;
    numbers.push(first, end, stride, delta);
  }
  return Int32Array.from(numbers);
}

const letters = new RuneTable(runs.letterRuns);
const digits = new RuneTable(runs.digitRuns);
const spaces = new RuneTable(runs.spaceRuns);
const uppers = new RuneTable(runs.upperRuns);
const lowers = new RuneTable(runs.lowerRuns);
const titles = new RuneTable(runs.titleRuns);
const cased = new RuneTable(runs.casedRuns);
const printables = new RuneTable(runs.printableRuns);
const upperMap = new RuneTable(runs.toUpperRuns);
const lowerMap = new RuneTable(runs.toLowerRuns);
const titleMap = new RuneTable(runs.toTitleRuns);

/** General category L. */
export function isLetter(rune: number): boolean {
  return letters.has(rune);
}

/** General category Nd. */
export function isDigit(rune: number): boolean {
  return digits.has(rune);
}

/** White_Space. */
export function isSpace(rune: number): boolean {
  return rune < 0x80 ? rune === 0x20 || (rune >= 9 && rune <= 13) : spaces.has(rune);
}

/** General category Lu. */
export function isUpper(rune: number): boolean {
  return uppers.has(rune);
}

/** General category Ll. */
export function isLower(rune: number): boolean {
  return lowers.has(rune);
}

/** General category Lt. */
export function isTitle(rune: number): boolean {
  return titles.has(rune);
}

/** Whether the code point differs from another one by case alone. */
export function isCased(rune: number): boolean {
  return cased.has(rune);
}

/** Letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(rune: number): boolean {
  return rune < 0x7f ? rune >= 0x20 : printables.has(rune);
}

/** Simple case mapping, one code point to one. */
export function toUpperRune(rune: number): number {
  return upperMap.map(rune);
}

/** Simple case mapping, one code point to one. */
export function toLowerRune(rune: number): number {
  return lowerMap.map(rune);
}

/** Simple case mapping, one code point to one. */
export function toTitleRune(rune: number): number {
  return titleMap.map(rune);
}
