/**
 * Effects: what a turn asks for, as plain data. Everything but `call` happens inside the turn's commit; only `call` leaves the
 * process. `n` counts a run's effects from 1; with the run's id it names the effect for good.
 */
import type { Filter } from "./filter.ts";
import type { RetryPolicy } from "./retry.ts";
import type { WireText } from "./wire.ts";

/** Where in the author's text an effect comes from. */
export interface Origin {
  file: string;
  /** 1-based. */
  line: number;
  column: number;
  /** The function or state it is in. */
  node?: string;
  /** The fiber's number; 0 is the first. */
  fiber?: number;
  /** A name the author gave it. */
  label?: string;
}

interface EffectBase {
  n: number;
  origin: Origin;
}

/** An action to perform outside: "http", "echo", … Answered with its value or its failure. */
export interface CallEffect extends EffectBase {
  kind: "call";
  action: string;
  input: WireText;
  /** Replaces parts of the action's own retry policy. */
  retry?: Partial<RetryPolicy>;
  /** For one attempt, in ms. */
  timeoutMs?: number;
}

/** Answered at `until` (epoch ms) with null. */
export interface SleepEffect extends EffectBase {
  kind: "sleep";
  until: number;
}

/**
 * Answered once, by the first event after `since` that passes the filter. `since` is a log position, "start" (the position of
 * the run's own event) or "now" (where the log ends when the turn is committed).
 */
export interface AwaitEffect extends EffectBase {
  kind: "await";
  filter: Filter;
  since: number | "start" | "now";
}

/** A named message to a run. Answered with true when that run was open, else false. `payload` is plain JSON. */
export interface SignalEffect extends EffectBase {
  kind: "signal";
  runId: string;
  name: string;
  payload: string;
}

/** A new event in the run's project; its id is the effect's id. Not answered. `data` is plain JSON. */
export interface EmitEffect extends EffectBase {
  kind: "emit";
  type: string;
  data: string;
  subject?: string;
}

/** A line for people. Not answered. */
export interface LogEffect extends EffectBase {
  kind: "log";
  level: "debug" | "info" | "warn" | "error";
  message: string;
}

/** Closes an open effect of the same run: an answer that comes later is ignored, an attempt under way is aborted. */
export interface CancelEffect extends EffectBase {
  kind: "cancel";
  target: number;
}

export type Effect = CallEffect | SleepEffect | AwaitEffect | SignalEffect | EmitEffect | LogEffect | CancelEffect;

/** The effects that stay open until they are answered or cancelled. */
export type OpenEffect = CallEffect | SleepEffect | AwaitEffect | SignalEffect;

export function staysOpen(effect: Effect): effect is OpenEffect {
  return effect.kind === "call" || effect.kind === "sleep" || effect.kind === "await" || effect.kind === "signal";
}
