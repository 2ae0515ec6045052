/** What names mean at a place of the program: a list from the innermost outwards. */
import type { FunctionDefinition, Node } from "../syntax/tree.ts";
import type { Value } from "../value.ts";
import type { Builder } from "./builder.ts";

/** Names, innermost first; `null` where only the library is left. */
export type Scope = Entry | null;

/** One name. */
export type Entry = { readonly next: Scope; readonly name: string } & (
  | { readonly kind: "variable" | "label" | "filter"; readonly builder: Builder; readonly register: number }
  | { readonly kind: "constant"; readonly value: Value }
  | { readonly kind: "global" }
  | { readonly kind: "function"; readonly fn: FunctionInfo }
  /** A filter given to a function whose body stands in place of its call. */
  | { readonly kind: "inlined"; readonly node: Node; readonly scope: Scope }
);

/** A function of the program, of a module or of the library's prelude. */
export interface FunctionInfo {
  readonly definition: FunctionDefinition;
  /** What its body sees, itself included; the parameters come on top. */
  readonly scope: () => Scope;
  /** Whose frame its frames are inside; `null` for functions that see no frame. */
  readonly builder: Builder | null;
  /** Its number among the codes, once something calls it. */
  code: number | undefined;
}

/** The innermost variable (or label) of that name. */
export function findVariable(scope: Scope, name: string, wanted: "variable" | "label"): Entry | undefined {
  for (let entry = scope; entry !== null; entry = entry.next) {
    if (entry.name !== name) continue;
    if (entry.kind === wanted) return entry;
    if (wanted === "variable" && (entry.kind === "constant" || entry.kind === "global")) return entry;
  }
  return undefined;
}

/** The innermost function or given filter of that name and number of arguments. */
export function findFunction(scope: Scope, name: string, arity: number): Entry | undefined {
  for (let entry = scope; entry !== null; entry = entry.next) {
    if (entry.name !== name) continue;
    if (entry.kind === "function" && entry.fn.definition.parameters.length === arity) return entry;
    if ((entry.kind === "filter" || entry.kind === "inlined") && arity === 0) return entry;
  }
  return undefined;
}

/** `scope` with the function of `definition`, which sees itself. */
export function withFunction(
  scope: Scope,
  definition: FunctionDefinition,
  builder: Builder | null,
  name = definition.name,
): Entry {
  const fn: FunctionInfo = { definition, scope: () => entry, builder, code: undefined };
  const entry: Entry = { next: scope, name, kind: "function", fn };
  return entry;
}
