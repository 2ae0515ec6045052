/** What an expression reads of the data that it is evaluated on. */
import { parseJq } from "../../jq/syntax/parse.ts";
import type { Node } from "../../jq/syntax/tree.ts";
import { childrenOf } from "../../jq/syntax/walk.ts";
import type { Workflow } from "../model.ts";

type Path = (string | number)[];

/** The tree of an expression; undefined for none, and for other languages. */
export function treeOf(text: string, { expressionLang, jqLevel }: Workflow): Node | undefined {
  if (expressionLang !== "jq") return undefined;
  try {
    return parseJq(text, jqLevel, { wideObjects: true }).body ?? undefined;
  } catch {
    return undefined;
  }
}

/** The paths that are read of the data. What is read with a default behind it (`.a // 1`, `.a?`) is left out. */
export function readPaths(tree: Node): { path: Path; at: number }[] {
  const found: { path: Path; at: number }[] = [];
  walk(tree, found);
  return found;
}

function walk(node: Node, found: { path: Path; at: number }[]): void {
  const path = pathOf(node);
  if (path !== undefined) {
    if (path.length > 0) found.push({ path, at: node.at });
    return;
  }
  switch (node.kind) {
    case "pipe":
      walk(node.steps[0]!, found);
      return;
    case "alternative":
      walk(node.right, found);
      return;
    // What they take is evaluated on something else, or more than once.
    case "call":
    case "try":
    case "update":
    case "reduce":
    case "foreach":
    case "definition":
    case "label":
      return;
    case "index":
    case "slice":
    case "iterate":
      walk(node.target, found);
      return;
    default:
      for (const child of childrenOf(node)) walk(child, found);
  }
}

/** The path that `.a["b"][0]` stands for; undefined for anything else. */
export function pathOf(node: Node): Path | undefined {
  if (node.kind === "identity") return [];
  if (node.kind !== "index" || node.optional || node.index.kind !== "literal") return undefined;
  const key = node.index.value;
  const before = pathOf(node.target);
  if (before === undefined || (typeof key !== "string" && typeof key !== "number")) return undefined;
  return [...before, key];
}

/** The comparisons of a path with a text that are in an expression. */
export function textComparisons(tree: Node): { path: Path; value: string; at: number }[] {
  const found: { path: Path; value: string; at: number }[] = [];
  const pending: Node[] = [tree];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === "pipe" || node.kind === "call") continue;
    pending.push(...childrenOf(node));
    if (node.kind !== "binary" || (node.operator !== "==" && node.operator !== "!=")) continue;
    const [a, b] = [node.left, node.right];
    const path = pathOf(a) ?? pathOf(b);
    const literal = a.kind === "literal" ? a.value : b.kind === "literal" ? b.value : undefined;
    if (path !== undefined && path.length > 0 && typeof literal === "string")
      found.push({ path, value: literal, at: node.at });
  }
  return found;
}

/** The keys of the object that an expression makes; undefined when that cannot be told. */
export function madeKeys(tree: Node): string[] | undefined {
  const last = tree.kind === "pipe" ? tree.steps.at(-1)! : tree;
  if (last.kind !== "object") return undefined;
  const keys = last.entries.map(({ key }) =>
    key.kind === "literal" && typeof key.value === "string" ? key.value : undefined,
  );
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** `.a.b[0]` of a path. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) =>
      typeof step === "number" ? `[${step}]` : /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join("");
}
