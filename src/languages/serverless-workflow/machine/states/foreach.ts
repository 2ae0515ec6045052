/**
 * Foreach states: the same actions for every element of a collection. Elements are started one by one, each with the data as they are
 * by then, and merged in their order, so that actions which do not wait see what those of the elements before have done.
 */
import type { Value } from "../../../jq/value.ts";
import { mergeChanges } from "../../data/merge.ts";
import { valueAt, withValueAt } from "../../data/place.ts";
import type { ForeachState } from "../../model.ts";
import { startFiber } from "../action-lists.ts";
import type { Run } from "../run.ts";
import type { Fiber } from "../run-state.ts";
import type { Work } from "../work.ts";
import { workflowError } from "../workflow-error.ts";
import { byNext, isDone, type Settled } from "./exit.ts";

export function* prepareForeach(run: Run, state: ForeachState): Work {
  const { data } = run.state;
  const collection = yield* run.evaluate.value(state.inputCollection, data);
  if (collection !== null && !Array.isArray(collection)) {
    const problem = `the inputCollection of the state "${state.name}" gives no array`;
    throw workflowError("WORKFLOW_EXPRESSION", problem, "expression");
  }
  run.visit.collection = collection ?? [];
}

export function* settleForeach(run: Run, state: ForeachState): Work<Settled> {
  const { visit } = run;
  const collection = visit.collection!;
  mergeElements(run, state);
  if (visit.merged === collection.length) {
    yield* writeOutputs(run, state);
    return byNext;
  }
  if (visit.started === collection.length || visit.fibers.length >= atATime(run, state)) return "waiting";
  startElement(run, state, visit.started++);
  return "going on";
}

function atATime(run: Run, { mode, batchSize }: ForeachState): number {
  if (mode === "sequential") return 1;
  // Unmerged elements of a large collection wait for their turn rather than pass the limit.
  return Math.min(batchSize ?? Infinity, run.start.limits.fibers);
}

function startElement(run: Run, { iterationParam }: ForeachState, part: number): void {
  const item = run.visit.collection![part]!;
  const base = run.state.data;
  const data = iterationParam === undefined ? base : withValueAt(base, [iterationParam], item);
  startFiber(run, { part, own: { data, base }, item });
}

/** Merges elements that are done, as far as no earlier one is under way. */
function mergeElements(run: Run, state: ForeachState): void {
  const { visit } = run;
  while (visit.fibers.length > 0 && isDone(visit.fibers[0]!) && visit.fibers[0]!.part === visit.merged) {
    const fiber = visit.fibers.shift()!;
    visit.merged++;
    if (state.outputCollection === undefined) {
      const { base } = fiber.own!;
      run.state.data = mergeChanges(run.image.merge, run.state.data, base, withoutParameter(fiber, state));
    } else if (fiber.result !== undefined) {
      visit.outputs.push(fiber.result);
      run.charge(fiber.result);
    }
  }
}

/** The data of an element without the element itself: what was under its name before is there again. */
function withoutParameter({ own, item }: Fiber, { iterationParam }: ForeachState): Value {
  const { data, base } = own!;
  if (iterationParam === undefined || !(data instanceof Map) || data.get(iterationParam) !== item) return data;
  const before = base instanceof Map ? base.get(iterationParam) : undefined;
  const restored = new Map(data);
  if (before === undefined) restored.delete(iterationParam);
  else restored.set(iterationParam, before);
  return restored;
}

function* writeOutputs(run: Run, { outputCollection }: ForeachState): Work {
  if (outputCollection === undefined) return;
  const { data } = run.state;
  const path = outputCollection.path ?? (yield* run.evaluate.path(outputCollection, data));
  const old = valueAt(data, path);
  const outputs = Array.isArray(old) ? [...old, ...run.visit.outputs] : run.visit.outputs;
  run.state.data = withValueAt(data, path, outputs);
}
