/** The scanner of editors' tools: goes on after what is no token. */
import { SyntaxProblem } from "./problem.ts";
import { Scanner, type Comment } from "./scan.ts";
import type { Token } from "./token.ts";

/** A scanner that notes problems, and answers the most likely token instead. Collects comments. */
export class RecoveringScanner extends Scanner {
  override comments: Comment[] = [];
  readonly problems: SyntaxProblem[];

  constructor(text: string, problems: SyntaxProblem[]) {
    super(text);
    this.problems = problems;
  }

  override next(): number {
    const { start: previous, end: previousEnd } = this;
    for (;;) {
      try {
        super.next();
        this.previousEnd = previousEnd;
        return previous;
      } catch (error) {
        if (!(error instanceof SyntaxProblem)) throw error;
        this.problems.push(error);
        const token = this.#mend();
        if (token === undefined) continue;
        this.token = token;
        this.previousEnd = previousEnd;
        return previous;
      }
    }
  }

  override resumeAt(lineStart: number): void {
    super.resumeAt(lineStart);
    while (this.comments.length > 0 && this.comments.at(-1)!.start >= lineStart) this.comments.pop();
  }

  get isBetweenBrackets(): boolean {
    return this.isInBrackets;
  }

  /** The lines after it are taken as the same block, at another column. */
  protected override mismatchedIndentation(column: number): void {
    try {
      super.mismatchedIndentation(column);
    } catch (error) {
      this.problems.push(error as SyntaxProblem);
    }
    this.goOnAtColumn(column);
  }

  /** The token that was meant, with its end; undefined, after passing over a character, when none was. */
  #mend(): Token | undefined {
    const literal = /^(?:rb?|b)?("""|'''|["'])/.exec(this.text.slice(this.start, this.start + 5));
    if (literal !== null && this.start >= this.end - literal[0].length) return this.#mendString(literal);
    const number = /^[0-9.][0-9a-zA-Z.]*/.exec(this.text.slice(this.start, this.start + 80));
    if (number !== null && this.start === this.end) {
      this.end = this.start + number[0].length;
      this.number = 0;
      return "int literal";
    }
    if (this.end < this.text.length) this.end += this.text.codePointAt(this.end)! > 0xffff ? 2 : 1;
    return undefined;
  }

  #mendString([prefix, quotes]: RegExpExecArray): Token {
    this.end = endOfString(this.text, this.start + prefix.length, quotes!);
    this.name = "";
    return prefix.includes("b") ? "bytes literal" : "string literal";
  }
}

/** After the closing quotes; without them at the end of the line, of a triple-quoted one at that of the text. */
function endOfString(text: string, from: number, quotes: string): number {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(quotes, at)) return at + quotes.length;
    if (text[at] === "\\") at++;
    else if (text[at] === "\n" && quotes.length === 1) return at;
  }
  return text.length;
}
