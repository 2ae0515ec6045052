/** Switch states: by conditions on the data, or by which event comes first. */
import type { SwitchState } from "../../model.ts";
import { awaitEvents, withPayload } from "../events.ts";
import type { Run } from "../run.ts";
import { openTimeout } from "../timeouts.ts";
import type { Work } from "../work.ts";
import { workflowError } from "../workflow-error.ts";
import { byDefault, closeEvents, type Exit, type Settled } from "./exit.ts";

export function* prepareSwitch(run: Run, state: SwitchState): Work {
  yield* awaitEvents(run, new Set(state.eventConditions.map(({ eventRef }) => eventRef)), "back");
  if (state.eventConditions.length > 0) openTimeout(run, "event", state.timeouts.event, state.at);
}

export function* settleSwitch(run: Run, state: SwitchState): Work<Settled> {
  if (state.eventConditions.length > 0) return yield* settleByEvent(run, state);
  for (const [index, { condition }] of state.dataConditions.entries()) {
    if (yield* run.evaluate.isTrue(condition, run.state.data)) return { by: "condition", index };
  }
  return otherwise(state, "none of its conditions holds");
}

function* settleByEvent(run: Run, state: SwitchState): Work<Settled> {
  const { visit } = run;
  for (const [index, { eventRef, eventDataFilter }] of state.eventConditions.entries()) {
    const payload = visit.events.get(eventRef);
    if (payload === undefined) continue;
    run.setData(undefined, yield* withPayload(run, eventDataFilter, run.state.data, payload), payload);
    closeEvents(run);
    return { by: "event", index };
  }
  return visit.eventsOver ? otherwise(state, "no event came in time") : "waiting";
}

function otherwise(state: SwitchState, why: string): Exit {
  if (state.defaultCondition !== undefined) return byDefault;
  throw workflowError("WORKFLOW_NO_WAY", `the state "${state.name}" has no defaultCondition, and ${why}`);
}
