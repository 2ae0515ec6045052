/** What must be known of a pattern before it is compiled: who calls whom, lengths, and whether all of it is allowed. */
import { behindLength } from "./look-behind.ts";
import { type CallNode, childrenOf, type GroupNode, type Node, type Pattern, type RepeatNode } from "./node.ts";
import { PatternError, shownName } from "./pattern-error.ts";

/** A pattern whose references are known to be good. */
export interface Analysis {
  readonly pattern: Pattern;
  readonly groups: ReadonlyMap<number, GroupNode>;
  /** Groups that something calls. */
  readonly called: ReadonlySet<number>;
  /** Groups that something refers back to. */
  readonly referenced: ReadonlySet<number>;
  /** Groups that an iteration of a repetition may change without matching anything, so that it was not for nothing. */
  readonly watched: ReadonlyMap<RepeatNode, readonly number[]>;
  /** Is a group looked for at a certain depth of calls? */
  readonly usesLevels: boolean;
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

/** Checks a pattern. Throws `PatternError`. */
export function analyse(pattern: Pattern): Analysis {
  const groups = new Map<number, GroupNode>();
  const called = new Set<number>();
  const referenced = new Set<number>();
  let usesLevels = false;
  walk(pattern.root, (node) => {
    if (node.type === "group") groups.set(node.number, node);
    if (node.type === "backref" || node.type === "check") {
      for (const group of node.groups) referenced.add(group);
      usesLevels ||= node.level !== undefined;
    }
  });
  for (const group of referenced) if (group > pattern.groupCount) throw new PatternError("invalid backref number/name");
  walk(pattern.root, (node) => {
    if (node.type === "call") called.add(resolveCall(pattern, groups, node));
  });
  const analysis = { pattern, groups, called, referenced, usesLevels, watched: new Map<RepeatNode, number[]>() };
  for (const number of called) checkRecursion(analysis, groups.get(number)!);
  watch(analysis);
  walk(pattern.root, (node) => {
    if (node.type === "look" && node.behind) behindLength(analysis, node);
  });
  return analysis;
}

function resolveCall(pattern: Pattern, groups: ReadonlyMap<number, GroupNode>, call: CallNode): number {
  if (call.byName) {
    const named = pattern.names.get(call.name);
    if (named === undefined) throw new PatternError(`undefined name <${shownName(call.name)}> reference`);
    if (named.length > 1) throw new PatternError(`multiplex definition name <${shownName(call.name)}> call`);
    call.group = named[0]!;
  }
  if (!groups.has(call.group)) throw new PatternError(`undefined group <${shownName(call.name)}> reference`);
  return call.group;
}

/** How much recursion there is: bits of `exists`, `must` (there is no way around it) and `endless` (before any character). */
const exists = 1;
const must = 2;
const endless = 4;

function checkRecursion(analysis: Analysis, group: GroupNode): void {
  const within = new Set<number>();
  const inspect = (node: Node, isHead: boolean): number => {
    switch (node.type) {
      case "list":
        return inspectList(node.items, isHead);
      case "alternatives":
        return inspectAlternatives(node.items, isHead);
      case "repeat": {
        if (node.max === 0) return 0;
        const found = inspect(node.body, isHead);
        return node.min === 0 ? found & ~must : found;
      }
      case "call":
        return inspect(analysis.groups.get(node.group)!, isHead);
      case "condition": {
        const first = inspectList([node.test, node.met], isHead);
        const other = inspect(node.unmet, isHead);
        return ((first | other) & ~must) | (first & other & must);
      }
      case "group":
        return inspectGroup(node, isHead);
      default:
        return inspectList(childrenOf(node), isHead);
    }
  };
  const inspectList = (items: readonly Node[], isHead: boolean): number => {
    let found = 0;
    let isFirst = isHead;
    for (const item of items) {
      found |= inspect(item, isFirst);
      if (found & endless) return found;
      isFirst &&= minLength(analysis, item) === 0;
    }
    return found;
  };
  const inspectAlternatives = (items: readonly Node[], isHead: boolean): number => {
    const all = items.map((item) => inspect(item, isHead));
    const any = all.reduce((a, b) => a | b, 0) & ~must;
    return any | (all.reduce((a, b) => a & b, must) & must);
  };
  const inspectGroup = (node: GroupNode, isHead: boolean): number => {
    if (node === group) return isHead ? endless : exists | must;
    if (within.has(node.number)) return 0;
    within.add(node.number);
    const found = inspect(node.body, isHead);
    within.delete(node.number);
    return found;
  };
  if (inspect(group.body, true) & (must | endless)) throw new PatternError("never ending recursion");
}

/** The least number of characters a node matches. */
export function minLength(analysis: Analysis, node: Node, within: ReadonlySet<number> = new Set()): number {
  const of = (inner: Node): number => minLength(analysis, inner, within);
  switch (node.type) {
    case "text":
      return node.fold ? Math.ceil(node.codes.length / 3) : node.codes.length;
    case "set":
    case "grapheme":
      return 1;
    case "list":
      return node.items.reduce((sum, item) => sum + of(item), 0);
    case "alternatives":
      return Math.min(...node.items.map(of));
    case "repeat":
      return node.min === 0 ? 0 : node.min * of(node.body);
    case "group":
      return within.has(node.number) ? 0 : minLength(analysis, node.body, new Set([...within, node.number]));
    case "call":
      return of(analysis.groups.get(node.group)!);
    case "atomic":
    case "options":
      return of(node.body);
    case "condition":
      return Math.min(of(node.test) + of(node.met), of(node.unmet));
    default:
      return 0;
  }
}

/** A group counts for the innermost repetition that may match nothing, when something outside of it refers to the group. */
function watch(analysis: Analysis & { watched: Map<RepeatNode, number[]> }): void {
  const inside = (node: Node, repeat: RepeatNode | undefined): void => {
    if (
      node.type === "group" &&
      repeat !== undefined &&
      isReferredFromOutside(analysis.pattern.root, repeat, node.number)
    ) {
      analysis.watched.set(repeat, [...(analysis.watched.get(repeat) ?? []), node.number]);
    }
    let inner = repeat;
    if (node.type === "repeat" && minLength(analysis, node.body) === 0) inner = node;
    else if (node.type === "look" && !node.negative) inner = undefined;
    for (const child of childrenOf(node)) inside(child, inner);
  };
  if (analysis.referenced.size > 0) inside(analysis.pattern.root, undefined);
}

function isReferredFromOutside(node: Node, repeat: RepeatNode, group: number): boolean {
  if (node === repeat) return false;
  if ((node.type === "backref" || node.type === "check") && node.groups.includes(group)) return true;
  return childrenOf(node).some((child) => isReferredFromOutside(child, repeat, group));
}
