/** What an action's result does to the data. */
import type { Value } from "../../jq/value.ts";
import { withResultAt } from "../data/place.ts";
import type { ActionDataFilter } from "../model.ts";
import type { Run } from "./run.ts";
import type { Fiber } from "./run-state.ts";
import type { Work } from "./work.ts";

/** What a result leaves behind: the filtered result, and the data with it; no result when it is not to be used. */
export interface Filtered {
  result?: Value;
  data: Value;
}

/** Applies `results`, `useResults` and `toStateData` to the result of an action of a fiber. */
export function* filterResult(run: Run, fiber: Fiber, filter: ActionDataFilter, result: Value): Work<Filtered> {
  const data = run.dataOf(fiber);
  if (!filter.useResults) return { data };
  const variables = run.variablesOf(fiber);
  const value = filter.results === undefined ? result : yield* run.evaluate.value(filter.results, result, variables);
  if (filter.toStateData === undefined) {
    return { result: value, data: value === null ? data : run.merge(data, value) };
  }
  const path = filter.toStateData.path ?? (yield* run.evaluate.path(filter.toStateData, data, variables));
  return { result: value, data: withResultAt(run.merge, data, path, value) };
}
