/** What compiling one function body needs to know. */
import type { Expression } from "../syntax/tree.ts";
import type { AssignedLocals } from "./assigned.ts";
import type { CodeBuilder } from "./builder.ts";

export interface FunctionContext {
  readonly builder: CodeBuilder;
  readonly assigned: AssignedLocals;
}

/** The expression inside any parentheses. */
export function withoutParens(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === "paren") inner = inner.inner;
  return inner;
}
