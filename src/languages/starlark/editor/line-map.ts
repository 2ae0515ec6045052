/** Offsets as editors count them: lines and characters from 0, a character being one unit of UTF-16. */

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** The lines of an analysed text, whose only line end is "\n". */
export class LineMap {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low, character: Math.min(offset, this.#text.length) - this.#starts[low]! };
  }

  range({ start, end }: { start: number; end: number }): Range {
    return { start: this.position(start), end: this.position(end) };
  }

  /** The offset of a position; one beyond the end of its line, or of the text, is that end. */
  offset({ line, character }: Position): number {
    const start = this.#starts[line];
    if (start === undefined) return this.#text.length;
    const next = this.#starts[line + 1];
    return Math.min(start + character, next === undefined ? this.#text.length : next - 1);
  }
}
