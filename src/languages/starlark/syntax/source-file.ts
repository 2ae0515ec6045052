/** A source text that knows its lines. */
import type { Location } from "../../../core/errors.ts";
import type { SourceFile } from "./tree.ts";

/**
 * A file as the scanner wants it: without byte order mark, every line end a "\n". Offsets are those of `text`.
 */
export class TextFile implements SourceFile {
  readonly path: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(path: string, source: string) {
    this.path = path;
    const text = source.startsWith("\ufeff") ? source.slice(1) : source;
    this.text = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  }

  location(pos: number): Location {
    const starts = (this.#lineStarts ??= findLineStarts(this.text));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= pos) low = middle;
      else high = middle;
    }
    return { file: this.path, line: low + 1, column: countCharacters(this.text, starts[low]!, pos) + 1 };
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** A surrogate pair is one character. */
function countCharacters(text: string, from: number, to: number): number {
  let count = to - from;
  for (let i = from + 1; i < to; i++) if (isPair(text, i)) count--;
  return count;
}

function isPair(text: string, second: number): boolean {
  return (text.charCodeAt(second) & 0xfc00) === 0xdc00 && (text.charCodeAt(second - 1) & 0xfc00) === 0xd800;
}
