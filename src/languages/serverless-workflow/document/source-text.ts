/** A text that knows its lines. */
import type { Location } from "../../../core/errors.ts";

/** A file as the readers want it: without byte order mark, every line end a "\n". Offsets are those of `text`. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  #lines: number[] | undefined;

  /** Behind a "#" the path names one of several things in the file; places are in the file. */
  constructor(path: string, source: string) {
    this.path = path.replace(/#.*$/s, "");
    const text = source.startsWith("\ufeff") ? source.slice(1) : source;
    this.text = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  }

  /** The column counts characters, not UTF-16 units. */
  location(offset: number): Location {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const lines = (this.#lines ??= lineStarts(this.text));
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lines[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    const before = this.text.slice(lines[low - 1], at);
    const pairs = before.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0;
    return { file: this.path, line: low, column: before.length - pairs + 1 };
  }
}

function lineStarts(text: string): number[] {
  const lines = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  return lines;
}
