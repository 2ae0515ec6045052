/**
 * Statements as pieces, with the comments between them. A comment belongs to the statement that follows it without an empty
 * line, else it stands alone; at the end of a block one that is indented less than the block leaves it.
 */
import type { Comment } from "../syntax/scan.ts";
import { startOf } from "../syntax/start-of.ts";
import type * as tree from "../syntax/tree.ts";
import { ExpressionPieces } from "./expression-pieces.ts";
import { carrier, mark, type If, type Loaded, type Note, type Piece } from "./pieces.ts";

/** A line outside statements that is empty or has a comment alone. */
export interface LooseLine {
  line: number;
  /** Absent on an empty line. */
  comment?: Comment;
}

/** Statements with the comments around them; and whether an empty line is after the last of them. */
interface Block {
  pieces: Piece[];
  severed: boolean;
}

export class StatementPieces extends ExpressionPieces {
  readonly #loose: readonly LooseLine[];
  #next = 0;

  constructor(text: string, lineOf: (pos: number) => number, loose: readonly LooseLine[]) {
    super(text, lineOf);
    this.#loose = loose;
  }

  file(statements: readonly tree.Statement[]): Piece[] {
    return this.#block(statements, Infinity).pieces;
  }

  /** `limit` is the line of what comes after the block. */
  #block(statements: readonly tree.Statement[], limit: number): Block {
    const pieces: Piece[] = [];
    let last: Piece | undefined = undefined;
    for (const [i, statement] of statements.entries()) {
      last = this.#looseLines(pieces, last, this.lineOf(startOf(statement)));
      const next = statements[i + 1];
      const { piece, severed } = this.#statement(statement, next === undefined ? limit : this.lineOf(startOf(next)));
      if (last?.kind === "comments") pieces.pop();
      if (last !== undefined) piece.before = last.after.splice(0);
      pieces.push(piece);
      last = piece;
      const dedented = dedentedComments(piece, this.#columnOf.bind(this));
      if (dedented.length > 0) {
        pieces.push(...dedented);
        last = severed ? undefined : dedented.at(-1);
      }
    }
    last = this.#looseLines(pieces, last, limit);
    return { pieces, severed: last === undefined };
  }

  /** Takes the comments and empty lines before a line; answers what the next statement follows without an empty line. */
  #looseLines(pieces: Piece[], before: Piece | undefined, limit: number): Piece | undefined {
    let last = before;
    for (; this.#next < this.#loose.length; this.#next++) {
      const { line, comment } = this.#loose[this.#next]!;
      if (line >= limit) break;
      if (comment === undefined) {
        last = undefined;
        continue;
      }
      if (last === undefined || isBlock(last)) {
        last = { kind: "comments", ...carrier(comment.start, comment.start), text: "" };
        pieces.push(last);
      }
      last.after.push(this.#note(comment));
    }
    return last;
  }

