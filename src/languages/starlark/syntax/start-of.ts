import type { Argument, Expression, Parameter, Statement } from "./tree.ts";

/** Anything in the tree that has a place of its own in the text. */
export type Spanned = Statement | Expression | Parameter | Argument;

/** Where a node begins; its own `pos` may be that of an operator or a bracket further on. */
export function startOf(node: Spanned): number {
  let first = node;
  for (;;) {
    switch (first.kind) {
      case "binary":
        first = first.left;
        break;
      case "call":
        first = first.callee;
        break;
      case "dot":
      case "index":
      case "slice":
        first = first.object;
        break;
      case "conditional":
        first = first.then;
        break;
      case "assign":
        first = first.target;
        break;
      case "expression":
        first = first.value;
        break;
      case "positional":
        return "name" in first && typeof first.name === "object" ? first.name.pos : first.pos;
      default:
        return first.pos;
    }
  }
}
