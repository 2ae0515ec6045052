/** What must be known of a pattern before it is compiled: who calls whom, lengths, and whether all of it is allowed. */
import type { CallNode, GroupNode, Node, Pattern } from "./node.ts";
import { PatternError, shownName } from "./pattern-error.ts";

/** A pattern whose references are known to be good. */
export interface Analysis {
  readonly pattern: Pattern;
  readonly groups: ReadonlyMap<number, GroupNode>;
  /** Groups that something calls. */
  readonly called: ReadonlySet<number>;
  /** Groups that something refers back to. */
  readonly referenced: ReadonlySet<number>;
  /** Is a group looked for at a certain depth of calls? */
  readonly usesLevels: boolean;
}

/** The nodes directly within a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.type) {
    case "group":
    case "atomic":
    case "options":
    case "repeat":
    case "look":
      return [node.body];
    case "list":
    case "alternatives":
      return node.items;
    case "condition":
      return [node.test, node.then, node.else];
    case "absent":
      return node.body === undefined ? [node.absent] : [node.absent, node.body];
    default:
      return [];
  }
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
  walk(pattern.root, (node) => {
    if (node.type === "call") called.add(resolveCall(pattern, groups, node));
  });
  for (const group of referenced) if (group > pattern.groupCount) throw new PatternError("invalid backref number/name");
  const analysis = { pattern, groups, called, referenced, usesLevels };
  for (const number of called) checkRecursion(analysis, groups.get(number)!);
  walk(pattern.root, (node) => {
    if (node.type === "look" && node.behind) behindLength(analysis, node.body, node.negative);
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
        const first = inspectList([node.test, node.then], isHead);
        const other = inspect(node.else, isHead);
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
      return Math.min(of(node.test) + of(node.then), of(node.else));
    default:
      return 0;
  }
}

const invalidBehind = (): PatternError => new PatternError("invalid pattern in look-behind");

/** The number of characters of the inside of a look-behind, which has one length only. Throws `PatternError`. */
export function behindLength(analysis: Analysis, body: Node, negative: boolean): number {
  checkBehind(body, negative);
  return fixedLength(analysis, shortened(body), new Set());
}

const allowedBehind = new Set<Node["type"]>([
  "empty",
  "fail",
  "keep",
  "text",
  "set",
  "anchor",
  "group",
  "atomic",
  "options",
  "list",
  "alternatives",
  "repeat",
  "backref",
  "check",
  "call",
  "condition",
  "look",
]);

function checkBehind(node: Node, negative: boolean): void {
  if (!allowedBehind.has(node.type)) throw invalidBehind();
  if (node.type === "group" && negative) throw invalidBehind();
  if (node.type === "look" && !node.behind) throw invalidBehind();
  for (const child of childrenOf(node)) checkBehind(child, negative);
}

/**
 * The inside of a look-behind as it is compared: repetitions of single characters at its beginning match as often as they must, for
 * more would change nothing.
 */
export function shortened(node: Node): Node {
  if (node.type === "alternatives") return { ...node, items: node.items.map(shortenedBranch) };
  return shortenedBranch(node);
}

function shortenedBranch(node: Node): Node {
  if (node.type === "repeat") return shortenedRepeat(node);
  if (node.type !== "list") return node;
  const items = [...node.items];
  for (let i = 0; i < items.length; i++) {
    items[i] = shortenedRepeat(items[i]!);
    const item = items[i]!;
    if (item.type !== "repeat" || item.max > 0) break;
  }
  return { ...node, items };
}

function shortenedRepeat(node: Node): Node {
  if (node.type !== "repeat") return node;
  const isSimple = node.body.type === "text" || node.body.type === "set" || node.body.type === "backref";
  return isSimple ? { ...node, max: node.min } : node;
}

function fixedLength(analysis: Analysis, node: Node, within: ReadonlySet<number>): number {
  const of = (inner: Node): number => fixedLength(analysis, inner, within);
  const same = (lengths: readonly number[]): number => {
    if (lengths.some((length) => length !== lengths[0])) throw invalidBehind();
    return lengths[0] ?? 0;
  };
  switch (node.type) {
    case "text":
      return node.codes.length;
    case "set":
      return 1;
    case "list":
      return node.items.reduce((sum, item) => sum + of(item), 0);
    case "alternatives":
      return same(node.items.map(of));
    case "repeat":
      if (node.min !== node.max) throw invalidBehind();
      return node.max === 0 ? 0 : node.max * of(node.body);
    case "group":
      if (within.has(node.number)) throw invalidBehind();
      return fixedLength(analysis, node.body, new Set([...within, node.number]));
    case "call":
      return of(analysis.groups.get(node.group)!);
    case "backref":
      return same(node.groups.map((group) => of(analysis.groups.get(group)!)));
    case "atomic":
    case "options":
      return of(node.body);
    case "condition":
      return same([of(node.test) + of(node.then), of(node.else)]);
    default:
      return 0;
  }
}
