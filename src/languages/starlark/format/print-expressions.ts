/** Writes expressions. */
import { someComment } from "./hints.ts";
import { choice, levelOf, loosest, suffix } from "./levels.ts";
import type { Page } from "./page.ts";
import type * as pieces from "./pieces.ts";
import { styledNumber, styledString } from "./literals.ts";

type Piece = pieces.Piece;

/** Of nested blocks, and of what is within brackets on lines of its own. */
export const indentation = 4;
/** Of the parameters of a def on lines of their own: they differ from its body. */
const parameterIndentation = 8;

type SequenceMode = "call" | "list" | "tuple" | "paren" | "dict" | "bare-tuple" | "def" | "load";

interface Layout {
  mode: SequenceMode;
  brackets: "()" | "[]" | "{}" | "";
  /** Offset of the opening bracket. */
  open: number;
  close: pieces.Mark | undefined;
  /** Of a load statement: whether it was on one line. */
  isCompact?: boolean;
}

/** On which line an offset of the original text was. */
export type LineOf = (pos: number) => number;

export abstract class ExpressionPrinter {
  protected readonly page: Page;
  protected readonly lineOf: LineOf;

  constructor(page: Page, lineOf: LineOf) {
    this.page = page;
    this.lineOf = lineOf;
  }

  /** Writes what is no expression. */
  protected abstract statement(piece: Piece): void;

  /** `outer` is how tightly the surroundings bind. */
  protected piece(piece: Piece, outer: number): void {
    this.page.comments(piece.before);
    if (levelOf(piece) < outer) {
      this.page.write("(");
      this.page.depth++;
      this.#content(piece);
      this.page.depth--;
      this.page.write(")");
    } else this.#content(piece);
    this.page.pending.push(...piece.suffix);
  }

  protected sequence(items: readonly Piece[], layout: Layout): void {
    const { mode, brackets, close } = layout;
    this.page.write(brackets[0] ?? "");
    this.page.depth++;
    if (this.#isCompact(items, layout)) {
      for (const [i, item] of items.entries()) {
        if (i > 0) this.page.write(", ");
        this.piece(item, loosest);
      }
      if (items.length === 1 && mode === "tuple") this.page.write(",");
    } else this.#linedUp(items, mode, close);
    this.page.depth--;
    this.page.write(brackets[1] ?? "");
  }

  protected target(target: Piece | undefined): void {
    if (target === undefined) return;
    this.piece(target, loosest);
    this.page.write(" in ");
  }

