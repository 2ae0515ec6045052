/** A path of JSONPath as a tree. */
import type { Regex } from "../../../jq/regex/regex.ts";
import type { Value } from "../../../jq/value.ts";

export type Selector =
  | { kind: "name"; name: string }
  | { kind: "index"; index: number }
  | { kind: "wildcard" }
  | { kind: "slice"; start: number | undefined; end: number | undefined; step: number }
  | { kind: "filter"; test: Expression };

export type Segment =
  /** The selected children, of the nodes or of everything below them as well. */
  | { kind: "children" | "descendants"; selectors: readonly Selector[] }
  /** `.sum()`: what a function makes of the nodes. */
  | { kind: "call"; name: string; args: readonly Expression[] };

export interface Path {
  kind: "path";
  /** `$`, `@` (what a filter looks at), or the name of a variable. */
  root: "$" | "@" | { variable: string };
  segments: readonly Segment[];
  /** Can it only ever lead to one value? */
  isDefinite: boolean;
}

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type Relation = "in" | "nin" | "subsetof" | "anyof" | "noneof" | "size" | "empty" | "contains";

export type Expression =
  | Path
  | { kind: "literal"; value: Value }
  | { kind: "list"; items: readonly Expression[] }
  | { kind: "regex"; regex: Regex }
  | { kind: "call"; name: string; args: readonly Expression[] }
  | { kind: "not"; test: Expression }
  | { kind: "and" | "or"; left: Expression; right: Expression }
  | { kind: "compare"; operator: Comparison | Relation | "=~"; left: Expression; right: Expression };
