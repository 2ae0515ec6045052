/**
 * The syntax tree. The parser builds it, the resolver fills in `binding`, `locals`, `cells` and `free`, the compiler
 * reads it; tools read it from `parseSourceTree` (`source-tree.ts`), with comments.
 *
 * `pos` is an offset into the file's text; `SourceFile.location` turns it into line and column. Where nothing else is said
 * it is that of the first character; `startOf` (`start-of.ts`) answers that one for every node. `end` is the offset after
 * the last character, so `text.slice(startOf(node), node.end)` is a node as it was written: the quotes of a string, the
 * digits of a number. It does not include the line's end, nor a comment. All names are byte strings, like the values of
 * string literals.
 */
import type { Location } from "../../../core/errors.ts";

/** A source text and where its lines begin. Columns count characters (Unicode code points), as starlark-go does. */
export interface SourceFile {
  path: string;
  text: string;
  location(pos: number): Location;
}

/** One file, parsed and resolved. */
export interface Module {
  file: SourceFile;
  body: Statement[];
  /** Names bound at the top level, in order of first binding; a `global` binding indexes it. */
  globals: string[];
  /** Names that a load statement binds and that are visible in this file only; a `loaded` binding indexes it. */
  loadedNames: string[];
  /** The top level as a function without parameters: its comprehension variables are locals. */
  top: FunctionScope;
  options: DialectOptions;
}

/** go.starlark.net's FileOptions. The product's default dialect has all of them but loadBindsGlobally. */
export interface DialectOptions {
  set: boolean;
  while: boolean;
  topLevelControl: boolean;
  globalReassign: boolean;
  loadBindsGlobally: boolean;
  recursion: boolean;
}

export const superset: DialectOptions = {
  set: true,
  while: true,
  topLevelControl: true,
  globalReassign: true,
  loadBindsGlobally: false,
  recursion: true,
};

/** What the resolver finds out about one function body. */
export interface FunctionScope {
  /** Parameters first (in the order of `parameters`), then other locals; a `local` or `cell` binding indexes it. */
  locals: string[];
  /** Indexes into `locals` of those that an inner function shares: they live in cells. */
  cells: number[];
  /** For each captured variable: where the enclosing function has it. A `free` binding indexes it. */
  free: { name: string; from: "cell" | "free"; index: number }[];
}

/** What an identifier means. `cell`: a local of this function that an inner function shares. */
export type Binding =
  | { kind: "local" | "cell" | "free" | "global" | "loaded"; index: number }
  | { kind: "predeclared" | "universal"; name: string };

export interface Identifier {
  kind: "identifier";
  pos: number;
  end: number;
  name: string;
  /** Set by the resolver. */
  binding?: Binding;
}

export type Statement =
  | AssignStatement
  | DefStatement
  | ExpressionStatement
  | ForStatement
  | WhileStatement
  | IfStatement
  | LoadStatement
  | ReturnStatement
  | { kind: "break" | "continue" | "pass"; pos: number; end: number };

/** `pos` of an assignment is that of its operator. `operator` is "" for `=`, else the binary operator of `op=`. */
export interface AssignStatement {
  kind: "assign";
  pos: number;
  end: number;
  operator: "" | BinaryOperator;
  target: Expression;
  value: Expression;
}

export interface DefStatement {
  kind: "def";
  pos: number;
  end: number;
  name: Identifier;
  /** Offsets of the parentheses around the parameters. */
  open: number;
  close: number;
  function: FunctionNode;
}

export interface ExpressionStatement {
  kind: "expression";
  pos: number;
  end: number;
  value: Expression;
}

export interface ForStatement {
  kind: "for";
  pos: number;
  end: number;
  target: Expression;
  iterable: Expression;
  body: Statement[];
}

export interface WhileStatement {
  kind: "while";
  pos: number;
  end: number;
  condition: Expression;
  body: Statement[];
}

export interface IfStatement {
  kind: "if";
  pos: number;
  end: number;
  condition: Expression;
  body: Statement[];
  /** An `elif` is one nested if; its `pos` is that of the word `elif`. */
  orElse: Statement[];
  /** Offset of the word `else`; absent without one, and before an `elif`. */
  elsePos?: number;
}

export interface LoadStatement {
  kind: "load";
  pos: number;
  end: number;
  module: StringLiteral;
  /** `local = "remote"`. Of a name that is only a string, the local one is within the string's quotes. */
  names: LoadedName[];
}

export interface LoadedName {
  local: Identifier;
  remote: StringLiteral;
}

export interface ReturnStatement {
  kind: "return";
  pos: number;
  end: number;
  value?: Expression;
}