  #content(piece: Piece): void {
    switch (piece.kind) {
      case "mark":
      case "comments":
        return;
      case "word":
        this.page.write(styledNumber(piece.text));
        return;
      case "quoted":
        this.page.write(styledString(piece.token, piece.value));
        return;
      case "dot":
        this.#dot(piece);
        return;
      case "subscript":
        this.#subscript(piece);
        return;
      case "unary":
        this.page.write(piece.operator === "not" ? "not " : piece.operator);
        if (piece.operand !== undefined) this.piece(piece.operand, suffix);
        return;
      case "binary":
      case "assign":
        this.#binary(piece);
        return;
      case "entry":
        this.piece(piece.key, loosest);
        this.page.write(": ");
        this.piece(piece.value, loosest);
        return;
      case "conditional":
        this.piece(piece.then, choice);
        this.page.write(" if ");
        this.piece(piece.condition, choice);
        this.page.write(" else ");
        this.piece(piece.orElse, choice);
        return;
      case "lambda":
        this.#lambda(piece);
        return;
      case "list":
      case "dict":
      case "tuple":
      case "paren": {
        const { kind, items, start, close } = piece;
        const brackets = kind === "list" ? "[]" : kind === "dict" ? "{}" : "()";
        this.sequence(items, { mode: kind, brackets, open: start, close });
        return;
      }
      case "bare-tuple":
        this.sequence(piece.items, { mode: "bare-tuple", brackets: "", open: piece.start, close: undefined });
        return;
      case "call":
        this.piece(piece.callee, suffix);
        this.sequence(piece.items, { mode: "call", brackets: "()", open: piece.open, close: piece.close });
        return;
      case "comprehension":
        this.#comprehension(piece);
        return;
      case "for-clause":
      case "if-clause":
        this.page.write(piece.kind === "for-clause" ? "for " : "if ");
        this.target(piece.target);
        this.piece(piece.value, loosest);
        return;
      default:
        this.statement(piece);
    }
  }

  #dot({ object, name, nameStart }: pieces.Dot): void {
    this.piece(object, suffix);
    // Without the space the dot would be part of the number.
    if (object.kind === "word" && /^\d+$/.test(object.text)) this.page.write(" ");
    if (this.lineOf(nameStart) === this.lineOf(object.end)) this.page.write(`.${name}`);
    else {
      this.page.indented(indentation, () => {
        this.page.breakLine();
        this.page.write(`.${name}`);
      });
    }
  }

  #subscript({ object, parts, close }: pieces.Subscript): void {
    this.piece(object, suffix);
    this.page.write("[");
    const hasLines = close.before.length > 0;
    // As buildifier does, a line is broken with a backslash here, unless comments need it otherwise.
    const isOpen = hasLines || parts.some((part) => part !== undefined && someComment([part], ""));
    if (isOpen) this.page.depth++;
    if (hasLines) this.page.margin += indentation;
    for (const [i, part] of parts.entries()) {
      if (i > 0) this.page.write(":");
      if (part !== undefined) this.piece(part, loosest);
    }
    if (hasLines) {
      this.#closingComments(close);
      this.page.margin -= indentation;
      this.page.newline();
    }
    if (isOpen) this.page.depth--;
    this.page.write("]");
  }

  /** A right side on a line of its own begins below the left side; that of an assignment is indented. */
  #binary(piece: pieces.Binary): void {
    const { kind, left, operator, right, breaks } = piece;
    const level = levelOf(piece);
    const outerMargin = this.page.margin;
    if (breaks) this.page.margin = this.page.column() + (kind === "assign" ? indentation : 0);
    this.piece(left, level);
    this.page.write(` ${operator}`);
    if (breaks) this.page.breakLine();
    else this.page.write(" ");
    this.piece(right, level + 1);
    this.page.margin = outerMargin;
  }

  #lambda({ parameters, body }: pieces.Lambda): void {
    this.page.write("lambda");
    for (const [i, parameter] of parameters.entries()) {
      this.page.write(i > 0 ? ", " : " ");
      this.piece(parameter, loosest);
    }
    this.page.write(": ");
    this.piece(body, loosest);
  }

  #comprehension(piece: pieces.Comprehension): void {
    const { brackets, body, clauses, close } = piece;
    const hasLines = this.#breaksBetween(piece.start, [body, ...clauses], close) || close.before.length > 0;
    this.page.depth++;
    this.page.write(brackets[0]!);
    if (hasLines) {
      this.page.margin += indentation;
      this.page.newline();
    }
    this.piece(body, loosest);
    for (const clause of clauses) {
      if (hasLines) this.page.newline();
      else this.page.write(" ");
      this.piece(clause, loosest);
    }
    if (hasLines) {
      this.#closingComments(close);
      this.page.margin -= indentation;
      this.page.newline();
    }
    this.page.write(brackets[1]!);
    this.page.depth--;
  }

  /** Whether one of several pieces, or their closing bracket, is not on the line where the one before ends. */
  #breaksBetween(open: number, items: readonly Piece[], close: pieces.Mark | undefined): boolean {
    let line = this.lineOf(open);
    for (const { start, end } of items) {
      if (this.lineOf(start) !== line) return true;
      line = this.lineOf(end);
    }
    return close !== undefined && this.lineOf(close.start) !== line;
  }

  /** Whether elements stay on one line with their brackets, as they were written; comments of their own forbid it. */
  #isCompact(items: readonly Piece[], { mode, open, close, isCompact }: Layout): boolean {
    if (mode === "bare-tuple") return true;
    if (items.some((item) => item.before.length > 0 || (item.suffix.length > 0 && mode !== "def"))) return false;
    if (close !== undefined && close.before.length > 0) return false;
    if (mode === "load") return isCompact!;
    if (mode === "call" && items.length === 0) return true;
    return !this.#breaksBetween(open, items, mode === "def" ? undefined : close);
  }

  /** Every item on a line of its own. */
  #linedUp(items: readonly Piece[], mode: SequenceMode, close: pieces.Mark | undefined): void {
    const by = mode === "def" ? parameterIndentation : indentation;
    this.page.margin += by;
    for (const [i, item] of items.entries()) {
      // Comments that wait for the end of this line go before the first item.
      if (i === 0) this.page.lowerPending();
      this.page.newline();
      this.piece(item, loosest);
      if (i + 1 < items.length || hasTrailingComma(mode, item)) this.page.write(",");
    }
    this.#closingComments(close);
    this.page.margin -= by;
    if (mode !== "def" || (close !== undefined && close.before.length > 0)) this.page.newline();
  }

  #closingComments(close: pieces.Mark | undefined): void {
    for (const { text } of close?.before ?? []) {
      this.page.newline();
      this.page.write(text);
    }
  }
}

function hasTrailingComma(mode: SequenceMode, last: Piece): boolean {
  if (mode === "def" || mode === "paren") return false;
  return mode !== "call" || last.kind !== "unary" || (last.operator !== "*" && last.operator !== "**");
}
