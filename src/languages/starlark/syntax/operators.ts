/** How tightly operators bind (specification: Binary operators). */
import type { Token } from "./token.ts";

/** Binary operators, by how tightly they bind. */
const levels: ReadonlyMap<Token, number> = new Map<Token, number>([
  ["or", 0],
  ["and", 1],
  ["==", 3],
  ["!=", 3],
  ["<", 3],
  [">", 3],
  ["<=", 3],
  [">=", 3],
  ["in", 3],
  ["not in", 3],
  ["|", 4],
  ["^", 5],
  ["&", 6],
  ["<<", 7],
  [">>", 7],
  ["+", 8],
  ["-", 8],
  ["*", 9],
  ["/", 9],
  ["//", 9],
  ["%", 9],
]);
/** Of the unary `not`. */
export const notLevel = 2;
/** Comparisons do not associate. */
export const comparisonLevel = 3;

/** The level of a binary operator: the higher, the tighter. Undefined for any other token. */
export function levelOf(token: Token): number | undefined {
  return levels.get(token);
}
