import type { Expression } from "./tree.ts";

/** Where an expression begins; its own `pos` may be that of an operator or a bracket further on. */
export function startOf(expression: Expression): number {
  let first = expression;
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
      default:
        return first.pos;
    }
  }
}
