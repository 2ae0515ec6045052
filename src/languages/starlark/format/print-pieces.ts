/** Writes pieces as text, in buildifier's style for .star and .bzl files. */
import { someComment } from "./hints.ts";
import type * as pieces from "./pieces.ts";
import { quotedString, styledString } from "./strings.ts";

type Piece = pieces.Piece;

/** Of nested blocks, and of what is within brackets on lines of its own. */
const indentation = 4;
/** Of the parameters of a def on lines of their own: they differ from its body. */
const parameterIndentation = 8;

/** How tightly what is around an expression binds: an expression that binds less tightly is put into parentheses. */
const loosest = 0;
const assignment = 1;
const colonLevel = 2;
const choice = 3;
const operators: ReadonlyMap<string, number> = new Map([
  ["or", 4],
  ["and", 5],
  ...["in", "not in", "<", ">", "==", "!=", "<=", ">="].map((operator) => [operator, 6] as const),
  ["|", 7],
  ["^", 8],
  ["&", 9],
  ["<<", 10],
  [">>", 10],
  ["+", 11],
  ["-", 11],
  ["*", 12],
  ["/", 12],
  ["//", 12],
  ["%", 12],
]);
const sign = 13;
const suffix = 14;

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

/** The text of a file's pieces. `lineOf` answers on which line an offset of the original text was. */
export function printPieces(file: readonly Piece[], homeless: readonly pieces.Note[], lineOf: LineOf): string {
  const printer = new Printer(lineOf);
  return printer.file(file, homeless);
}

type LineOf = (pos: number) => number;

class Printer {
  readonly #lines: string[] = [];
  /** The current line; a string literal of several lines makes it several. */
  #line = "";
  readonly #lineOf: LineOf;
  #margin = 0;
  /** Brackets around the current place. */
  #depth = 0;
  /** Comments for the end of the current line. */
  #pending: pieces.Note[] = [];
  /** The next statement begins a line. */
  #lineIsDue = false;

  constructor(lineOf: LineOf) {
    this.#lineOf = lineOf;
  }