  #note({ start, end }: Comment): Note {
    return { start, text: this.written(start, end).trim() };
  }

  #columnOf(pos: number): number {
    return pos - this.text.lastIndexOf("\n", pos - 1);
  }

  /** What follows a colon: on lines of its own, or on the same line. */
  #suite(body: readonly tree.Statement[], colonLine: number, limit: number): Block {
    const first = body[0];
    const firstLine = first === undefined ? limit : this.lineOf(startOf(first));
    if (firstLine === colonLine) {
      return { pieces: body.map((statement) => this.#statement(statement, limit).piece), severed: false };
    }
    const leading: Piece[] = [];
    const last = this.#looseLines(leading, undefined, firstLine);
    const block = this.#block(body, limit);
    const notes = leading.at(-1)?.after;
    if (last !== undefined && notes !== undefined) {
      leading.pop();
      block.pieces[0]!.before.unshift(...notes);
    }
    return { pieces: [...leading, ...block.pieces], severed: block.severed };
  }

  #statement(node: tree.Statement, limit: number): { piece: Piece; severed: boolean } {
    switch (node.kind) {
      case "def":
        return this.#def(node, limit);
      case "if":
        return this.#if(node, limit);
      case "for": {
        const value = this.expression(node.iterable);
        const { pieces: body, severed } = this.#suite(node.body, this.lineOf(value.end), limit);
        const target = this.expression(node.target);
        return { piece: { kind: "for", ...spanOf(node.pos, body), target, value, body }, severed };
      }
      case "while": {
        const value = this.expression(node.condition);
        const { pieces: body, severed } = this.#suite(node.body, this.lineOf(value.end), limit);
        return { piece: { kind: "while", ...spanOf(node.pos, body), target: undefined, value, body }, severed };
      }
      default:
        return { piece: this.#simple(node), severed: false };
    }
  }

  #def(node: tree.DefStatement, limit: number): { piece: Piece; severed: boolean } {
    const { pos, name, close, function: fn } = node;
    const { pieces: body, severed } = this.#suite(fn.body, this.lineOf(close), limit);
    const colon = this.text.indexOf(":", close);
    const piece: Piece = {
      kind: "def",
      ...spanOf(pos, body),
      name: this.written(name.pos, name.end),
      parameters: fn.parameters.map((parameter) => this.parameter(parameter)),
      close: mark(close),
      colon: mark(colon),
      body,
    };
    return { piece, severed };
  }

  #if(node: tree.IfStatement, limit: number): { piece: If; severed: boolean } {
    const { pos, orElse, elsePos } = node;
    const condition = this.expression(node.condition);
    const elseAt = elsePos ?? orElse[0]?.pos ?? pos;
    const hasElse = orElse.length > 0;
    const then = this.#suite(node.body, this.lineOf(condition.end), hasElse ? this.lineOf(elseAt) : limit);
    let otherwise: Block = { pieces: [], severed: then.severed };
    if (elsePos !== undefined) otherwise = this.#suite(orElse, this.lineOf(elsePos), limit);
    else if (orElse[0]?.kind === "if") {
      const { piece, severed } = this.#if(orElse[0], limit);
      otherwise = { pieces: [piece], severed };
    }
    const piece: If = {
      kind: "if",
      ...spanOf(pos, hasElse ? otherwise.pieces : then.pieces),
      condition,
      body: then.pieces,
      otherwise: mark(elseAt),
      orElse: otherwise.pieces,
    };
    return { piece, severed: otherwise.severed };
  }

  #simple(
    node: Exclude<tree.Statement, tree.DefStatement | tree.IfStatement | tree.ForStatement | tree.WhileStatement>,
  ) {
    switch (node.kind) {
      case "expression":
        return this.expression(node.value);
      case "assign": {
        const { operator, target, value } = node;
        return this.binary("assign", `${operator}=`, this.expression(target), this.expression(value));
      }
      case "return": {
        const value = node.value === undefined ? undefined : this.expression(node.value);
        return { kind: "return", ...carrier(node.pos, node.end), value } satisfies Piece;
      }
      case "load":
        return this.#load(node);
      default:
        return this.word(node.pos, node.end, node.kind);
    }
  }

  #load({ pos, end, module, names }: tree.LoadStatement): Piece {
    const open = this.text.indexOf("(", pos);
    return {
      kind: "load",
      ...carrier(pos, end),
      module: this.quoted(module),
      names: names.map((name) => this.#loaded(name)),
      close: mark(end - 1),
      isCompact: this.lineOf(open) === this.lineOf(end - 1),
    };
  }

  /** Both begin after the quote when there is no alias, so that comments find them. */
  #loaded({ local, remote }: tree.LoadedName): Loaded {
    const start = remote.pos + (/^(?:"""|''')/.test(this.written(remote.pos, remote.pos + 3)) ? 3 : 1);
    const isAlias = local.pos < remote.pos;
    return {
      local: this.word(isAlias ? local.pos : start, local.end, local.name),
      remote: this.word(start, remote.end, remote.value),
    };
  }
}

function spanOf(start: number, body: readonly Piece[]) {
  return carrier(start, body.at(-1)?.end ?? start);
}

function isBlock({ kind }: Piece): boolean {
  return kind === "def" || kind === "for" || kind === "while" || kind === "if";
}

/** Takes the comments at a block's end that are indented less than the block out of it. */
function dedentedComments(piece: Piece, columnOf: (pos: number) => number): Piece[] {
  const body = lastBody(piece);
  if (body === undefined || body.length === 0) return [];
  const indentation = columnOf(body[0]!.start);
  const lastStatement = body.findLastIndex(({ kind }) => kind !== "comments");
  if (lastStatement === -1) return [];
  for (let i = lastStatement; i < body.length; i++) {
    const { after, kind } = body[i]!;
    const first = after.findIndex(({ start }) => columnOf(start) < indentation);
    if (first === -1) continue;
    const notes = after.splice(first);
    const following = body.splice(i + 1);
    if (kind === "comments" && after.length === 0) body.pop();
    return [{ kind: "comments", ...carrier(notes[0]!.start, notes[0]!.start), after: notes, text: "" }, ...following];
  }
  return [];
}

function lastBody(piece: Piece): Piece[] | undefined {
  switch (piece.kind) {
    case "def":
    case "for":
    case "while":
      return piece.body;
    case "if": {
      const { body, orElse } = piece;
      if (orElse.length === 0) return body;
      const [only] = orElse;
      return orElse.length === 1 && only!.kind === "if" ? lastBody(only) : orElse;
    }
    default:
      return undefined;
  }
}
