/** What a match can begin with: most places of a text can be passed over by it. */
import type { Analysis } from "./analyse.ts";
import { equivalents, sequenceAt, sequenceOf } from "./case-fold.ts";
import { CharSet, everything } from "./char-set.ts";
import type { Node } from "./node.ts";

interface First {
  set: CharSet;
  /** Can it match the empty text, so that what follows may begin a match as well? */
  mayBeEmpty: boolean;
}

const nothing: First = { set: CharSet.of([]), mayBeEmpty: true };
const unknown: First = { set: everything, mayBeEmpty: true };

/** The set of what a match can begin with, `undefined` when it can be anything or empty. */
export function firstCodes(analysis: Analysis): CharSet | undefined {
  if (analysis.called.size > 0) return undefined;
  const { set, mayBeEmpty } = firstOf(analysis.pattern.root);
  return mayBeEmpty || set === everything ? undefined : set;
}

function firstOf(node: Node): First {
  switch (node.type) {
    case "empty":
    case "anchor":
    case "keep":
    case "check":
      return nothing;
    case "text":
      if (node.codes.length === 0) return nothing;
      return { set: CharSet.ofCodes(node.fold ? foldedFirst(node.codes) : [node.codes[0]!]), mayBeEmpty: false };
    case "set":
      return { set: node.set, mayBeEmpty: false };
    case "group":
    case "atomic":
    case "options":
      return firstOf(node.body);
    case "list":
      return firstOfList(node.items);
    case "alternatives": {
      const all = node.items.map(firstOf);
      return { set: union(all), mayBeEmpty: all.some((one) => one.mayBeEmpty) };
    }
    case "repeat": {
      if (node.max === 0) return nothing;
      const inner = firstOf(node.body);
      return { set: inner.set, mayBeEmpty: node.min === 0 || inner.mayBeEmpty };
    }
    case "look":
      return nothing;
    default:
      return unknown;
  }
}

function firstOfList(items: readonly Node[]): First {
  const parts: First[] = [];
  for (const item of items) {
    const first = firstOf(item);
    parts.push(first);
    if (!first.mayBeEmpty) return { set: union(parts), mayBeEmpty: false };
  }
  return { set: union(parts), mayBeEmpty: true };
}

function union(parts: readonly First[]): CharSet {
  if (parts.some(({ set }) => set === everything)) return everything;
  return CharSet.of(parts.flatMap(({ set }) => [...set.ranges]));
}

function foldedFirst(codes: readonly number[]): readonly number[] {
  const long = sequenceOf(codes[0]!);
  const same = long === undefined ? [] : [...equivalents(long[0]!), ...(sequenceAt(long, 0)?.codes ?? [])];
  return [...equivalents(codes[0]!), ...(sequenceAt(codes, 0)?.codes ?? []), ...same];
}
