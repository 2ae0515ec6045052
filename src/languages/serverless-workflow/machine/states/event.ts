/** Event states: actions that events trigger. */
import type { EventState, OnEvents } from "../../model.ts";
import { startFiber } from "../action-lists.ts";
import { awaitEvents, learnCorrelation, withPayload } from "../events.ts";
import { payloadOf, type Run } from "../run.ts";
import { openTimeout } from "../timeouts.ts";
import type { Work } from "../work.ts";
import { allDone, awaitsEvent, byNext, closeEvents, type Settled } from "./exit.ts";

/** `startEvent` says whether the event that started the run is one of this state. */
export function* prepareEvent(run: Run, state: EventState, startEvent: boolean): Work {
  const names = new Set(state.onEvents.flatMap(({ eventRefs }) => eventRefs));
  const came = startEvent ? takeStartEvent(run, names) : undefined;
  if (came !== undefined && state.exclusive) return;
  if (came !== undefined) names.delete(came);
  yield* awaitEvents(run, names, "back");
  openTimeout(run, "event", state.timeouts.event, state.at);
}

function takeStartEvent(run: Run, names: ReadonlySet<string>): string | undefined {
  const started = run.startEvent();
  if (started === undefined) return undefined;
  for (const name of names) {
    const definition = run.image.event(name);
    const fits = definition.type === started.type && (definition.source ?? started.source) === started.source;
    if (!fits) continue;
    learnCorrelation(run, definition, started.event);
    run.visit.events.set(name, payloadOf(definition, started.event));
    return name;
  }
  return undefined;
}

export function* settleEvent(run: Run, state: EventState): Work<Settled> {
  const { visit } = run;
  for (const [part, onEvents] of state.onEvents.entries()) {
    if (visit.triggered.includes(part) || !isTriggered(run, state, onEvents)) continue;
    yield* trigger(run, state, part);
    return "going on";
  }
  const isComplete = visit.eventsOver || (state.exclusive ? visit.triggered.length > 0 : !awaitsEvent(run));
  return isComplete && allDone(run) ? byNext : "waiting";
}

function isTriggered(run: Run, { exclusive }: EventState, { eventRefs }: OnEvents): boolean {
  const { events, triggered } = run.visit;
  if (exclusive) return triggered.length === 0 && eventRefs.some((name) => events.has(name));
  return eventRefs.every((name) => events.has(name));
}

function* trigger(run: Run, state: EventState, part: number): Work {
  const { visit } = run;
  const { eventRefs, eventDataFilter, actionMode, actions } = state.onEvents[part]!;
  let { data } = run.state;
  for (const name of eventRefs) {
    const payload = visit.events.get(name);
    if (payload !== undefined) data = yield* withPayload(run, eventDataFilter, data, payload);
  }
  run.setData(undefined, data, null);
  visit.triggered.push(part);
  if (state.exclusive || !awaitsEvent(run)) closeEvents(run);
  if (actionMode === "sequential") startFiber(run, { part });
  else for (const action of actions.keys()) startFiber(run, { part, action });
}
