/** A source text that knows its lines. */
import type { Location } from "../../../core/errors.ts";
import type { SourceFile } from "./tree.ts";

/**
 * A file as the scanner wants it: without byte order mark, every line end a "\n". Offsets are those of `text`.
 */
export class TextFile implements SourceFile {
  readonly path: string;
  readonly text: string;
  /** Offsets where lines begin, and where the second halves of surrogate pairs are. */
  #landmarks: { lines: number[]; pairs: number[] } | undefined;

  constructor(path: string, source: string) {
    this.path = path;
    const text = source.startsWith("\ufeff") ? source.slice(1) : source;
    this.text = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  }

  location(pos: number): Location {
    const { lines, pairs } = (this.#landmarks ??= findLandmarks(this.text));
    const line = countUpTo(lines, pos);
    const start = lines[line - 1]!;
    const pairsBefore = pairs.length === 0 ? 0 : countUpTo(pairs, pos - 1) - countUpTo(pairs, start);
    return { file: this.path, line, column: pos - start - pairsBefore + 1 };
  }
}

function findLandmarks(text: string): { lines: number[]; pairs: number[] } {
  const lines = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  const pairs: number[] = [];
  for (const { index } of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) pairs.push(index + 1);
  return { lines, pairs };
}

/** How many of the ascending numbers are not above a limit. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
