/** A graph as a Mermaid flowchart. */
import type { Graph, GraphEdge, GraphNode } from "../../../core/program.ts";
import type { Overlay } from "./overlay.ts";

/** Longer texts are cut. */
const longestLabel = 80;

/** States that show their parts as a box around them. */
const boxes = new Set(["parallel", "foreach", "event"]);

/** Mermaid text. Names are labels only, so they may hold anything. */
export function mermaidOf(graph: Graph, overlay?: Overlay): string {
  return new MermaidWriter(graph, overlay).write();
}

class MermaidWriter {
  readonly #graph: Graph;
  readonly #overlay: Overlay | undefined;
  readonly #ids = new Map<string, string>();
  readonly #children = new Map<string, GraphNode[]>();
  readonly #lines: string[] = ["flowchart TD"];

  constructor(graph: Graph, overlay: Overlay | undefined) {
    this.#graph = graph;
    this.#overlay = overlay;
    for (const [i, { id }] of graph.nodes.entries()) this.#ids.set(id, `n${i}`);
    for (const node of graph.nodes) {
      if (node.parent === undefined) continue;
      const siblings = this.#children.get(node.parent);
      if (siblings === undefined) this.#children.set(node.parent, [node]);
      else siblings.push(node);
    }
  }

  write(): string {
    for (const node of this.#graph.nodes) if (node.parent === undefined) this.#node(node, "  ");
    for (const edge of this.#graph.edges) this.#edge(edge);
    this.#styles();
    return `${this.#lines.join("\n")}\n`;
  }

  #node(node: GraphNode, indent: string): void {
    const id = this.#ids.get(node.id)!;
    const children = this.#children.get(node.id) ?? [];
    if (children.length === 0 || (!boxes.has(node.type) && node.type !== "branch" && node.type !== "onEvents")) {
      const lines = [label(node.name), ...children.map(({ name }) => `• ${label(name)}`)];
      this.#lines.push(`${indent}${id}${shaped(node.type, lines.join("<br/>"))}`);
      return;
    }
    this.#lines.push(`${indent}subgraph ${id}["${label(node.name)}"]`);
    for (const child of children) this.#node(child, `${indent}  `);
    this.#lines.push(`${indent}end`);
  }

  #edge({ from, to, kind, label: text }: GraphEdge): void {
    const source = this.#shown(from);
    const target = this.#shown(to);
    if (source === undefined || target === undefined) return;
    const shown = label(text ?? (kind === "default" || kind === "compensation" ? kind : ""));
    const arrow = kind === "error" || kind === "compensation" ? "-.->" : "-->";
    this.#lines.push(`  ${source} ${arrow}${shown === "" ? "" : `|"${shown}"|`} ${target}`);
  }

  /** The id of a node that the chart shows by itself: actions of operations are lines of it. */
  #shown(id: string): string | undefined {
    const node = this.#graph.nodes.find((one) => one.id === id);
    if (node === undefined) return undefined;
    const parent = this.#graph.nodes.find((one) => one.id === node.parent);
    const isLine =
      parent !== undefined && !boxes.has(parent.type) && parent.type !== "branch" && parent.type !== "onEvents";
    return isLine ? undefined : this.#ids.get(id);
  }

  #styles(): void {
    if (this.#overlay === undefined) return;
    const colours = { visited: "#1a7f37", failed: "#cf222e", open: "#0969da" };
    for (const [standing, colour] of Object.entries(colours)) {
      const ids = this.#graph.nodes
        .filter(({ id }) => this.#overlay!.get(id)?.standing === standing)
        .flatMap(({ id }) => this.#shown(id) ?? []);
      if (ids.length === 0) continue;
      this.#lines.push(
        `  classDef ${standing} stroke:${colour},stroke-width:3px`,
        `  class ${ids.join(",")} ${standing}`,
      );
    }
  }
}

function shaped(type: string, text: string): string {
  switch (type) {
    case "start":
    case "end":
      return `(("${text}"))`;
    case "switch":
      return `{{"${text}"}}`;
    case "sleep":
      return `(["${text}"])`;
    case "inject":
      return `[/"${text}"/]`;
    case "callback":
    case "event":
      return `[["${text}"]]`;
    default:
      return `["${text}"]`;
  }
}

/** On one line, with what means something to Mermaid or HTML written as entities. */
function label(text: string): string {
  const plain = text.replaceAll(/\s+/g, " ").trim();
  const characters = Array.from(plain);
  const cut = characters.length > longestLabel ? `${characters.slice(0, longestLabel - 1).join("")}…` : plain;
  return cut.replaceAll(/[#&<>"`|\\;{}[\]()]/g, (character) => `#${character.charCodeAt(0)};`);
}
