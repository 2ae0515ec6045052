/** What a state's box shows, and how large it is. Sizes are in pixels, places relative to the box. */
import type { Graph, GraphNode } from "../../../core/program.ts";
import { fitted, textWidth } from "./text-size.ts";

export const sizes = { name: 13, caption: 10, part: 12, line: 18, label: 11 };

const widest = 260;
const padding = 12;
const gap = 10;
/** Groups beside each other. */
const columns = 3;

/** A state with what is in it. */
export interface Box {
  node: GraphNode;
  name: string;
  /** "" for the nodes of start and end. */
  caption: string;
  width: number;
  height: number;
  parts: Part[];
  groups: Group[];
}

/** A line: an action. */
export interface Part {
  node: GraphNode;
  text: string;
  x: number;
  /** The baseline. */
  y: number;
}

/** Branches and events, boxes in the box. */
export interface Group {
  node: GraphNode;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  parts: Part[];
}

/** One for each node that is not part of another. */
export function boxesOf(graph: Graph): Box[] {
  const children = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    if (node.parent !== undefined) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  }
  return graph.nodes.filter(({ parent }) => parent === undefined).map((node) => boxOf(node, children));
}

function boxOf(node: GraphNode, children: ReadonlyMap<string, GraphNode[]>): Box {
  if (node.type === "start" || node.type === "end") {
    return { node, name: "", caption: "", width: 28, height: 28, parts: [], groups: [] };
  }
  const name = fitted(node.name, sizes.name, widest);
  const head = 2 * sizes.line + padding;
  const own = children.get(node.id) ?? [];
  const inGroups = own.filter(({ type }) => type === "branch" || type === "onEvents");
  const actions = own.filter((child) => !inGroups.includes(child));
  const parts = actions.map((action, i) => part(action, padding, head + (i + 1) * sizes.line - 4));
  const afterParts = head + parts.length * sizes.line + (parts.length > 0 ? padding / 2 : 0);
  const groups = placedGroups(inGroups, children, afterParts);
  const captionWidth = textWidth(node.type.toUpperCase(), sizes.caption) + 20;
  const contents = [
    textWidth(name, sizes.name) + 2 * padding,
    captionWidth + 2 * padding,
    ...parts.map(({ text }) => textWidth(text, sizes.part) + 2 * padding),
    ...groups.map(({ x, width }) => x + width + padding),
  ];
  const bottom = Math.max(afterParts, ...groups.map(({ y, height }) => y + height + padding));
  return {
    node,
    name,
    caption: node.type,
    width: sloped(node.type, Math.max(120, ...contents)),
    height: bottom,
    parts,
    groups,
  };
}

/** Shapes with slanted sides need more room. */
function sloped(type: string, width: number): number {
  return type === "switch" || type === "inject" || type === "sleep" ? width + 36 : width;
}

function part(node: GraphNode, x: number, y: number): Part {
  return { node, text: `▸ ${fitted(node.name, sizes.part, widest - 24)}`, x, y };
}

function placedGroups(nodes: readonly GraphNode[], children: ReadonlyMap<string, GraphNode[]>, top: number): Group[] {
  const groups: Group[] = [];
  let x = padding;
  let y = top;
  let rowHeight = 0;
  for (const [i, node] of nodes.entries()) {
    if (i > 0 && i % columns === 0) {
      x = padding;
      y += rowHeight + gap;
      rowHeight = 0;
    }
    const actions = children.get(node.id) ?? [];
    const name = fitted(node.name, sizes.part, widest / 1.5);
    const parts = actions.map((action, k) => part(action, 8, sizes.line + 6 + (k + 1) * sizes.line - 4));
    const width =
      16 + Math.max(70, textWidth(name, sizes.part), ...parts.map(({ text }) => textWidth(text, sizes.part)));
    const height = sizes.line + 12 + parts.length * sizes.line;
    groups.push({ node, name, x, y, width, height, parts });
    x += width + gap;
    rowHeight = Math.max(rowHeight, height);
  }
  return groups;
}
