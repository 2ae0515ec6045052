/** Callback states: an action, and the event that answers it. */
import type { CallbackState } from "../../model.ts";
import { startFiber } from "../action-lists.ts";
import { awaitEvents, withPayload } from "../events.ts";
import type { Run } from "../run.ts";
import { openTimeout } from "../timeouts.ts";
import type { Work } from "../work.ts";
import { allDone, byNext, closeEvents, type Settled } from "./exit.ts";

/** The event may come before the action is through, so it is waited for from the beginning. */
export function* prepareCallback(run: Run, state: CallbackState): Work {
  yield* awaitEvents(run, [state.eventRef], "now");
  startFiber(run, { part: 0 });
}

export function* settleCallback(run: Run, state: CallbackState): Work<Settled> {
  const { visit } = run;
  if (!allDone(run)) return "waiting";
  const payload = visit.events.get(state.eventRef);
  if (payload !== undefined) {
    run.setData(undefined, yield* withPayload(run, state.eventDataFilter, run.state.data, payload), payload);
    closeEvents(run);
    return byNext;
  }
  if (visit.eventsOver) return byNext;
  const isTimed = run.state.waits.values().some((wait) => wait.kind === "timeout" && wait.of === "event");
  if (!isTimed) openTimeout(run, "event", state.timeouts.event, state.at);
  return "waiting";
}
