/** How tightly pieces bind: one that binds less tightly than what is around it needs parentheses. */
import type { Piece } from "./pieces.ts";

export const loosest = 0;
const assignment = 1;
const colonLevel = 2;
/** Of the parts of a conditional. */
export const choice = 3;
const operators: ReadonlyMap<string, number> = new Map([
  ["or", 4],
  ["and", 5],
  ...["in", "not in", "<", ">", "==", "!=", "<=", ">="].map((operator) => [operator, 6] as const),
  ["|", 7],
  ["^", 8],
  ["&", 9],
  ["<<", 10],
  [">>", 10],
  ["+", 11],
  ["-", 11],
  ["*", 12],
  ["/", 12],
  ["//", 12],
  ["%", 12],
]);
const sign = 13;
/** Of what has a dot, a bracket or a call after it. */
export const suffix = 14;
/** The level of a piece; what has none of its own binds most tightly. */
export function levelOf(piece: Piece): number {
  switch (piece.kind) {
    case "assign":
      return assignment;
    case "lambda":
      return colonLevel;
    case "binary":
      return operators.get(piece.operator)!;
    case "unary":
      return sign;
    default:
      return suffix;
  }
}
