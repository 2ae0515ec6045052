/** How a run stands in a picture of its workflow. */
import type { NodeVisit } from "../../../core/effect.ts";
import type { OpenNode } from "../../../core/program.ts";

export type NodeStanding = "visited" | "failed" | "open";

/** By the ids of nodes; what is not there was not reached. */
export type Overlay = ReadonlyMap<string, { standing: NodeStanding; visits: number }>;

/** From the nodes that a run has left, in that order, and those that it is in. */
export function overlayOf(visits: readonly (NodeVisit | OpenNode)[]): Overlay {
  const overlay = new Map<string, { standing: NodeStanding; visits: number }>();
  for (const visit of visits) {
    const standing = visit.error !== undefined ? "failed" : "left" in visit ? "visited" : "open";
    overlay.set(visit.node, { standing, visits: (overlay.get(visit.node)?.visits ?? 0) + 1 });
  }
  return overlay;
}
