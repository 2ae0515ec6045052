/**
 * Arrivals: what reaches a run, one at a time, in the order of their committed sequence numbers. Answers to effects that are
 * closed are ignored by the Program.
 */
import type { Failure } from "./failure.ts";
import type { WireText } from "./wire.ts";

interface ArrivalBase {
  /** The run's own count of arrivals, from 1. The start is not an arrival. */
  seq: number;
  /** Epoch ms; never less than that of an earlier arrival of the run. */
  time: number;
}

/** The answer to a call, a sleep, a signal or a child run. */
export interface AnswerArrival extends ArrivalBase {
  kind: "answer";
  effect: number;
  value?: WireText;
  error?: Failure;
}

/** The event that an await was for. `event` is `eventText`; `position` is its place in the log. */
export interface EventArrival extends ArrivalBase {
  kind: "event";
  effect: number;
  event: string;
  position: number;
}

/** A message; it waits in the mailbox until the Program consumes it. `payload` is plain JSON. */
export interface SignalArrival extends ArrivalBase {
  kind: "signal";
  name: string;
  payload: string;
}

/** Somebody asks the run to end: every wait unwinds, clean-up runs. */
export interface CancelArrival extends ArrivalBase {
  kind: "cancel";
  reason: string;
}

/**
 * An operator intervenes. The Program says what it knows and does of it: "data" puts `payload` in place of the run's data,
 * "merge" merges it into them (objects deeply, everything else in place), "retry" repeats the failed node (with `payload` as data when there is one), "skip" goes on behind it, "enter" starts a node,
 * "leave" breaks one off. `payload` is plain JSON, "null" for none.
 */
export interface CommandArrival extends ArrivalBase {
  kind: "command";
  command: OperatorCommand;
}

export interface OperatorCommand {
  name: "data" | "merge" | "retry" | "skip" | "enter" | "leave";
  /** For "enter", "leave", "retry" and "skip": the node's id; the failed one when absent. */
  node?: string;
  payload: string;
}

export type Arrival = AnswerArrival | EventArrival | SignalArrival | CancelArrival | CommandArrival;

/** Past this many bytes of unread messages the engine holds further ones back, in order. */
export const maxMailboxBytes = 256 * 1024;
