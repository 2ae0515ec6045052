/** Where boxes and edges of a picture go: layers from top to bottom. */
import * as dagre from "@dagrejs/dagre";
import type { Graph, GraphEdge } from "../../../core/program.ts";
import { boxesOf, sizes, type Box } from "./boxes.ts";
import { fitted, textWidth } from "./text-size.ts";

/** What is used of the library, whose own types do not resolve here. */
interface Plan {
  setGraph(options: Record<string, string | number>): void;
  setNode(key: string, size: { width: number; height: number }): void;
  setEdge(from: string, to: string, label: Record<string, string | number>, name: string): void;
  node(key: string): Point;
  edge(from: string, to: string, name: string): { points?: Point[]; x?: number; y?: number } | undefined;
  graph(): { width?: number; height?: number };
}

const library = dagre as unknown as {
  Graph: new (options: { multigraph: boolean }) => Plan;
  layout(plan: Plan): void;
};

const margin = 20;
const widestLabel = 200;

export interface Point {
  x: number;
  y: number;
}

export interface PlacedBox extends Box, Point {}

export interface PlacedEdge {
  edge: GraphEdge;
  /** From border to border; at least two. */
  points: Point[];
  /** Its middle; absent when it has none. */
  label?: Point & { text: string; width: number; height: number };
}

export interface Layout {
  width: number;
  height: number;
  /** `x` and `y` are the upper left corner. */
  boxes: PlacedBox[];
  edges: PlacedEdge[];
}

/** Only edges between states are drawn: those between actions are their order in the box. */
export function layoutOf(graph: Graph): Layout {
  const boxes = boxesOf(graph);
  // The library keeps names in plain objects, which "__proto__" would not suit.
  const keys = new Map(boxes.map(({ node }, i) => [node.id, `n${i}`]));
  const edges = graph.edges.filter(({ from, to }) => keys.has(from) && keys.has(to));
  const plan = new library.Graph({ multigraph: true });
  plan.setGraph({ rankdir: "TB", nodesep: 40, ranksep: 36, edgesep: 24, marginx: margin, marginy: margin });
  for (const { node, width, height } of boxes) plan.setNode(keys.get(node.id)!, { width, height });
  const texts = edges.map((edge) => fitted(labelOf(edge), sizes.label, widestLabel));
  for (const [i, { from, to }] of edges.entries()) {
    const text = texts[i]!;
    const label = text === "" ? {} : { width: textWidth(text, sizes.label) + 8, height: 18, labelpos: "c" };
    plan.setEdge(keys.get(from)!, keys.get(to)!, { weight: 1, minlen: 1, ...label }, String(i));
  }
  library.layout(plan);
  const placed = boxes.map((box): PlacedBox => {
    const { x, y } = plan.node(keys.get(box.node.id)!);
    return { ...box, x: Math.round(x - box.width / 2), y: Math.round(y - box.height / 2) };
  });
  const drawn = edges.map((edge, i): PlacedEdge => {
    const { points = [], x, y } = plan.edge(keys.get(edge.from)!, keys.get(edge.to)!, String(i)) ?? {};
    const text = texts[i]!;
    if (text === "" || x === undefined || y === undefined) return { edge, points };
    return { edge, points, label: { text, x, y, width: textWidth(text, sizes.label) + 8, height: 18 } };
  });
  const { width = 0, height = 0 } = plan.graph();
  return { width: Math.ceil(width), height: Math.ceil(height), boxes: placed, edges: drawn };
}

function labelOf({ kind, label }: GraphEdge): string {
  if (label !== undefined) return label;
  return kind === "default" || kind === "compensation" ? kind : "";
}
