/** Where a run stands, for people and tools. */
import type { FiberInspection, Frame, Inspection, OpenNode } from "../../../core/program.ts";
import { withoutSecrets, writePublicJson } from "../data/json.ts";
import type { Action } from "../model.ts";
import { actionOf } from "./action-lists.ts";
import type { Run } from "./run.ts";
import type { Fiber } from "./run-state.ts";

/** Longer texts are cut. */
const maxShown = 200;

export function inspectRun(run: Run): Inspection {
  const inspection: Inspection = { fibers: fibersOf(run), mailbox: {}, data: writePublicJson(run.state.data) };
  const nodes = nodesOf(run);
  if (nodes.length > 0) inspection.nodes = nodes;
  return inspection;
}

/** The state is fiber 0; those that perform actions have their own numbers. */
function fibersOf(run: Run): FiberInspection[] {
  const { visit } = run.state;
  const fibers: FiberInspection[] = [
    { id: 0, frames: [], waitingFor: [], waitingForFibers: [], waitingForSignals: [] },
  ];
  if (visit === undefined) return fibers;
  const model = run.stateModel;
  const frame: Frame = { function: model.name, at: run.origin(model.at), locals: { data: shown(run, undefined) } };
  fibers[0]!.frames.push(frame);
  fibers[0]!.waitingFor.push(...waitingFor(run, undefined));
  for (const fiber of visit.fibers) {
    if (fiber.phase === "done") continue;
    const action = actionOf(run, fiber);
    fibers[0]!.waitingForFibers.push(fiber.id);
    fibers.push({
      id: fiber.id,
      frames: action === undefined ? [frame] : [frame, actionFrame(run, fiber, action)],
      waitingFor: waitingFor(run, fiber.id),
      waitingForFibers: [],
      waitingForSignals: [],
      started: { by: 0, function: model.name, at: run.origin(model.at) },
    });
  }
  return fibers;
}

function actionFrame(run: Run, fiber: Fiber, action: Action): Frame {
  const locals: Record<string, string> = {};
  if (fiber.own !== undefined) locals["data"] = shown(run, fiber);
  return { function: action.name, at: run.origin(action.at, action.id), locals };
}

function shown(run: Run, fiber: Fiber | undefined): string {
  const text = writePublicJson(run.dataOf(fiber));
  return text.length <= maxShown ? text : `${text.slice(0, maxShown)}…`;
}

function waitingFor(run: Run, fiber: number | undefined): number[] {
  const found: number[] = [];
  for (const [n, wait] of run.state.waits) if (("fiber" in wait ? wait.fiber : undefined) === fiber) found.push(n);
  return found;
}

/** The state and the actions that the run is in, with why they failed. */
function nodesOf(run: Run): OpenNode[] {
  const { visit, ending, failed } = run.state;
  const error = failed === undefined ? {} : { error: withoutSecrets(failed.failure.message) };
  if (visit === undefined) {
    if (ending === undefined || failed === undefined) return [];
    const { name, type } = run.image.state(ending.way.state);
    return [{ node: name, name, type, entered: ending.since, ...error }];
  }
  const { name, type } = run.stateModel;
  const nodes: OpenNode[] = [{ node: name, name, type, entered: visit.entered, ...error }];
  for (const fiber of visit.fibers) {
    const action = actionOf(run, fiber);
    if (action === undefined || fiber.phase === "next") continue;
    const { id: node, name, does } = action;
    const isFailed = failed?.fiber === fiber.id;
    nodes.push({ node, name, type: does.kind, entered: fiber.entered, ...(isFailed ? error : {}) });
  }
  return nodes;
}
