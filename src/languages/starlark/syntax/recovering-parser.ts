/** The parser of editors' tools: after a problem it goes on with the next statement. */
import { StatementParser, type DefHeader } from "./parse.ts";
import { SyntaxProblem } from "./problem.ts";
import type { RecoveringScanner } from "./recovering-scanner.ts";
import { showToken, type Token } from "./token.ts";
import type * as tree from "./tree.ts";

/** What was left out of the tree: offsets. */
export interface Skipped {
  start: number;
  end: number;
}

/** A type annotation: offsets from its `:` or `->` to its end. */
export interface Annotation {
  start: number;
  end: number;
}

/** More problems than this are not worth showing; what follows the last of them is skipped. */
const maximalProblems = 100;

/** Words with which a line begins that is a statement of its own, whatever is unfinished before it. */
const statementWords = /^(?:def|if|elif|else|for|while|return|pass|break|continue|load)\b/;

export class RecoveringParser extends StatementParser {
  readonly skipped: Skipped[] = [];
  readonly annotations: Annotation[] = [];
  readonly #scanner: RecoveringScanner;
  readonly #allowsAnnotations: boolean;

  constructor(scanner: RecoveringScanner, allowsAnnotations: boolean) {
    super(scanner);
    this.#scanner = scanner;
    this.#allowsAnnotations = allowsAnnotations;
  }

  protected override statement(into: tree.Statement[]): void {
    if (this.at("indent")) {
      this.#problem("got indent, want primary expression", this.scanner.start);
      into.push(...this.#block());
      return;
    }
    const { start } = this.scanner;
    const { nesting } = this;
    try {
      super.statement(into);
    } catch (error) {
      this.#note(error);
      this.nesting = nesting;
      this.#skip(start);
      this.#orphans(into);
    }
  }

  /** A def whose header is broken keeps its name, the parameters before the problem, and its body. */
  protected override defHeader(header: DefHeader): void {
    const { start } = this.scanner;
    const { nesting } = this;
    try {
      super.defHeader(header);
    } catch (error) {
      this.#note(error);
      this.nesting = nesting;
      const isAtLineEnd = this.at("newline");
      if (!isAtLineEnd) this.#skip(start);
    }
  }

  protected override suite(): tree.Statement[] {
    if (this.at("indent")) return this.#block();
    return super.suite();
  }

  /** After a dot at which somebody is still writing, a name of no characters. */
  protected override attribute(): tree.Identifier {
    if (this.at("identifier")) return this.identifier();
    const pos = this.previousEnd;
    this.#problem("not an identifier");
    return { kind: "identifier", pos, end: pos, name: "" };
  }

  /** A bracket that is open where the text ends is taken as closed. */
  protected override consume(token: Token): number {
    if (!this.at("end of file") || !isClosing(token)) return super.consume(token);
    this.#problem(`got end of file, want ${showToken(token)}`);
    this.scanner.previousEnd = this.scanner.end;
    return this.scanner.start;
  }

  protected override parameterAnnotation(): void {
    if (this.at(":")) this.#annotation("got ':', want ')'", this.next());
  }

  protected override resultAnnotation(): void {
    if (!this.at("-")) return;
    const start = this.next();
    if (!this.at(">") || this.previousEnd !== this.scanner.start) this.fail("got '-', want ':'", this.previousEnd);
    this.next();
    this.#annotation("got '-', want ':'", start);
  }

  protected override variableAnnotation(target: tree.Expression): void {
    if (target.kind !== "identifier" || !this.at(":")) return;
    this.#annotation("got ':', want newline", this.next());
    if (!this.at("=")) this.consume("=");
  }

  /** `problem` is what the compiler says at its first token, which is the token before the current one. */
  #annotation(problem: string, start: number): void {
    if (!this.#allowsAnnotations) this.#problem(problem, start + 1);
    this.test();
    this.annotations.push({ start, end: this.previousEnd });
  }

  #problem(message: string, pos = this.scanner.end): void {
    this.#scanner.problems.push(new SyntaxProblem(message, pos));
  }

  #note(error: unknown): void {
    if (!(error instanceof SyntaxProblem)) throw error;
    this.#scanner.problems.push(error);
  }

  /** Goes to the line after the problem, or before it where an unfinished bracket has swallowed a statement. */
  #skip(start: number): void {
    const { text } = this.scanner;
    let resume = this.#resumption(start);
    if (this.#scanner.problems.length >= maximalProblems) resume = text.length;
    this.skipped.push({ start, end: resume });
    this.#scanner.resumeAt(resume);
    this.next();
    while (this.at("newline")) this.next();
  }

  #resumption(start: number): number {
    const { text } = this.scanner;
    if (!this.#scanner.isBetweenBrackets) {
      const reached = this.at("newline") || this.at("indent") ? this.scanner.start : this.scanner.end;
      return afterLine(text, Math.max(start, reached));
    }
    const indentation = start - lineStart(text, start);
    let line = afterLine(text, start);
    while (line < text.length) {
      const content = /[^ \t]/g;
      content.lastIndex = line;
      const at = content.exec(text)?.index ?? text.length;
      const rest = text.slice(at, at + 10);
      if (statementWords.test(rest) || (at - line <= indentation && !/^[\n#)\]}'"]/.test(rest))) return line;
      line = afterLine(text, at);
    }
    return text.length;
  }

  /** The blocks of a statement whose head is broken: what is in them is taken as if it stood here. */
  #orphans(into: tree.Statement[]): void {
    for (;;) {
      if (this.at("indent")) into.push(...this.#block());
      else if (this.at("else") || this.at("elif")) {
        const { start } = this.scanner;
        this.#scanner.resumeAt(afterLine(this.scanner.text, this.scanner.end));
        this.skipped.push({ start, end: this.scanner.end });
        this.next();
        while (this.at("newline")) this.next();
      } else return;
    }
  }

  #block(): tree.Statement[] {
    const statements: tree.Statement[] = [];
    this.enter();
    this.next();
    while (!this.at("outdent") && !this.at("end of file")) {
      if (this.at("newline")) this.next();
      else this.statement(statements);
    }
    if (this.at("outdent")) this.next();
    this.leave();
    return statements;
  }
}

function isClosing(token: Token): boolean {
  return token === ")" || token === "]" || token === "}";
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Where the next line begins. */
function afterLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}