/** The part that `def` and `lambda` share. */
export interface FunctionNode extends FunctionScope {
  /** "lambda" for a lambda. */
  name: string;
  pos: number;
  end: number;
  parameters: Parameter[];
  /** A lambda's body is one return statement. */
  body: Statement[];
  /** The first statement's string literal, when it is one; else "". */
  doc: string;
}

/**
 * `bare-star` is the lone `*` before keyword-only parameters; it has no name and no local. With a default, `pos` is that of
 * its `=`.
 */
export interface Parameter {
  kind: "positional" | "bare-star" | "args" | "kwargs";
  pos: number;
  end: number;
  name?: Identifier;
  default?: Expression;
}

export type Expression =
  | Identifier
  | IntLiteral
  | FloatLiteral
  | StringLiteral
  | BytesLiteral
  | ListExpression
  | TupleExpression
  | DictExpression
  | Comprehension
  | ConditionalExpression
  | UnaryExpression
  | BinaryExpression
  | CallExpression
  | DotExpression
  | IndexExpression
  | SliceExpression
  | LambdaExpression
  | ParenExpression;

/** A number when it is a safe integer. */
export interface IntLiteral {
  kind: "int";
  pos: number;
  end: number;
  value: number | bigint;
}

export interface FloatLiteral {
  kind: "float";
  pos: number;
  end: number;
  value: number;
}

/** `value` is a byte string: each character is one byte of the UTF-8 encoding. */
export interface StringLiteral {
  kind: "string";
  pos: number;
  end: number;
  value: string;
}

/** `value` is a byte string. */
export interface BytesLiteral {
  kind: "bytes";
  pos: number;
  end: number;
  value: string;
}

export interface ListExpression {
  kind: "list";
  pos: number;
  end: number;
  elements: Expression[];
}

export interface TupleExpression {
  kind: "tuple";
  pos: number;
  end: number;
  elements: Expression[];
}

export interface DictExpression {
  kind: "dict";
  pos: number;
  end: number;
  entries: DictEntry[];
}

/** `pos` is that of the colon; the entry reaches from its key to the end of its value. */
export interface DictEntry {
  pos: number;
  key: Expression;
  value: Expression;
}

export interface Comprehension {
  kind: "comprehension";
  pos: number;
  end: number;
  /** A dict comprehension has a key, and a colon after it. */
  key?: Expression;
  colon?: number;
  value: Expression;
  clauses: ComprehensionClause[];
}

/** `pos` is that of the word; a clause ends with its last expression. */
export type ComprehensionClause =
  | { kind: "for"; pos: number; target: Expression; iterable: Expression }
  | { kind: "if"; pos: number; condition: Expression };

/** `pos` is that of the `if`. */
export interface ConditionalExpression {
  kind: "conditional";
  pos: number;
  end: number;
  condition: Expression;
  then: Expression;
  orElse: Expression;
}

export interface UnaryExpression {
  kind: "unary";
  pos: number;
  end: number;
  operator: "+" | "-" | "~" | "not";
  operand: Expression;
}

export type BinaryOperator =
  | "or"
  | "and"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "in"
  | "not in"
  | "|"
  | "^"
  | "&"
  | "<<"
  | ">>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "//"
  | "%";

/** `pos` is that of the operator. */
export interface BinaryExpression {
  kind: "binary";
  pos: number;
  end: number;
  operator: BinaryOperator;
  left: Expression;
  right: Expression;
}

/** `pos` is that of the opening parenthesis. */
export interface CallExpression {
  kind: "call";
  pos: number;
  end: number;
  callee: Expression;
  arguments: Argument[];
}

export interface Argument {
  kind: "positional" | "named" | "args" | "kwargs";
  pos: number;
  end: number;
  name?: string;
  value: Expression;
}

/** `pos` is that of the dot. */
export interface DotExpression {
  kind: "dot";
  pos: number;
  end: number;
  object: Expression;
  name: string;
  namePos: number;
}

/** `pos` is that of the opening bracket. */
export interface IndexExpression {
  kind: "index";
  pos: number;
  end: number;
  object: Expression;
  index: Expression;
}

/** `pos` is that of the opening bracket. */
export interface SliceExpression {
  kind: "slice";
  pos: number;
  end: number;
  object: Expression;
  low?: Expression;
  high?: Expression;
  step?: Expression;
}

export interface LambdaExpression {
  kind: "lambda";
  pos: number;
  end: number;
  function: FunctionNode;
}

/** Kept because `(a) = 1` is allowed and `f((a)=1)` is not. */
export interface ParenExpression {
  kind: "paren";
  pos: number;
  end: number;
  inner: Expression;
}
