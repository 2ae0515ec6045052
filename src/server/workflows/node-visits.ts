/** The nodes of a run with ids that requests can name. */
import type { NodeVisit } from "../../core/effect.ts";
import type { Engine } from "../../core/engine.ts";

export interface Visit extends Omit<NodeVisit, "left"> {
  /** Names the visit in its run for good. */
  id: string;
  /** Absent while the run is in it. */
  left?: number;
}

/** In the order in which they were left; those that the run is in come last. */
export async function visitsOf(engine: Pick<Engine, "nodesOf">, runId: string): Promise<Visit[]> {
  const counts = new Map<string, number>();
  return (await engine.nodesOf(runId)).map((visit) => {
    const key = `${visit.node}@${visit.entered}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return { ...visit, id: count === 1 ? key : `${key}.${count}` };
  });
}
