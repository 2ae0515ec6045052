/** The text as it is written: lines with a margin, and comments that wait for the end of the current one. */
import type { Note } from "./pieces.ts";

export class Page {
  readonly #lines: string[] = [];
  /** The current line; a string literal of several lines makes it several. */
  #line = "";
  margin = 0;
  /** Brackets around the current place. */
  depth = 0;
  /** Comments for the end of the current line. */
  readonly pending: Note[] = [];
  #lineIsDue = false;

  /** The whole text. */
  finish(): string {
    this.dueLine();
    return [...this.#lines, this.#line].join("\n");
  }

  write(text: string): void {
    this.#line += text;
  }

  /** Ends the line, with the comments that wait for it. */
  newline(): void {
    this.#lineIsDue = false;
    this.pending.splice(0).forEach(({ text }, i) => {
      if (i === 0) this.#line += `  ${text}`;
      else this.#startLine(text);
    });
    this.#startLine("");
  }

  /** The next statement begins a line; several that end at once end one line. */
  oweLine(): void {
    this.#lineIsDue = true;
  }

  /** Ends the line where that was owed. */
  dueLine(): void {
    if (this.#lineIsDue) this.newline();
  }

  /** Ends the line within an expression; outside brackets that is escaped. */
  breakLine(): void {
    if (this.depth > 0) this.newline();
    else {
      this.#line += " \\";
      this.#endLine();
      this.#line = " ".repeat(this.margin);
    }
  }

  /** Whole-line comments before what comes next. */
  comments(notes: readonly Note[]): void {
    this.dueLine();
    if (notes.length === 0) return;
    this.#trim();
    if (this.pending.length > 0) this.newline();
    this.#trim();
    if (this.#line !== "") this.#endLine();
    this.#line = " ".repeat(this.margin);
    for (const { text } of notes) {
      this.#line += text;
      this.newline();
    }
  }

  /** Ends the line so that the comments that wait for it become lines of their own before what is next. */
  lowerPending(): void {
    if (this.pending.length === 0) return;
    this.#endLine();
    this.#line = " ".repeat(this.margin - 2);
  }

  /** Characters (code points) on the current line. */
  column(): number {
    const line = this.#line.slice(this.#line.lastIndexOf("\n") + 1);
    return line.length - line.replaceAll(/[^\u{10000}-\u{10ffff}]/gu, "").length / 2;
  }

  indented(by: number, print: () => void): void {
    this.margin += by;
    print();
    this.margin -= by;
  }

  #startLine(text: string): void {
    this.#trim();
    this.#endLine();
    this.#line = " ".repeat(this.margin) + text;
  }

  #endLine(): void {
    this.#lines.push(this.#line);
    this.#line = "";
  }

  #trim(): void {
    let end = this.#line.length;
    while (this.#line[end - 1] === " ") end--;
    this.#line = this.#line.slice(0, end);
  }
}
