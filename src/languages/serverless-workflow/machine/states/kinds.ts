/** What each type of state does. */
import type { State } from "../../model.ts";
import type { Run } from "../run.ts";
import { openTimeout } from "../timeouts.ts";
import type { Work } from "../work.ts";
import { prepareCallback, settleCallback } from "./callback.ts";
import { prepareEvent, settleEvent } from "./event.ts";
import { byNext, type Settled } from "./exit.ts";
import { prepareForeach, settleForeach } from "./foreach.ts";
import { prepareOperation, settleOperation } from "./operation.ts";
import { prepareParallel, settleParallel } from "./parallel.ts";
import { prepareSwitch, settleSwitch } from "./switch.ts";

/** Starts what a state does. Changes nothing where it throws. `isFirst`: it is the state that the run starts in. */
export function* prepareState(run: Run, state: State, isFirst: boolean): Work {
  switch (state.type) {
    case "operation":
      return prepareOperation(run, state);
    case "parallel":
      return prepareParallel(run, state);
    case "foreach":
      return yield* prepareForeach(run, state);
    case "event":
      return yield* prepareEvent(run, state, isFirst);
    case "callback":
      return yield* prepareCallback(run, state);
    case "switch":
      return yield* prepareSwitch(run, state);
    case "sleep":
      return openTimeout(run, "sleep", state.duration, state.at);
    case "inject": {
      const data = run.image.literal(state.data);
      run.state.data = run.merge(run.state.data, data);
      run.charge(data);
    }
  }
}

/** Called when no fiber can compute: whether the state is complete, and how it is left. */
export function* settleState(run: Run, state: State): Work<Settled> {
  switch (state.type) {
    case "operation":
      return settleOperation(run);
    case "parallel":
      return settleParallel(run, state);
    case "foreach":
      return yield* settleForeach(run, state);
    case "event":
      return yield* settleEvent(run, state);
    case "callback":
      return yield* settleCallback(run, state);
    case "switch":
      return yield* settleSwitch(run, state);
    case "sleep":
      return run.state.waits.values().some((wait) => wait.kind === "timeout" && wait.of === "sleep")
        ? "waiting"
        : byNext;
    case "inject":
      return byNext;
  }
}
