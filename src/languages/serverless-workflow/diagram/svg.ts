/** A graph as an SVG picture, light and dark as the reader's system is. */
import type { Graph } from "../../../core/program.ts";
import { sizes, type Group, type Part } from "./boxes.ts";
import { layoutOf, type PlacedBox, type PlacedEdge, type Point } from "./layout.ts";
import type { Overlay } from "./overlay.ts";
import { shapeOf } from "./shapes.ts";

export interface SvgOptions {
  /** For people who do not see it. */
  title: string;
  /** Marks what a run has visited, where it failed and where it is. */
  overlay?: Overlay;
}

/** The text of an SVG file. It holds no script and refers to nothing outside; all names are escaped. */
export function svgOf(graph: Graph, { title, overlay }: SvgOptions): string {
  const { width, height, boxes, edges } = layoutOf(graph);
  const names = boxes.filter(({ caption }) => caption !== "").map(({ node }) => node.name);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="wf-title wf-desc">`,
    `<title id="wf-title">${escaped(title)}</title>`,
    `<desc id="wf-desc">${escaped(`${names.length} states: ${names.join(", ")}`)}</desc>`,
    `<style>${style}</style>`,
    `<defs>${["next", "error"].map(marker).join("")}</defs>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    ...edges.map((edge) => edgeOf(edge, overlay)),
    ...boxes.map((box) => boxOf(box, overlay)),
    ...edges.flatMap(edgeLabel),
    "</svg>\n",
  ].join("\n");
}

const style = [
  "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;fill:#1f2328}",
  ".ground{fill:#ffffff}.shape{fill:#f6f8fa;stroke:#57606a;stroke-width:1.2}.group{fill:#ffffff;stroke:#d0d7de}",
  ".caption{fill:#57606a;letter-spacing:.06em}.name{font-weight:600}.part{fill:#424a53}",
  ".start .shape,.end .shape{fill:#57606a}.switch .shape{fill:#fff8c5;stroke:#9a6700}.sleep .shape{fill:#fbefff;stroke:#8250df}",
  ".event .shape,.callback .shape{fill:#ddf4ff;stroke:#0969da}.inject .shape{fill:#dafbe1;stroke:#1a7f37}",
  ".edge{fill:none;stroke:#57606a;stroke-width:1.4}.edge.error,.edge.compensation{stroke:#cf222e;stroke-dasharray:5 4}.edge.default{stroke-dasharray:2 3}",
  ".label-ground{fill:#ffffff;fill-opacity:.9}.label{fill:#424a53}.marker{fill:#57606a}.marker.error{fill:#cf222e}",
  ".visited>.shape{stroke:#1a7f37;stroke-width:2.5}.failed>.shape{stroke:#cf222e;stroke-width:3}.open>.shape{stroke:#0969da;stroke-width:3}",
  ".part.visited{fill:#1a7f37}.part.failed{fill:#cf222e;font-weight:600}.part.open{fill:#0969da;font-weight:600}.count{fill:#57606a}",
  "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.ground{fill:#0d1117}.shape{fill:#161b22;stroke:#8b949e}.group{fill:#0d1117;stroke:#30363d}",
  ".caption,.part,.label,.count{fill:#9ea7b3}.start .shape,.end .shape{fill:#8b949e}.switch .shape{fill:#272115;stroke:#d29922}.sleep .shape{fill:#271052;stroke:#a371f7}",
  ".event .shape,.callback .shape{fill:#0c2d6b;stroke:#58a6ff}.inject .shape{fill:#04260f;stroke:#3fb950}",
  ".edge{stroke:#8b949e}.edge.error,.edge.compensation{stroke:#f85149}.label-ground{fill:#0d1117}.marker{fill:#8b949e}.marker.error{fill:#f85149}",
  ".visited>.shape{stroke:#3fb950}.failed>.shape{stroke:#f85149}.open>.shape{stroke:#58a6ff}.part.visited{fill:#3fb950}.part.failed{fill:#f85149}.part.open{fill:#58a6ff}}",
].join("");

function marker(kind: string): string {
  return `<marker id="wf-arrow-${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="marker ${kind}" d="M0 0L10 5L0 10z"/></marker>`;
}

