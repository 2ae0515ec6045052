/** The parts of the engine port that look through runs of workflows. */
import type { Engine } from "../../core/engine.ts";
import type { Workflows } from "../../core/workflows.ts";

export type Search = Pick<Workflows, "searchRuns" | "workflowStatistics">;

export function searchOf(engine: Engine): Search {
  return engine as unknown as Search;
}
