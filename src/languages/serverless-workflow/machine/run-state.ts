/**
 * Where a run stands: plain data, all of it. States follow one another; in a state there are fibers, each of which performs a list of
 * actions one after the other. What a fiber or the state waits for is in `waits`, by the number of the effect.
 */
import type { Failure } from "../../../core/failure.ts";
import type { Value } from "../../jq/value.ts";

export interface RunState {
  /** The workflow's data, as the state that the run is in sees it. */
  data: Value;
  /** Absent before the first state, at an end, and while the run stays active between events. */
  visit?: Visit;
  /** The end that the run has come to. */
  ending?: Ending;
  /** In the order of their numbers. */
  waits: Map<number, Wait>;
  /** Names of states that have been completed and can be compensated, in that order. */
  completed: string[];
  /** What the run goes back to after states outside of the main flow; the innermost last. */
  detours: Detour[];
  /** Values of the events' context attributes that are the same in all events of the run. */
  correlation: Map<string, string>;
  /** Where in the log the last event of each definition was that the run received. */
  received: Map<string, number>;
  /** What the last action gave: `$WORKFLOW.prevActionResult`. */
  previous?: Value;
  /** How the last call was answered: `$WORKFLOW.statusCode` and so on. */
  answered?: CallAnswer;
  /** The last error that the workflow handled: `$WORKFLOW.error`. */
  caught?: Value;
  /** The timeout of the workflow has passed; the state under way is the last. */
  timedOut?: true;
  /** Why the run has failed, until it is repaired. */
  failed?: FailedNode;
}

export interface CallAnswer {
  statusCode?: number;
  statusMessage?: string;
  headers?: Value;
}

/** The run is in no state any more. */
export interface Ending {
  /** By which it came to its end. */
  way: Way;
  /** Epoch ms. */
  since: number;
  /** "check": the output is yet to be checked. "checking": the host does so. "checked": that is done, or not wanted. */
  phase: "check" | "checking" | "checked";
}

/** A state that the run is in. */
export interface Visit {
  state: string;
  /** Epoch ms. */
  entered: number;
  /** "begin": its input is yet to be filtered. "prepare": it is yet to start what it does. "leave": it is done. */
  phase: "begin" | "prepare" | "body" | "leave";
  /** By which way it is left. */
  exit?: Omit<Way, "state">;
  /** Why it is left by that way, when it is not complete. */
  error?: string;
  /** An operator leaves it: neither its output is filtered nor does it end in error. */
  skipped?: true;
  /** It is the state that the run began with. */
  isFirst?: true;
  fibers: Fiber[];
  /** Number of the fiber that was started last. */
  lastFiber: number;
  /** Payloads of events that came, by the event's name. */
  events: Map<string, Value>;
  /** Places in `onEvents` that were triggered. */
  triggered: number[];
  /** The time to wait for events is over. */
  eventsOver: boolean;
  /** Elements of a foreach state. */
  collection?: Value[];
  /** How many elements of it were started, and how many are done and merged. */
  started: number;
  merged: number;
  /** What the elements gave, of a foreach state with an output collection. */
  outputs: Value[];
}

/** Performs actions, one after the other. */
export interface Fiber {
  /** Of the run's fibers in this state, from 1. */
  id: number;
  /** Which of the state's branches, onEvents or elements it is for. */
  part: number;
  /** The action it is at, and the one before which it ends. */
  action: number;
  end: number;
  /** "next": it comes to an action. "perform": conditions and sleeps are behind it. "answered": `answer` is what it waited for. */
  phase: "next" | "perform" | "waiting" | "answered" | "done";
  /** Its own copy of the data, and what that was when it started; absent when it works on the workflow's. */
  own?: { data: Value; base: Value };
  /** The element of a foreach state. */
  item?: Value;
  /** What the last action of it gave that had a result. */
  result?: Value;
  /** What the action waited for and got. Only within a turn, and where that failed. */
  answer?: Value;
  /** When the action was entered. Epoch ms. */
  entered: number;
  /** Of the action: tries so far, when the first of them was, and the number of its call. */
  tries: number;
  firstTry: number;
  firstCall?: number;
}

export type Wait =
  /** A sleep before or after an action, or before its next try. */
  | { kind: "pause"; fiber: number; until: number; leadsTo: "perform" | "next" }
  | { kind: "call"; fiber: number }
  | { kind: "child"; fiber: number; awaited: boolean }
  /** The output is being checked. */
  | { kind: "check" }
  /** A call that nothing waits for. */
  | { kind: "detached"; action: string }
  /** For the state itself when there is no fiber. `expected`: context attributes whose expressions were evaluated, and their values. */
  | {
      kind: "event";
      fiber?: number;
      event: string;
      addressed: boolean;
      since: number | "start" | "now";
      expected?: [string, string][];
    }
  | { kind: "timeout"; of: "action" | "branch"; fiber: number; until: number }
  | { kind: "timeout"; of: "single" | "total" | "event" | "sleep" | "workflow"; until: number };

/** A way from a state, as a reference into the model. */
export interface Way {
  state: string;
  by: "next" | "condition" | "event" | "default" | "error";
  /** Which condition or error handler. */
  index: number;
}

export type Detour =
  /** States that compensate, the next first; then the run goes on where `way` leads. */
  | { kind: "compensation"; states: string[]; way: Way }
  /** The state before a timeout ends the run. */
  | { kind: "timeout" };

export interface FailedNode {
  failure: Failure;
  /** The fiber whose action failed; absent when it was the state itself. */
  fiber?: number;
}

export function newRunState(data: Value): RunState {
  return {
    data,
    waits: new Map(),
    completed: [],
    detours: [],
    correlation: new Map(),
    received: new Map(),
  };
}

export function newVisit(state: string, entered: number): Visit {
  return {
    state,
    entered,
    phase: "begin",
    fibers: [],
    lastFiber: 0,
    events: new Map(),
    triggered: [],
    eventsOver: false,
    started: 0,
    merged: 0,
    outputs: [],
  };
}