function boxOf(box: PlacedBox, overlay: Overlay | undefined): string {
  const { node, name, caption, x, y, width } = box;
  const seen = overlay?.get(node.id);
  const middle = width / 2;
  const texts =
    caption === ""
      ? []
      : [
          text({ x: middle, y: 18, size: sizes.caption, kind: "caption" }, caption.toUpperCase()),
          text({ x: middle, y: 36, size: sizes.name, kind: "name" }, name),
        ];
  const isTwice = seen !== undefined && seen.visits > 1;
  const count = isTwice
    ? [
        text(
          { x: width - (node.type === "switch" ? 20 : 8), y: 14, size: sizes.caption, kind: "count", anchor: "end" },
          `×${seen.visits}`,
        ),
      ]
    : [];
  const standing = seen === undefined ? "" : ` ${seen.standing}`;
  const told = seen === undefined ? "" : `, ${seen.standing}${seen.visits > 1 ? ` ${seen.visits} times` : ""}`;
  return [
    `<g class="node ${className(node.type)}${standing}" transform="translate(${x} ${y})" data-node="${escaped(node.id)}">`,
    `<title>${escaped(`${node.name} (${node.type}${told})`)}</title>`,
    shapeOf(box),
    ...texts,
    ...count,
    ...box.parts.map((part) => partOf(part, overlay)),
    ...box.groups.map((group) => groupOf(group, overlay)),
    "</g>",
  ].join("");
}

function groupOf({ node, name, x, y, width, height, parts }: Group, overlay: Overlay | undefined): string {
  return [
    `<g transform="translate(${x} ${y})" data-node="${escaped(node.id)}"><title>${escaped(`${node.name} (${node.type})`)}</title>`,
    `<rect class="group" width="${width}" height="${height}" rx="4"/>`,
    text({ x: width / 2, y: 16, size: sizes.part, kind: "name" }, name),
    ...parts.map((part) => partOf(part, overlay)),
    "</g>",
  ].join("");
}

function partOf({ node, text: shown, x, y }: Part, overlay: Overlay | undefined): string {
  const standing = overlay?.get(node.id)?.standing ?? "";
  return `<g data-node="${escaped(node.id)}"><title>${escaped(`${node.name} (${node.type})`)}</title>${text({ x, y, size: sizes.part, kind: `part ${standing}`.trim(), anchor: "start" }, shown)}</g>`;
}

interface TextStyle extends Point {
  size: number;
  kind: string;
  anchor?: "start" | "middle" | "end";
}

function text({ x, y, size, kind, anchor = "middle" }: TextStyle, content: string): string {
  return `<text class="${kind}" x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function edgeOf({ edge, points }: PlacedEdge, overlay: Overlay | undefined): string {
  const { from, to, kind } = edge;
  const arrow = kind === "error" || kind === "compensation" ? "error" : "next";
  const taken = overlay?.has(from) === true && overlay.has(to) ? " taken" : "";
  return `<path class="edge ${kind}${taken}" d="${curve(points)}" marker-end="url(#wf-arrow-${arrow})"/>`;
}

/** Straight to the middle of each stretch, and round the corners between them. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points.map(({ x, y }) => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 }));
  if (first === undefined) return "";
  let path = `M${first.x} ${first.y}`;
  for (const [i, { x, y }] of rest.entries()) {
    const next = rest[i + 1];
    if (next === undefined) path += `L${x} ${y}`;
    else path += `Q${x} ${y} ${(x + next.x) / 2} ${(y + next.y) / 2}`;
  }
  return path;
}

function edgeLabel({ label, edge }: PlacedEdge): string[] {
  if (label === undefined) return [];
  const { x, y, width, height, text: shown } = label;
  const left = Math.round(x - width / 2);
  const top = Math.round(y - height / 2);
  return [
    `<g><title>${escaped(edge.label ?? shown)}</title><rect class="label-ground" x="${left}" y="${top}" width="${width}" height="${height}" rx="3"/>${text({ x: Math.round(x), y: top + 13, size: sizes.label, kind: "label" }, shown)}</g>`,
  ];
}

function className(type: string): string {
  return type.replaceAll(/[^a-zA-Z]/g, "");
}

/** Characters that XML does not have. */
const noXml =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** For XML; characters that it does not have become U+FFFD. */
function escaped(content: string): string {
  return content
    .replaceAll(noXml, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
