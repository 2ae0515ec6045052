/** Look-behinds: what may be in them, and how far they look back. */
import type { Analysis } from "./analyse.ts";
import { childrenOf, type LookNode, type Node } from "./node.ts";
import { PatternError } from "./pattern-error.ts";

const invalid = (): PatternError => new PatternError("invalid pattern in look-behind");

const maxLength = 65_535;

/** How many characters a node matches; `isSure`: the least is known without looking at captures and anchors. */
interface Length {
  min: number;
  max: number;
  isSure: boolean;
}

/**
 * The number of characters a look-behind looks back, or "always" when its inside matches the empty text anyway. Throws `PatternError`
 * when it has no single length, or something in it that cannot be looked back for.
 */
export function behindLength(analysis: Analysis, node: LookNode): number | "always" {
  const isUsed = checkInside(analysis, node.body, node.negative);
  const { min, max, isSure } = lengthOf(analysis, shortened(node.body), new Set());
  if (min > maxLength || (max !== Infinity && max > maxLength)) throw invalid();
  if (min === 0 && isSure && !isUsed) return "always";
  if (min !== max) throw invalid();
  return min;
}

const allowed = new Set<Node["type"]>([
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

/** Throws when something inside is not allowed. Does matching the inside leave anything that is used elsewhere? */
function checkInside(analysis: Analysis, node: Node, negative: boolean): boolean {
  if (!isAllowed(node, negative)) throw invalid();
  let isUsed = node.type === "keep";
  if (node.type === "group") isUsed = analysis.referenced.has(node.number) || analysis.called.has(node.number);
  for (const child of childrenOf(node)) if (checkInside(analysis, child, negative)) isUsed = true;
  return isUsed;
}

function isAllowed(node: Node, negative: boolean): boolean {
  if (node.type === "group") return !negative;
  if (node.type === "look") return node.behind && (negative || !node.negative);
  if (node.type === "anchor") return node.kind !== "textEnd" && node.kind !== "textEndOrNewline";
  return allowed.has(node.type);
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
    const item = (items[i] = shortenedRepeat(items[i]!));
    if (item.type !== "repeat" || item.max > 0) break;
  }
  return { ...node, items };
}

function shortenedRepeat(node: Node): Node {
  if (node.type !== "repeat") return node;
  const isSimple = node.body.type === "text" || node.body.type === "set" || node.body.type === "backref";
  return isSimple ? { ...node, max: node.min } : node;
}

const fixed = (length: number, isSure = true): Length => ({ min: length, max: length, isSure });

function sum(a: Length, b: Length): Length {
  return { min: a.min + b.min, max: a.max + b.max, isSure: a.isSure && b.isSure };
}

function either(a: Length, b: Length): Length {
  const max = Math.max(a.max, b.max);
  if (a.min === b.min) return { min: a.min, max, isSure: a.isSure || b.isSure };
  return a.min < b.min ? { ...a, max } : { ...b, max };
}

function lengthOf(analysis: Analysis, node: Node, within: ReadonlySet<number>): Length {
  const of = (inner: Node): Length => lengthOf(analysis, inner, within);
  switch (node.type) {
    case "text":
      return fixed(node.codes.length);
    case "set":
      return fixed(1);
    case "list":
      return node.items.map(of).reduce(sum, fixed(0));
    case "alternatives":
      return node.items.map(of).reduce(either);
    case "repeat":
      return repeated(of(node.body), node.min, node.max);
    case "group":
      if (within.has(node.number)) return { min: 0, max: Infinity, isSure: false };
      return { ...lengthOf(analysis, node.body, new Set([...within, node.number])), isSure: false };
    case "call":
      return of(analysis.groups.get(node.group)!);
    case "backref":
      return { ...node.groups.map((group) => of(analysis.groups.get(group)!)).reduce(either), isSure: false };
    case "atomic":
    case "options":
      return of(node.body);
    case "condition":
      return either(sum(of(node.test), of(node.met)), of(node.unmet));
    case "empty":
    case "keep":
    case "fail":
      return fixed(0);
    default:
      return fixed(0, false);
  }
}

function repeated(length: Length, min: number, max: number): Length {
  if (max === 0) return fixed(0);
  return { min: length.min * min, max: max === Infinity ? max : length.max * max, isSure: length.isSure };
}
