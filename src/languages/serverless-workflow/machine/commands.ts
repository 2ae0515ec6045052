/** What operators do to a run. */
import type { OperatorCommand } from "../../../core/arrival.ts";
import type { Value } from "../../jq/value.ts";
import { mergeChange } from "../data/merge-change.ts";
import { fromJson } from "../expressions/wire.ts";
import type { Action } from "../model.ts";
import { actionOf, actionsOf, breakFibersOff } from "./action-lists.ts";
import { leaveAction } from "./actions.ts";
import { leaveEnd, repeatEnd, skipCheck } from "./ending.ts";
import { openAwait } from "./events.ts";
import { enterState, exitState } from "./flow.ts";
import type { Run } from "./run.ts";
import type { Fiber, Wait } from "./run-state.ts";
import { byNext } from "./states/exit.ts";

/** Does what an operator asks for; what does not fit where the run stands is told in the run's log. */
export function obey(run: Run, command: OperatorCommand): void {
  const { state } = run;
  const repaired = state.failed;
  if (command.name !== "enter") replaceData(run, command, repaired?.fiber);
  if (command.name === "data" || command.name === "merge") return;
  if (repaired !== undefined) {
    delete state.failed;
    reopen(run, repaired.fiber);
  }
  if (command.name === "enter") return enterNode(run, command);
  if (repaired !== undefined && state.ending !== undefined) {
    if (command.name === "skip") skipCheck(run, state.ending);
    else repeatEnd(run, state.ending);
    return undefined;
  }
  const target = findTarget(run, command.node, repaired?.fiber);
  if (target === undefined) return run.warn(`"${command.name}" did nothing: the run is not in "${command.node ?? ""}"`);
  if (command.name === "retry") repeat(run, target);
  else skip(run, target);
}

function replaceData(run: Run, { name, payload }: OperatorCommand, failed: number | undefined): void {
  const data = payload.trim() === "" ? null : fromJson(payload);
  if (data instanceof Map) {
    const changed = (old: Value): Value => (name === "merge" ? mergeChange(old, data) : data);
    run.state.data = changed(run.state.data);
    if (run.state.ending !== undefined) repeatEnd(run, run.state.ending);
    // What failed on a copy of the data sees the new ones.
    const fiber = failed === undefined ? undefined : run.fiber(failed);
    if (fiber?.own !== undefined) fiber.own = { data: changed(fiber.own.data), base: changed(fiber.own.base) };
  } else if (data !== null || name === "data" || name === "merge")
    run.warn(`"${name}" left the data alone: they have to be an object`);
}

/** All that was open when the run failed was closed: it is asked for again. */
function reopen(run: Run, failed: number | undefined): void {
  const waits = [...run.state.waits.values()];
  run.state.waits = new Map();
  for (const wait of waits) {
    if ("fiber" in wait && wait.fiber === failed) continue;
    reopenWait(run, wait);
  }
}

function reopenWait(run: Run, wait: Wait): void {
  const { at } = run.image.workflow;
  switch (wait.kind) {
    case "pause":
    case "timeout":
      return run.openTimer(wait, at);
    case "event":
      return openAwait(run, wait);
    case "call":
    case "child": {
      // It carries the key of the call that was broken off, so that it is not made twice.
      const fiber = run.fiber(wait.fiber);
      if (fiber !== undefined) fiber.phase = "perform";
      return undefined;
    }
    case "detached":
    case "check":
      return undefined;
  }
}

/** The state when there is no fiber. */
interface Target {
  fiber?: Fiber;
  action?: Action;
}

function findTarget(run: Run, node: string | undefined, failed: number | undefined): Target | undefined {
  const { visit } = run.state;
  if (visit === undefined) return undefined;
  if (node === undefined || (node === visit.state && failed !== undefined)) {
    const fiber = failed === undefined ? undefined : run.fiber(failed);
    return fiber === undefined ? {} : targetAt(run, fiber);
  }
  if (node === visit.state) return {};
  for (const fiber of visit.fibers) if (actionOf(run, fiber)?.id === node) return targetAt(run, fiber);
  return undefined;
}

function targetAt(run: Run, fiber: Fiber): Target {
  const action = actionOf(run, fiber);
  return action === undefined ? { fiber } : { fiber, action };
}

function repeat(run: Run, { fiber }: Target): void {
  if (fiber === undefined) return repeatState(run);
  closeWaitsOf(run, fiber);
  // An operator's try is a new one: with tries of its own, and a key of its own.
  fiber.tries = 0;
  delete fiber.firstCall;
  delete fiber.answer;
  if (fiber.phase !== "next") fiber.phase = "perform";
}

/** Does the step again at which the state failed; a state under way begins anew. */
function repeatState(run: Run): void {
  const { visit } = run;
  if (visit.phase === "begin" || visit.phase === "leave") return;
  const fresh = visit.phase === "body" && visit.fibers.every(({ phase }) => phase === "done");
  if (fresh && visit.fibers.length > 0) return;
  enterAgain(run);
}

function enterAgain(run: Run): void {
  const { visit } = run;
  breakFibersOff(run, "repeated");
  const { state, entered } = visit;
  enterState(run, state);
  run.visit.entered = entered;
  // Its input has been filtered.
  if (visit.phase !== "begin") run.visit.phase = "prepare";
}

function skip(run: Run, { fiber, action }: Target): void {
  if (fiber !== undefined && action !== undefined) {
    closeWaitsOf(run, fiber);
    leaveAction(run, fiber, action, "skipped");
    return;
  }
  const { visit } = run;
  const model = run.stateModel;
  breakFibersOff(run, "skipped");
  visit.error = "skipped";
  visit.exit = model.type === "switch" && model.defaultCondition !== undefined ? { by: "default", index: 0 } : byNext;
  visit.skipped = true;
  visit.phase = "leave";
}

function closeWaitsOf(run: Run, fiber: Fiber): void {
  run.close((wait) => "fiber" in wait && wait.fiber === fiber.id && !(wait.kind === "timeout" && wait.of === "branch"));
}

/** Leaves where the run is, and enters a state, or the state of an action at that action. */
function enterNode(run: Run, { node = "" }: OperatorCommand): void {
  const { image } = run;
  const state = image.workflow.states.find(
    ({ name }) => name === node || actionIds(run, name).some((id) => id === node),
  );
  if (state === undefined) return run.warn(`"enter" did nothing: the workflow has no node "${node}"`);
  if (run.state.visit !== undefined) {
    breakFibersOff(run, `left for "${node}"`);
    exitState(run, `left for "${node}"`);
  }
  leaveEnd(run);
  enterState(run, state.name);
}

function actionIds(run: Run, name: string): string[] {
  const state = run.image.state(name);
  const parts = state.type === "parallel" ? state.branches.length : state.type === "event" ? state.onEvents.length : 1;
  return Array.from({ length: parts }, (_, part) => actionsOf(state, part).map(({ id }) => id)).flat();
}
