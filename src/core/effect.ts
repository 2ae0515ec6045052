/**
 * Effects: what a turn asks for, as plain data. Everything but `call` happens inside the turn's commit; only `call` leaves the
 * process. `n` counts a run's effects from 1; with the run's id it names the effect for good.
 */
import type { Filter } from "./filter.ts";
import type { RetryPolicy } from "./retry.ts";
import type { GivenAnswer, TaskAmendment, TaskRequest } from "./task.ts";
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
  /** The number of an earlier call of the run of which this is a repetition: it carries the same idempotency key. */
  repeats?: number;
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
  /** Of the CloudEvent; "autoflow/runs/<run id>" unless given. */
  source?: string;
  /** Extension attributes of the CloudEvent: lower-case names. */
  extensions?: Record<string, string | number | boolean>;
}

/**
 * A child run of the same project. Open until it is answered: with the child's value or failure once it has ended, or, when it
 * is not `awaited`, with its id once it has been created. A definition that is not there, or does not take the input, answers
 * with a failure and creates nothing.
 */
export interface SpawnEffect extends EffectBase {
  kind: "spawn";
  definition: DefinitionReference;
  /** Plain JSON. */
  input: string;
  awaited: boolean;
  /** What becomes of the child when this run ends before it, or closes the effect. */
  onParentEnd: "cancel" | "continue";
}

/** A question to people: a task. Open until it is decided, then answered with an object of action, values, comment, by, at, via and answers. */
export interface AskEffect extends EffectBase {
  kind: "ask";
  task: TaskRequest;
}

/** Adds to an open task of the same run, which it asked in an earlier turn. Not answered. */
export interface AmendEffect extends EffectBase {
  kind: "amend";
  target: number;
  amendment: TaskAmendment;
}

/** An answer to an open task of the same run that the run came to know itself. Not answered; that it was refused is told in the history. */
export interface ReplyEffect extends EffectBase {
  kind: "reply";
  target: number;
  answer: GivenAnswer;
}

/** A definition by the name its author gave it. */
export interface DefinitionReference {
  name: string;
  /** The newest active one when absent. */
  version?: string;
}

/** A node of the run's graph was left: for the pictures and lists that people look at. Not answered. */
export interface NodeEffect extends EffectBase {
  kind: "node";
  visit: NodeVisit;
}

export interface NodeVisit {
  /** Of the node in the graph (`Description.graph`). */
  node: string;
  name: string;
  type: string;
  /** Epoch ms. */
  entered: number;
  left: number;
  /** Absent when it did what it was to do. */
  error?: string;
}

/** A line for people. Not answered. */
export interface LogEffect extends EffectBase {
  kind: "log";
  level: "debug" | "info" | "warn" | "error";
  message: string;
}

/**
 * Closes an open effect of the same run: an answer that comes later is ignored, an attempt under way is aborted, a child is
 * cancelled unless it is to go on.
 */
export interface CancelEffect extends EffectBase {
  kind: "cancel";
  target: number;
}

export type Effect =
  | CallEffect
  | SleepEffect
  | AwaitEffect
  | SignalEffect
  | SpawnEffect
  | AskEffect
  | AmendEffect
  | ReplyEffect
  | EmitEffect
  | NodeEffect
  | LogEffect
  | CancelEffect;

/** The effects that stay open until they are answered or cancelled. */
export type OpenEffect = CallEffect | SleepEffect | AwaitEffect | SignalEffect | SpawnEffect | AskEffect;

export function staysOpen(effect: Effect): effect is OpenEffect {
  switch (effect.kind) {
    case "call":
    case "sleep":
    case "await":
    case "signal":
    case "spawn":
    case "ask":
      return true;
    default:
      return false;
  }
}
