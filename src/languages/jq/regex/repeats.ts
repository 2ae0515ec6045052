/** Repetitions of repetitions, which Oniguruma takes together: `(?:a*)?` is `a*`. */
import type { Node, RepeatNode } from "./node.ts";

/** Is this a repetition that something repeats in turn? */
export function isNestedRepeat(node: Node): node is RepeatNode {
  return node.type === "repeat";
}

/** `? * + ?? *? +?` are the ones with a rule; others are -1. */
function kindOf({ min, max, greedy }: RepeatNode): number {
  const kind = max === 1 ? 0 : max === Infinity ? 1 : -1;
  if (min === 0 && kind >= 0) return kind + (greedy ? 0 : 3);
  return min === 1 && max === Infinity ? (greedy ? 2 : 5) : -1;
}

/**
 * What a repetition (down) within another (across) becomes: "keep" both, only the "inner" one, one "star", "lazyStar" or
 * "lazyOption", or a lazy option around a plus.
 */
type Rule = "keep" | "inner" | "star" | "lazyStar" | "lazyOption" | "plusLazyOption";

const rules: readonly (readonly Rule[])[] = [
  ["inner", "star", "star", "lazyOption", "lazyStar", "keep"],
  ["inner", "inner", "inner", "plusLazyOption", "plusLazyOption", "inner"],
  ["star", "star", "inner", "keep", "plusLazyOption", "inner"],
  ["inner", "lazyStar", "lazyStar", "inner", "lazyStar", "lazyStar"],
  ["inner", "inner", "inner", "inner", "inner", "inner"],
  ["keep", "star", "keep", "lazyStar", "lazyStar", "inner"],
];

/** The repetition, taken together with the one it repeats when there is one. */
export function nestRepeats(outer: RepeatNode): Node {
  const inner = outer.body;
  if (!isNestedRepeat(inner)) return outer;
  const outerKind = kindOf(outer);
  const innerKind = kindOf(inner);
  if (innerKind < 0 || outerKind < 0) return countedNest(outer, inner, innerKind, outerKind);
  const { body } = inner;
  switch (rules[innerKind]![outerKind]!) {
    case "inner":
      return inner;
    case "star":
      return { type: "repeat", body, min: 0, max: Infinity, greedy: true };
    case "lazyStar":
      return { type: "repeat", body, min: 0, max: Infinity, greedy: false };
    case "lazyOption":
      return { type: "repeat", body, min: 0, max: 1, greedy: false };
    case "plusLazyOption":
      return { ...outer, min: 0, max: 1, greedy: false, body: { ...inner, min: 1, max: Infinity, greedy: true } };
    default:
      return outer;
  }
}

const maxInt = 0x7fffffff;

function countedNest(outer: RepeatNode, inner: RepeatNode, innerKind: number, outerKind: number): RepeatNode {
  if (innerKind >= 0 && outerKind < 0) {
    const isUnbounded = innerKind === 1 || innerKind === 2;
    if (!isUnbounded || outer.max === Infinity || outer.max <= 1 || !outer.greedy) return outer;
    return { ...outer, max: outer.min === 0 ? 1 : outer.min };
  }
  const times = outer.min * inner.min;
  const areFixed = outer.min === outer.max && inner.min === inner.max;
  return areFixed && times <= maxInt ? { ...outer, body: inner.body, min: times, max: times } : outer;
}
