/**
 * What the formatter prints: the syntax tree with comments hung into it, and with a piece of its own for everything that can
 * carry one, such as a closing bracket. Pieces know where they stood, because the layout keeps some choices of the author.
 */

/** A comment with its `#`, or "" for an empty line before one, and where it stood. */
export interface Note {
  start: number;
  text: string;
}

interface Carrier {
  /** Offsets of the first character and after the last. */
  start: number;
  end: number;
  /** Whole-line comments before the piece. */
  before: Note[];
  /** Comments at the end of its line. */
  suffix: Note[];
  /** Of statements: whole-line comments after it. */
  after: Note[];
}

/** The place of a closing bracket, an `else` or the colon of a def. */
export interface Mark extends Carrier {
  kind: "mark";
}

/** A name, a number, `pass`, `break` or `continue`; also what has no text of its own (`comments`: comments alone). */
export interface Word extends Carrier {
  kind: "word" | "comments";
  text: string;
}

export interface Quoted extends Carrier {
  kind: "quoted";
  /** As it is written, with prefix and quotes. */
  token: string;
  /** A byte string. */
  value: string;
}

export interface Dot extends Carrier {
  kind: "dot";
  object: Piece;
  name: string;
  nameStart: number;
}

/** An index has one part, a slice two or three with colons between. */
export interface Subscript extends Carrier {
  kind: "subscript";
  object: Piece;
  parts: (Piece | undefined)[];
  close: Mark;
}

/** `*` and `**` mark arguments and parameters; a bare `*` has no operand. */
export interface Unary extends Carrier {
  kind: "unary";
  operator: "+" | "-" | "~" | "not" | "*" | "**";
  operand: Piece | undefined;
}

/** `breaks`: the right side began on a later line. An assignment is also a named argument, a default, an alias. */
export interface Binary extends Carrier {
  kind: "binary" | "assign";
  operator: string;
  left: Piece;
  right: Piece;
  breaks: boolean;
}

export interface Entry extends Carrier {
  kind: "entry";
  key: Piece;
  value: Piece;
}

export interface Conditional extends Carrier {
  kind: "conditional";
  then: Piece;
  condition: Piece;
  orElse: Piece;
}

export interface Lambda extends Carrier {
  kind: "lambda";
  parameters: Piece[];
  body: Piece;
}

/** Brackets around pieces with commas between. */
export interface Sequence extends Carrier {
  kind: "list" | "dict" | "tuple" | "paren";
  items: Piece[];
  close: Mark;
}

/** A tuple without parentheses. */
export interface BareTuple extends Carrier {
  kind: "bare-tuple";
  items: Piece[];
}

export interface Call extends Carrier {
  kind: "call";
  callee: Piece;
  open: number;
  items: Piece[];
  close: Mark;
}

export interface Comprehension extends Carrier {
  kind: "comprehension";
  brackets: "[]" | "{}";
  body: Piece;
  clauses: Clause[];
  close: Mark;
}

export interface Clause extends Carrier {
  kind: "for-clause" | "if-clause";
  /** Of a `for`. */
  target: Piece | undefined;
  value: Piece;
}

export interface Return extends Carrier {
  kind: "return";
  value: Piece | undefined;
}

export interface Def extends Carrier {
  kind: "def";
  name: string;
  parameters: Piece[];
  close: Mark;
  colon: Mark;
  body: Piece[];
}

export interface Loop extends Carrier {
  kind: "for" | "while";
  /** Of a `for`. */
  target: Piece | undefined;
  value: Piece;
  body: Piece[];
}

export interface If extends Carrier {
  kind: "if";
  condition: Piece;
  body: Piece[];
  /** The place of `else` or `elif`. */
  otherwise: Mark;
  orElse: Piece[];
}

/** A local name and the name in the module, each where it stood. */
export interface Loaded {
  local: Word;
  remote: Word;
}

export interface Load extends Carrier {
  kind: "load";
  module: Quoted;
  names: Loaded[];
  close: Mark;
  /** Its parentheses were on one line. */
  isCompact: boolean;
}

export type Piece =
  | Mark
  | Word
  | Quoted
  | Dot
  | Subscript
  | Unary
  | Binary
  | Entry
  | Conditional
  | Lambda
  | Sequence
  | BareTuple
  | Call
  | Comprehension
  | Clause
  | Return
  | Def
  | Loop
  | If
  | Load;

/** Without comments. */
export function carrier(start: number, end: number): Carrier {
  return { start, end, before: [], suffix: [], after: [] };
}

/** A bracket or colon at a place. */
export function mark(at: number): Mark {
  return { kind: "mark", ...carrier(at, at + 1) };
}

/** What is within a piece and can carry comments, in the order of the text. */
export function partsOf(piece: Piece): readonly Piece[] {
  switch (piece.kind) {
    case "mark":
    case "word":
    case "comments":
    case "quoted":
      return [];
    case "dot":
      return [piece.object];
    case "subscript":
      return [piece.object, ...present(piece.parts), piece.close];
    case "unary":
      return present([piece.operand]);
    case "binary":
    case "assign":
      return [piece.left, piece.right];
    case "entry":
      return [piece.key, piece.value];
    case "conditional":
      return [piece.then, piece.condition, piece.orElse];
    case "lambda":
      return [...piece.parameters, piece.body];
    case "list":
    case "dict":
    case "tuple":
    case "paren":
      return [...piece.items, piece.close];
    case "bare-tuple":
      return piece.items;
    case "call":
      return [piece.callee, ...piece.items, piece.close];
    case "comprehension":
      return [piece.body, ...piece.clauses, piece.close];
    case "for-clause":
    case "if-clause":
      return present([piece.target, piece.value]);
    case "return":
      return present([piece.value]);
    case "def":
      return [...piece.parameters, piece.close, piece.colon, ...piece.body];
    case "for":
    case "while":
      return [...present([piece.target, piece.value]), ...piece.body];
    case "if":
      return [piece.condition, ...piece.body, ...(piece.orElse.length > 0 ? [piece.otherwise] : []), ...piece.orElse];
    case "load":
      return [piece.module, ...piece.names.flatMap(({ local, remote }) => [local, remote]), piece.close];
  }
}

function present(pieces: readonly (Piece | undefined)[]): Piece[] {
  return pieces.filter((piece) => piece !== undefined);
}
