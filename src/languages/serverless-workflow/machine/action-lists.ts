/** Which actions a fiber performs. */
import type { Action, State } from "../model.ts";
import type { Run } from "./run.ts";
import type { Fiber } from "./run-state.ts";
import { grouped, LimitReached } from "./workflow-error.ts";

/** The actions of a part of a state: of a branch, of an element of `onEvents`; of all elements of a collection alike. */
export function actionsOf(state: State, part: number): readonly Action[] {
  switch (state.type) {
    case "operation":
    case "foreach":
      return state.actions;
    case "parallel":
      return state.branches[part]!.actions;
    case "event":
      return state.onEvents[part]!.actions;
    case "callback":
      return state.action === undefined ? [] : [state.action];
    default:
      return [];
  }
}

/** The action that a fiber is at; undefined behind its last one. */
export function actionOf(run: Run, fiber: Fiber): Action | undefined {
  return fiber.action < fiber.end ? actionsOf(run.stateModel, fiber.part)[fiber.action] : undefined;
}

/** What to start: all actions of a part, or a single one. `own` is for what works on a copy of the data. */
export interface FiberStart {
  part: number;
  action?: number;
  own?: Fiber["own"];
  item?: Fiber["item"];
}

/** Starts a fiber in the state that the run is in. */
export function startFiber(run: Run, { part, action, own, item }: FiberStart): Fiber {
  const { visit } = run;
  const { fibers } = run.start.limits;
  if (visit.fibers.length >= fibers) {
    throw new LimitReached("LIMIT_FIBERS", `more than ${grouped(fibers)} lists of actions at a time`);
  }
  const fiber: Fiber = {
    id: ++visit.lastFiber,
    part,
    action: action ?? 0,
    end: action === undefined ? actionsOf(run.stateModel, part).length : action + 1,
    phase: "next",
    entered: run.time,
    tries: 0,
    firstTry: 0,
    ...(own === undefined ? {} : { own }),
    ...(item === undefined ? {} : { item }),
  };
  visit.fibers.push(fiber);
  return fiber;
}

/** Ends all fibers of the state where they are, and all that they wait for. `error` is why `failed` does not go on. */
export function breakFibersOff(run: Run, error: string, failed?: Fiber): void {
  const { visit } = run;
  run.close((wait) => wait.kind !== "detached" && !(wait.kind === "timeout" && wait.of === "workflow"));
  for (const fiber of visit.fibers) {
    const action = actionOf(run, fiber);
    if (action === undefined || fiber.phase === "next") continue;
    run.leftAction(fiber, action, fiber === failed ? error : "broken off");
  }
  visit.fibers = [];
}
