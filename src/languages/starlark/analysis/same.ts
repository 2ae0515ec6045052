/** Whether two expressions are written alike. */
import type { Expression } from "../syntax/tree.ts";
import { bare, childrenOf } from "./walk.ts";

/** Whether two expressions are the same text but for spaces, and give the same value twice: calls do not. */
export function sameExpression(a: Expression, b: Expression): boolean {
  const [left, right] = [bare(a), bare(b)];
  if (left.kind !== right.kind || !sameNode(left, right)) return false;
  const [ofLeft, ofRight] = [childrenOf(left), childrenOf(right)];
  return ofLeft.length === ofRight.length && ofLeft.every((child, i) => sameExpression(child, ofRight[i]!));
}

/** Two nodes of one kind, apart from what is in them. */
function sameNode(a: Expression, b: Expression): boolean {
  switch (a.kind) {
    case "call":
    case "lambda":
    case "comprehension":
      return false;
    case "identifier":
    case "dot":
      return a.name === (b as typeof a).name;
    case "int":
    case "float":
    case "string":
    case "bytes":
      return a.value === (b as typeof a).value;
    case "unary":
    case "binary":
      return a.operator === (b as typeof a).operator;
    case "slice":
      return false;
    default:
      return true;
  }
}
