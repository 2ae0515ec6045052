/** Writes pieces as text, in buildifier's style for .star and .bzl files. */
import { loosest } from "./levels.ts";
import { Page } from "./page.ts";
import type * as pieces from "./pieces.ts";
import { ExpressionPrinter, indentation, type LineOf } from "./print-expressions.ts";
import { quotedString } from "./literals.ts";

type Piece = pieces.Piece;

/** The text of a file's pieces; `homeless` are comments that belong to none. */
export function printPieces(file: readonly Piece[], homeless: readonly pieces.Note[], lineOf: LineOf): string {
  const page = new Page();
  new StatementPrinter(page, lineOf).file(file, homeless);
  return page.finish();
}

class StatementPrinter extends ExpressionPrinter {
  file(file: readonly Piece[], homeless: readonly pieces.Note[]): void {
    this.page.comments(homeless);
    this.#statements(file);
  }

  protected override statement(piece: Piece): void {
    switch (piece.kind) {
      case "return":
        this.page.write("return");
        if (piece.value === undefined) return;
        this.page.write(" ");
        this.piece(piece.value, loosest);
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
        return;
      default:
        throw new Error(`${piece.kind} is an expression`);
    }
  }

  #block(body: readonly Piece[]): void {
    this.page.indented(indentation, () => {
      this.page.newline();
      this.#statements(body);
    });
  }

  #statements(list: readonly Piece[]): void {
    for (const [i, statement] of list.entries()) {
      this.piece(statement, loosest);
      if (statement.kind !== "comments") this.page.oweLine();
      for (const { text } of statement.after) {
        this.page.dueLine();
        this.page.write(text);
        this.page.oweLine();
      }
      const next = list[i + 1];
      if (next === undefined) continue;
      this.page.newline();
      if (!this.#belongTogether(statement, next)) this.page.newline();
    }
  }

  /** Whether no empty line is between two statements. */
  #belongTogether(first: Piece, second: Piece): boolean {
    if (second.before.length > 0 || first.after.length > 0) return false;
    if (first.kind === "load" || second.kind === "load") return first.kind === second.kind;
    if (standsApart(first) || standsApart(second)) return false;
    return this.lineOf(second.start) - this.lineOf(first.end) <= 1;
  }

  #if(statement: pieces.If): void {
    let branch = statement;
    let hasEmptyLine = false;
    for (let isFirst = true; ; isFirst = false) {
      this.page.dueLine();
      if (!isFirst && hasEmptyLine) this.page.newline();
      this.page.write(isFirst ? "if " : "elif ");
      this.#condition(branch.condition);
      this.#block(branch.body);
      hasEmptyLine = this.lineOf(branch.otherwise.start) - this.lineOf(branch.body.at(-1)!.end) > 1;
      const [next] = branch.orElse;
      if (branch.orElse.length !== 1 || next!.kind !== "if") break;
      if (branch.otherwise.suffix.length > 0 || next.before.length > 0) break;
      branch = next;
    }
    if (branch.orElse.length === 0) return;
    this.page.dueLine();
    if (hasEmptyLine) this.page.newline();
    this.page.write("else:");
    this.page.pending.push(...branch.otherwise.suffix);
    this.#block(branch.orElse);
  }

  #condition(condition: Piece): void {
    this.piece(condition, loosest);
    this.page.write(":");
  }

  #def({ name, start, parameters, close, colon, body }: pieces.Def): void {
    this.page.write(`def ${name}`);
    this.sequence(parameters, { mode: "def", brackets: "()", open: start, close });
    this.page.write(":");
    this.page.pending.push(...colon.suffix);
    this.#block(body);
  }

  #loop({ kind, target, value, body }: pieces.Loop): void {
    this.page.write(`${kind} `);
    this.target(target);
    this.#condition(value);
    this.#block(body);
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
    this.page.write("load");
    this.sequence([module, ...items], { mode: "load", brackets: "()", open: start, close, isCompact });
  }
}

function standsApart({ kind }: Piece): boolean {
  return kind === "comments" || kind === "def";
}
