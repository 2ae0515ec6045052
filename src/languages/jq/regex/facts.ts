/** What is known of all matches of a pattern without searching: most places of a text can be passed over by it. */
import type { Analysis } from "./analyse.ts";
import { equivalents, sequenceAt, sequenceOf } from "./case-fold.ts";
import { CharSet, everything } from "./char-set.ts";
import { childrenOf, type Node } from "./node.ts";

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

/**
 * A code point that every match holds, `undefined` when none is known. Of several it is the last one, which makes patterns like
 * `(a*)*b` fail at once on texts without a "b".
 */
export function requiredCode(node: Node): number | undefined {
  switch (node.type) {
    case "text":
      return node.fold ? undefined : node.codes.at(-1);
    case "group":
    case "atomic":
    case "options":
      return requiredCode(node.body);
    case "repeat":
      return node.min > 0 ? requiredCode(node.body) : undefined;
    case "list":
      return node.items.map(requiredCode).findLast((code) => code !== undefined);
    default:
      return undefined;
  }
}

/** Does the node match at the beginning of the text only? */
export function isAnchored(node: Node): boolean {
  switch (node.type) {
    case "anchor":
      return node.kind === "textStart";
    case "list":
      return isAnchored(node.items[0]!);
    case "alternatives":
      return node.items.every(isAnchored);
    case "group":
    case "atomic":
    case "options":
      return isAnchored(node.body);
    default:
      return false;
  }
}

const memorylessTypes = new Set<Node["type"]>([
  "empty",
  "fail",
  "text",
  "set",
  "anchor",
  "group",
  "options",
  "list",
  "alternatives",
]);

/** Does success at a place of program and text depend on nothing else? */
export function isMemoryless(analysis: Analysis): boolean {
  const isGood = (node: Node): boolean => {
    if (node.type === "repeat") {
      const isCounted = !isSingle(node.body) && (node.min > 1 || (node.max > 1 && node.max !== Infinity));
      return !isCounted && isGood(node.body);
    }
    return memorylessTypes.has(node.type) && childrenOf(node).every(isGood);
  };
  return analysis.called.size === 0 && isGood(analysis.pattern.root);
}

/** Does the node match exactly one character, of a set? */
export function isSingle(node: Node): boolean {
  return (
    node.type === "set" ||
    (node.type === "text" && node.codes.length === 1 && (!node.fold || sequenceOf(node.codes[0]!) === undefined))
  );
}
