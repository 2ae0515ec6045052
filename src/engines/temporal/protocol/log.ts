/**
 * The log of a project: an entity that puts events in order, knows those it has seen, decides what they start, and delivers them to
 * runs that wait.
 */
import type { EventDecision } from "../../../core/engine.ts";
import type { EventAttributes } from "../../../core/event.ts";
import type { Filter } from "../../../core/filter.ts";
import type { ConcurrencyMode, Correlation } from "../../../core/program.ts";

/** The argument of the workflow "log". */
export interface LogInput {
  project: string;
  /** Absent for a new one. What it looks like is the log's own affair; its second argument, bytes, goes with it. */
  carry?: unknown;
  /** Reports that came while it was about to continue. */
  held?: RunReport[];
}

/** The memo of an execution of a log: what is to be known of it without opening it. */
export interface LogMemo {
  project: string;
  /** It holds events after this position. */
  after: number;
  /** Epoch ms at which it began. */
  since: number;
  /** Temporal's ids of executions before it, newest last: where each began. The oldest of them knows those before it. */
  earlier: [execution: string, after: number, since: number][];
}

/** Its key. */
export const logMemoKey = "log";

export const logUpdates = {
  /** AppendItem[] -> AppendOutcome[], in order. */
  append: "append",
  /** Candidate, with a key, whose time has come -> EventDecision. The same again decides anew only if nothing was started. */
  start: "start",
} as const;

export const logSignals = {
  /** RunReport */
  report: "report",
  /** { definition, trigger }: it may start runs again. */
  resume: "resume",
  /** Continue in a new execution soon. */
  renew: "renew",
  /** Nothing: a new workflow task begins. */
  go: "go",
} as const;

/** An event as it is kept. The body is text: UTF-8, or base64 when it is not. */
export interface LoggedItem {
  attributes: EventAttributes;
  body: string;
  base64?: true;
  overlay: string;
  cause?: { runId: string; hops: number };
}

/** An event to append, with what its sender knows. */
export interface AppendItem extends LoggedItem {
  /** Digest of source and id: what makes it a duplicate. */
  key: string;
  /** The flag that holds it back: it is kept, and starts and reaches nothing. */
  heldBy?: string;
  /** The run that it names, which alone may take it. */
  named?: string;
  /** What it may start, in order. */
  candidates: Candidate[];
  /** Decisions on triggers of its type whose filter it does not pass. */
  nearMisses: EventDecision[];
  /** Why nothing could have started. */
  whyNone: string;
}

/** A run that an event may start. */
export interface Candidate {
  runId: string;
  definition: string;
  /** Of the definition; "*" for one that is for every project. */
  project: string;
  /** Keyed digest of "definition", its project and path: the same for all its versions. */
  definitionKey: string;
  trigger: string;
  unlessReceived?: Correlation;
  /** Runs of one key are open one at a time. */
  keyed?: KeyOfRun;
  /** The object (an issue, a merge request) whose starts are counted. */
  object?: string;
  /** What the start needs and the log does not look at. */
  start: CandidateStart;
}

/** Keyed digest of a definition, its trigger and the values of the key, and what becomes of an event while a run of it is open. */
export interface KeyOfRun {
  key: string;
  mode: ConcurrencyMode;
}

export interface CandidateStart {
  imageHash: string;
  language: string;
  commit?: string;
  author?: string;
  workflow?: { name: string; version: string; environment: readonly string[] };
  /** The clock starts it, and not an event. */
  scheduled?: { input?: string };
}

export interface AppendOutcome {
  seq: number;
  duplicate: boolean;
  heldBy?: string;
  /** Of the first one when it is a duplicate. */
  runs: string[];
  /** Those that the log has made: near misses are in the item. */
  decisions: EventDecision[];
  receivedBy: string[];
  reason?: string;
  /** Epoch ms at which it was taken. */
  receivedAt: number;
}

/** What a run tells its log, after a turn in which it matters. May come twice. */
export interface RunReport {
  runId: string;
  /** Ascends with the run's reports, in all its executions: the number of its turns, say. One is sent after the one before. */
  n: number;
  /** `position` of the run's start: earlier runs are served first. */
  position: number;
  /** Position of the last event that was delivered to it; 0 for none. What was delivered later keeps it busy. */
  heard: number;
  /** Of its input; tells runs of one definition apart from others. */
  definitionKey: string;
  opens: Subscription[];
  /** Effects whose waits have ended without an event. */
  closes: number[];
  /** "standing": it computes nothing now; "busy": it does; "ended": all its waits are gone. */
  stands: "standing" | "busy" | "ended";
}

export interface Subscription {
  effect: number;
  filter: Filter;
  /** Events after this position; "now": after what the log holds when it hears of it. */
  since: number | "now";
}

/** The type of the failure of an append that came while the log was about to continue in a new execution: it is to be sent again. */
export const logRenews = "LogRenews";

export const logQueries = {
  /** -> the position of the newest event */
  end: "end",
  /** The id of a run that has a key -> that of the run which it waits for, if any. */
  holder: "holder",
  /** -> LogView */
  view: "view",
} as const;

/** For people and tests. */
export interface LogView {
  last: number;
  subscriptions: number;
  events: number;
  /** Open runs that have a key. */
  keyed: number;
  pauses: { definitionKey: string; trigger: string; object: string; reason: string }[];
}
