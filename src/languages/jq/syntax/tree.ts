/** The syntax tree of a jq program. `at` is where a node begins, in code units of its source. */
import type { Value } from "../value.ts";

/** The operators that take two values and give one. */
export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "==" | "!=" | "<" | "<=" | ">" | ">=";

/** The operators that change what a path expression points at. `//=` and the arithmetic ones take values, `|=` a filter. */
export type UpdateOperator = "=" | "|=" | "+=" | "-=" | "*=" | "/=" | "%=" | "//=";

/** A filter. */
export type Node =
  | Identity
  | RecurseDefault
  | Literal
  | Text
  | FormatName
  | Index
  | Slice
  | Iterate
  | Variable
  | Location
  | Call
  | ArrayConstruction
  | ObjectConstruction
  | Negation
  | Pipe
  | Comma
  | Binary
  | Logical
  | Alternative
  | Update
  | If
  | Try
  | Reduce
  | Foreach
  | Definition
  | Binding
  | Label
  | Break;

/** `.` */
export interface Identity {
  readonly kind: "identity";
  readonly at: number;
}
/** `..` */
export interface RecurseDefault {
  readonly kind: "recurse";
  readonly at: number;
}
/** A number, or a text without interpolation. */
export interface Literal {
  readonly kind: "literal";
  readonly at: number;
  readonly value: Value;
}
/** `"a\(b)"`, `@json "a\(b)"`: texts and, between them, filters whose outputs `format` turns to text. */
export interface Text {
  readonly kind: "text";
  readonly at: number;
  /** Without `@`; `text` where none is given. */
  readonly format: string;
  readonly parts: readonly (string | Node)[];
}
/** `@base64` alone: a filter. */
export interface FormatName {
  readonly kind: "format";
  readonly at: number;
  /** Without `@`. */
  readonly name: string;
}
/** `.a`, `."a"`, `e[i]`, each perhaps with `?`. */
export interface Index {
  readonly kind: "index";
  readonly at: number;
  readonly target: Node;
  readonly index: Node;
  readonly optional: boolean;
}
/** `e[a:b]`; a bound that is left out is `null`. */
export interface Slice {
  readonly kind: "slice";
  readonly at: number;
  readonly target: Node;
  readonly from: Node | null;
  readonly to: Node | null;
  readonly optional: boolean;
}
/** `e[]` */
export interface Iterate {
  readonly kind: "iterate";
  readonly at: number;
  readonly target: Node;
  readonly optional: boolean;
}
/** `$x`, `$a::b` */
export interface Variable {
  readonly kind: "variable";
  readonly at: number;
  /** Without `$`. */
  readonly name: string;
}
/** `$__loc__` */
export interface Location {
  readonly kind: "location";
  readonly at: number;
  readonly line: number;
}
/** `f`, `f(a; b)`, `m::f` */
export interface Call {
  readonly kind: "call";
  readonly at: number;
  readonly name: string;
  readonly args: readonly Node[];
}
/** `[e]`; `null` for `[]`. */
export interface ArrayConstruction {
  readonly kind: "array";
  readonly at: number;
  readonly body: Node | null;
}
/** `{k: v, …}` with the short forms written out. */
export interface ObjectConstruction {
  readonly kind: "object";
  readonly at: number;
  readonly entries: readonly ObjectEntry[];
}
/** A member of an object construction. */
export interface ObjectEntry {
  readonly key: Node;
  readonly value: Node;
}
/** `-e` */
export interface Negation {
  readonly kind: "negation";
  readonly at: number;
  readonly operand: Node;
}
/** `a | b | c`: two steps or more. */
export interface Pipe {
  readonly kind: "pipe";
  readonly at: number;
  readonly steps: readonly Node[];
}
/** `a, b, c`: two branches or more. */
export interface Comma {
  readonly kind: "comma";
  readonly at: number;
  readonly branches: readonly Node[];
}
/** Arithmetic and comparison. */
export interface Binary {
  readonly kind: "binary";
  readonly at: number;
  readonly operator: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
}
/** `a and b`, `a or b` */
export interface Logical {
  readonly kind: "logical";
  readonly at: number;
  readonly operator: "and" | "or";
  readonly left: Node;
  readonly right: Node;
}
/** `a // b` */
export interface Alternative {
  readonly kind: "alternative";
  readonly at: number;
  readonly left: Node;
  readonly right: Node;
}
/** `p = e`, `p |= f`, `p += e` … */
export interface Update {
  readonly kind: "update";
  readonly at: number;
  readonly operator: UpdateOperator;
  readonly target: Node;
  readonly value: Node;
}
/** `if c then a else b end`; `elif` is an `if` in `otherwise`. */
export interface If {
  readonly kind: "if";
  readonly at: number;
  readonly condition: Node;
  readonly whenTrue: Node;
  readonly otherwise: Node;
}
/** `try e`, `try e catch h`, `e?` */
export interface Try {
  readonly kind: "try";
  readonly at: number;
  readonly body: Node;
  readonly handler: Node | null;
}
/** `reduce e as P (init; update)` */
export interface Reduce {
  readonly kind: "reduce";
  readonly at: number;
  readonly source: Node;
  readonly patterns: readonly Pattern[];
  readonly initial: Node;
  readonly update: Node;
}
/** `foreach e as P (init; update; extract)`; without `extract` that is `.`. */
export interface Foreach {
  readonly kind: "foreach";
  readonly at: number;
  readonly source: Node;
  readonly patterns: readonly Pattern[];
  readonly initial: Node;
  readonly update: Node;
  readonly extract: Node | null;
}
/** `def f(a; $b): body; rest` */
export interface Definition {
  readonly kind: "definition";
  readonly at: number;
  readonly definition: FunctionDefinition;
  readonly body: Node;
}
/** `e as P1 ?// P2 | body` */
export interface Binding {
  readonly kind: "binding";
  readonly at: number;
  readonly source: Node;
  readonly patterns: readonly Pattern[];
  readonly body: Node;
}
/** `label $x | body` */
export interface Label {
  readonly kind: "label";
  readonly at: number;
  readonly name: string;
  readonly body: Node;
}
/** `break $x` */
export interface Break {
  readonly kind: "break";
  readonly at: number;
  readonly name: string;
}

/** A function as it is written. */
export interface FunctionDefinition {
  readonly at: number;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Node;
}
/** `f` takes a filter, `$f` a value (and can be called as `f` too). */
export interface Parameter {
  readonly name: string;
  readonly isValue: boolean;
}

/** What a value is taken apart by. */
export type Pattern =
  | { readonly kind: "variable"; readonly at: number; readonly name: string }
  | { readonly kind: "array"; readonly at: number; readonly elements: readonly Pattern[] }
  | { readonly kind: "object"; readonly at: number; readonly members: readonly PatternMember[] };

/** `$name`, `key: pattern`, `$name: pattern`, `(e): pattern`. */
export interface PatternMember {
  /** The filter whose output is the member's name. */
  readonly key: Node;
  /** The variable that takes the member itself. */
  readonly variable: string | null;
  readonly pattern: Pattern | null;
}

/** `import "p" as n {…};`, `import "p" as $n;`, `include "p" {…};` */
export interface Import {
  readonly at: number;
  readonly path: string;
  /** `null` for `include`. */
  readonly alias: string | null;
  readonly isData: boolean;
  readonly metadata: Value;
}

/** A program (`body`), or a module (`body` is `null`). */
export interface Source {
  readonly metadata: Value | undefined;
  readonly imports: readonly Import[];
  readonly definitions: readonly FunctionDefinition[];
  readonly body: Node | null;
}