  file(file: readonly Piece[], homeless: readonly pieces.Note[]): string {
    for (const { text } of homeless) {
      this.#line += text;
      this.#newline();
    }
    this.#statements(file);
    this.#dueLine();
    return [...this.#lines, this.#line].join("\n");
  }

  // Lines.

  #newline(): void {
    this.#lineIsDue = false;
    this.#pending.splice(0).forEach(({ text }, i) => {
      if (i === 0) this.#line += `  ${text}`;
      else this.#startLine(text);
    });
    this.#startLine("");
  }

  #startLine(text: string): void {
    this.#trim();
    this.#endLine();
    this.#line = " ".repeat(this.#margin) + text;
  }

  #dueLine(): void {
    if (this.#lineIsDue) this.#newline();
  }

  /** A line's end within an expression; outside brackets it is escaped. */
  #breakLine(): void {
    if (this.#depth > 0) this.#newline();
    else {
      this.#line += " \\";
      this.#endLine();
      this.#line = " ".repeat(this.#margin);
    }
  }

  #trim(): void {
    let end = this.#line.length;
    while (this.#line[end - 1] === " ") end--;
    this.#line = this.#line.slice(0, end);
  }

  #endLine(): void {
    this.#lines.push(this.#line);
    this.#line = "";
  }

  /** Characters on the current line. */
  #column(): number {
    return [...this.#line.slice(this.#line.lastIndexOf("\n") + 1)].length;
  }

  #indented(by: number, print: () => void): void {
    this.#margin += by;
    print();
    this.#margin -= by;
  }

  #leadingComments({ before }: Piece): void {
    this.#dueLine();
    if (before.length === 0) return;
    if (this.#pending.length > 0) this.#newline();
    this.#trim();
    if (this.#column() > 0) this.#endLine();
    this.#line = " ".repeat(this.#margin);
    for (const { text } of before) {
      this.#line += text;
      this.#newline();
    }
  }

  // Statements.

  #block(body: readonly Piece[]): void {
    this.#indented(indentation, () => {
      this.#newline();
      this.#statements(body);
    });
  }

  #statements(list: readonly Piece[]): void {
    for (const [i, statement] of list.entries()) {
      this.#piece(statement, loosest);
      if (statement.kind !== "comments") this.#lineIsDue = true;
      for (const { text } of statement.after) {
        this.#dueLine();
        this.#line += text;
        this.#lineIsDue = true;
      }
      const next = list[i + 1];
      if (next === undefined) continue;
      this.#newline();
      if (!this.#belongTogether(statement, next)) this.#newline();
    }
  }

  /** Whether no empty line is between two statements. */
  #belongTogether(first: Piece, second: Piece): boolean {
    if (second.before.length > 0 || first.after.length > 0) return false;
    if (first.kind === "load" || second.kind === "load") return first.kind === second.kind;
    const apart = ["comments", "def"];
    if (apart.includes(first.kind) || apart.includes(second.kind)) return false;
    return this.#lineOf(second.start) - this.#lineOf(first.end) <= 1;
  }

  #if(statement: pieces.If): void {
    let branch = statement;
    let hasEmptyLine = false;
    for (let isFirst = true; ; isFirst = false) {
      this.#dueLine();
      if (!isFirst && hasEmptyLine) this.#newline();
      this.#line += isFirst ? "if " : "elif ";
      this.#condition(branch.condition);
      this.#block(branch.body);
      hasEmptyLine = this.#lineOf(branch.otherwise.start) - this.#lineOf(branch.body.at(-1)!.end) > 1;
      const [next] = branch.orElse;
      if (branch.orElse.length !== 1 || next!.kind !== "if") break;
      if (branch.otherwise.suffix.length > 0 || next!.before.length > 0) break;
      branch = next!;
    }
    if (branch.orElse.length === 0) return;
    this.#dueLine();
    if (hasEmptyLine) this.#newline();
    this.#line += "else:";
    this.#pending.push(...branch.otherwise.suffix);
    this.#block(branch.orElse);
  }

  #condition(condition: Piece): void {
    this.#piece(condition, loosest);
    this.#line += ":";
  }

  #def({ name, start, parameters, close, colon, body }: pieces.Def): void {
    this.#line += `def ${name}`;
    this.#sequence(parameters, { mode: "def", brackets: "()", open: start, close });
    this.#line += ":";
    this.#pending.push(...colon.suffix);
    this.#block(body);
  }

  #loop({ kind, target, value, body }: pieces.Loop): void {
    this.#line += `${kind} `;
    this.#target(target);
    this.#condition(value);
    this.#block(body);
  }

  #target(target: Piece | undefined): void {
    if (target === undefined) return;
    this.#piece(target, loosest);
    this.#line += " in ";
  }

  #load({ module, names, start, close, isCompact }: pieces.Load): void {
    const items = names.map(({ local, remote }): Piece => {
      const word: pieces.Word = { ...remote, text: quotedString(remote.text) };
      if (local.text === remote.text) return { ...word, before: local.before };
      const { start: from, end } = remote;
      return {
        kind: "assign",
        start: from,
        end,
        before: [],
        suffix: [],
        after: [],
        operator: "=",
        left: local,
        right: word,
        breaks: false,
      };
    });
    this.#line += "load";
    this.#sequence([module, ...items], { mode: "load", brackets: "()", open: start, close, isCompact });
  }

  // Expressions.

  /** `outer` is how tightly the surroundings bind. */
  #piece(piece: Piece, outer: number): void {
    this.#leadingComments(piece);
    if (levelOf(piece) < outer) {
      this.#line += "(";
      this.#depth++;
      this.#content(piece);
      this.#depth--;
      this.#line += ")";
    } else this.#content(piece);
    this.#pending.push(...piece.suffix);
  }

  #content(piece: Piece): void {
    switch (piece.kind) {
      case "mark":
      case "comments":
        return;
      case "word":
        this.#line += styledNumber(piece.text);
        return;
      case "quoted":
        this.#line += styledString(piece.token, piece.value);
        return;
      case "dot":
        this.#dot(piece);
        return;
      case "subscript":
        this.#subscript(piece);
        return;
      case "unary":
        this.#line += piece.operator === "not" ? "not " : piece.operator;
        if (piece.operand !== undefined) this.#piece(piece.operand, suffix);
        return;
      case "binary":
      case "assign":
        this.#binary(piece);
        return;
      case "entry":
        this.#piece(piece.key, loosest);
        this.#line += ": ";
        this.#piece(piece.value, loosest);
        return;
      case "conditional":
        this.#piece(piece.then, choice);
        this.#line += " if ";
        this.#piece(piece.condition, choice);
        this.#line += " else ";
        this.#piece(piece.orElse, choice);
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
        this.#sequence(items, { mode: kind, brackets, open: start, close });
        return;
      }
      case "bare-tuple":
        this.#sequence(piece.items, { mode: "bare-tuple", brackets: "", open: piece.start, close: undefined });
        return;
      case "call":
        this.#piece(piece.callee, suffix);
        this.#sequence(piece.items, { mode: "call", brackets: "()", open: piece.open, close: piece.close });
        return;
      case "comprehension":
        this.#comprehension(piece);
        return;
      case "for-clause":
      case "if-clause":
        this.#line += piece.kind === "for-clause" ? "for " : "if ";
        this.#target(piece.target);
        this.#piece(piece.value, loosest);
        return;
      case "return":
        this.#line += "return";
        if (piece.value === undefined) return;
        this.#line += " ";
        this.#piece(piece.value, loosest);
        return;
      case "def":
        this.#def(piece);
        return;
      case "for":
      case "while":
        this.#loop(piece);
        return;
      case "if":
        this.#if(piece);
        return;
      case "load":
        this.#load(piece);
    }
  }

  #dot({ object, name, nameStart }: pieces.Dot): void {
    this.#piece(object, suffix);
    // Without the space the dot would be part of the number.
    if (object.kind === "word" && /^\d+$/.test(object.text)) this.#line += " ";
    if (this.#lineOf(nameStart) === this.#lineOf(object.end)) this.#line += `.${name}`;
    else {
      this.#indented(indentation, () => {
        this.#breakLine();
        this.#line += `.${name}`;
      });
    }
  }

  #subscript({ object, parts, close }: pieces.Subscript): void {
    this.#piece(object, suffix);
    this.#line += "[";
    const hasLines = close.before.length > 0;
    // As buildifier does, a line is broken with a backslash here, unless comments need it otherwise.
    const isOpen = hasLines || parts.some((part) => part !== undefined && someComment([part], ""));
    if (isOpen) this.#depth++;
    if (hasLines) this.#margin += indentation;
    for (const [i, part] of parts.entries()) {
      if (i > 0) this.#line += ":";
      if (part !== undefined) this.#piece(part, loosest);
    }
    if (hasLines) {
      this.#closingComments(close);
      this.#margin -= indentation;
      this.#newline();
    }
    if (isOpen) this.#depth--;
    this.#line += "]";
  }

  /** A right side on a line of its own begins below the left side; that of an assignment is indented. */
  #binary(piece: pieces.Binary): void {
    const { kind, left, operator, right, breaks } = piece;
    const level = levelOf(piece);
    const outerMargin = this.#margin;
    if (breaks) this.#margin = this.#column() + (kind === "assign" ? indentation : 0);
    this.#piece(left, level);
    this.#line += ` ${operator}`;
    if (breaks) this.#breakLine();
    else this.#line += " ";
    this.#piece(right, level + 1);
    this.#margin = outerMargin;
  }

  #lambda({ parameters, body }: pieces.Lambda): void {
    this.#line += "lambda";
    for (const [i, parameter] of parameters.entries()) {
      this.#line += i > 0 ? ", " : " ";
      this.#piece(parameter, loosest);
    }
    this.#line += ": ";
    this.#piece(body, loosest);
  }

  #comprehension(piece: pieces.Comprehension): void {
    const { brackets, body, clauses, close } = piece;
    const hasLines = this.#breaksBetween(piece.start, [body, ...clauses], close) || close.before.length > 0;
    this.#depth++;
    this.#line += brackets[0];
    if (hasLines) {
      this.#margin += indentation;
      this.#newline();
    }
    this.#piece(body, loosest);
    for (const clause of clauses) {
      if (hasLines) this.#newline();
      else this.#line += " ";
      this.#piece(clause, loosest);
    }
    if (hasLines) {
      this.#closingComments(close);
      this.#margin -= indentation;
      this.#newline();
    }
    this.#line += brackets[1];
    this.#depth--;
  }

  /** Whether one of several pieces, or their closing bracket, is not on the line where the one before ends. */
  #breaksBetween(open: number, items: readonly Piece[], close: pieces.Mark | undefined): boolean {
    let line = this.#lineOf(open);
    for (const { start, end } of items) {
      if (this.#lineOf(start) !== line) return true;
      line = this.#lineOf(end);
    }
    return close !== undefined && this.#lineOf(close.start) !== line;
  }

  /** Whether elements stay on one line with their brackets, as they were written; comments of their own forbid it. */
  #isCompact(items: readonly Piece[], { mode, open, close, isCompact }: Layout): boolean {
    if (mode === "bare-tuple" && this.#depth === 1) return true;
    if (items.some((item) => item.before.length > 0 || (item.suffix.length > 0 && mode !== "def"))) return false;
    if (close !== undefined && close.before.length > 0) return false;
    if (mode === "load") return isCompact!;
    if (mode === "bare-tuple" || (mode === "call" && items.length === 0)) return true;
    return !this.#breaksBetween(open, items, mode === "def" ? undefined : close);
  }

  #sequence(items: readonly Piece[], layout: Layout): void {
    const { mode, brackets, close } = layout;
    this.#line += brackets[0] ?? "";
    this.#depth++;
    if (this.#isCompact(items, layout)) {
      for (const [i, item] of items.entries()) {
        if (i > 0) this.#line += ", ";
        this.#piece(item, loosest);
      }
      if (items.length === 1 && mode === "tuple") this.#line += ",";
    } else this.#linedUp(items, mode, close);
    this.#depth--;
    this.#line += brackets[1] ?? "";
  }

  /** Every item on a line of its own. */
  #linedUp(items: readonly Piece[], mode: SequenceMode, close: pieces.Mark | undefined): void {
    const by = mode === "def" ? parameterIndentation : indentation;
    this.#margin += by;
    for (const [i, item] of items.entries()) {
      // Comments that wait for the end of this line go before the first item.
      if (i === 0 && this.#pending.length > 0) {
        this.#endLine();
        this.#line = " ".repeat(this.#margin - 2);
      }
      this.#newline();
      this.#piece(item, loosest);
      if (i + 1 < items.length || hasTrailingComma(mode, item)) this.#line += ",";
    }
    this.#closingComments(close);
    this.#margin -= by;
    if (mode !== "def" || (close !== undefined && close.before.length > 0)) this.#newline();
  }

  #closingComments(close: pieces.Mark | undefined): void {
    for (const { text } of close?.before ?? []) {
      this.#newline();
      this.#line += text;
    }
  }
}

/** How tightly a piece binds; what has no level of its own is never put into parentheses. */
function levelOf(piece: Piece): number {
  switch (piece.kind) {
    case "assign":
      return assignment;
    case "lambda":
      return colonLevel;
    case "binary":
      return operators.get(piece.operator)!;
    case "unary":
      return sign;
    default:
      return suffix;
  }
}

function hasTrailingComma(mode: SequenceMode, last: Piece): boolean {
  if (mode === "def" || mode === "paren" || mode === "bare-tuple") return false;
  return mode !== "call" || last.kind !== "unary" || (last.operator !== "*" && last.operator !== "**");
}

/** A float has a digit before its dot, and the shortest exponent. */
function styledNumber(text: string): string {
  if (/^0\d/.test(text) && !text.includes(".")) return `0o${text.slice(1)}`;
  const float = /^(\d*)(\.\d*)(?:[eE]([+-]?)(\d+))?$/.exec(text);
  if (float === null) return text;
  const [, whole, fraction, direction, exponent] = float;
  const mantissa = `${whole || "0"}${fraction}`;
  if (exponent === undefined) return mantissa;
  return `${mantissa}e${direction === "-" ? `-${exponent}` : exponent.replace(/^0+(?=.)/, "")}`;
}
