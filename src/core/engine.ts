/**
 * The engine port: what drives runs and keeps events. The server, the command line and the test kit know only this. Methods
 * that change something resolve after the change is durable, and reject with an AutoFlowError otherwise.
 */
import type { DefinitionSources, DefinitionView } from "./definition.ts";
import type { LoggedEvent, NewEvent } from "./event.ts";
import type { Diagnostic, LoadedImage } from "./program.ts";
import type { HistoryEntry, RunDetails, RunState, RunSummary } from "./run.ts";
import type { GivenAnswer, ListTasks, TaskView } from "./task.ts";
import type { Workflows } from "./workflows.ts";

/** What became of an event that was handed in. */
export interface AppendResult {
  /** Position in the log: of the event itself, or of the first one with this key when it is a duplicate. */
  seq: number;
  duplicate: boolean;
  heldBy?: string;
  /** For a duplicate: the runs that the first one started. */
  runs: string[];
}

/** Why an event started or did not start a run; one per trigger that could have. */
export interface EventDecision {
  definition: string;
  trigger: string;
  /** "received": a run of the definition takes it, so it started none. "skipped": a run of the same key is open. "failed": its run cannot be started. */
  outcome: "started" | "received" | "filter" | "skipped" | "paused" | "hops" | "rate" | "failed";
  /** The run that it started, or that takes it. */
  runId?: string;
  reason: string;
}

export interface EventView extends LoggedEvent {
  /** Not yet dispatched: undefined. When nothing could have started: empty, and `reason` says why. */
  decisions?: EventDecision[];
  /** Runs that waited when it came and that it was delivered to; the first of many. One that looked back for it is not among them. */
  receivedBy: string[];
  /** "no trigger for this type", "held by flag autoflow_enabled", … when it started nothing. */
  reason?: string;
}

/** A page of a list; `next` continues it and is absent on the last page. */
export interface Page<T> {
  items: T[];
  next?: string;
}

export interface ListEvents {
  project?: string;
  type?: string;
  limit?: number;
  cursor?: string;
}

export interface ListRuns {
  project?: string;
  states?: RunState[];
  definition?: string;
  limit?: number;
  cursor?: string;
}

export interface StartDriver {
  definition: DefinitionSources;
  /** One open run per identity; a second start answers with the first. */
  identity: string;
  /** Plain JSON. */
  input?: string;
  /** What to do with an open run of this identity whose sources differ: refuse with RUN_DEFINITION_CHANGED by default. */
  onChange?: "refuse" | "resume" | "new";
  /**
   * Epoch ms at which this was asked for: a run of this identity that has ended since then is found too. For where runs go on before
   * it is known which one is asked for.
   */
  askedAt?: number;
}

export interface FollowHistory {
  /** Continue after this entry; 0 from the beginning. */
  after: number;
  limit?: number;
}

export interface Engine extends Workflows {
  /** Writes events to the log, in order, in one commit. Resolves once they are durable. */
  appendEvents(events: NewEvent[]): Promise<AppendResult[]>;
  listEvents(query: ListEvents): Promise<Page<EventView>>;
  /** By id or log position; several sources may use one id: the newest. */
  findEvent(idOrSeq: string): Promise<EventView | undefined>;

  /**
   * Compiles sources and, when they compile, makes them the version that starts new runs. Otherwise the last good version stays
   * and the problems are kept with the definition. The same sources again change nothing.
   */
  putDefinition(
    definition: DefinitionSources,
  ): Promise<{ imageHash?: string; problems: Diagnostic[]; output: string[] }>;
  /** The active version of a definition, decoded; undefined where there is none. */
  loadDefinition(project: string, path: string): Promise<LoadedImage | undefined>;
  /** New events start nothing of it any more; runs go on. */
  removeDefinition(project: string, path: string): Promise<void>;
  listDefinitions(project?: string): Promise<DefinitionView[]>;
  /** Throws NOT_FOUND when the active version has no such trigger. */
  resumeTrigger(project: string, path: string, trigger: string): Promise<void>;

  startDriver(request: StartDriver): Promise<{ runId: string; created: boolean }>;
  listRuns(query: ListRuns): Promise<Page<RunSummary>>;
  findRun(id: string): Promise<RunDetails | undefined>;
  /** Entries in order; an empty list when there are none yet after `after`. */
  history(runId: string, follow: FollowHistory): Promise<HistoryEntry[]>;
  /** Resolves when the run has entries after `after`, or has ended, or `signal` aborts. */
  whenHistoryAfter(runId: string, after: number, signal: AbortSignal): Promise<void>;
  /**
   * Asks it to end; a second time ends it at once. A failed one that could be repaired is given up and ends as cancelled. Throws
   * NOT_FOUND, RUN_ALREADY_ENDED.
   */
  cancelRun(runId: string, reason: string): Promise<void>;
  /** Lets a suspended run continue. */
  resumeRun(runId: string): Promise<void>;
  /** Returns false when there is no such open run. `payload` is plain JSON. */
  signalRun(runId: string, name: string, payload: string): Promise<boolean>;

  listTasks(query: ListTasks): Promise<Page<TaskView>>;
  findTask(id: string): Promise<TaskView | undefined>;
  /**
   * Gives an answer to an open task; a person's answer replaces an earlier one. What decides it reaches the run in the same commit.
   * Throws TASK_NOT_FOUND, TASK_CLOSED, TASK_ANSWER_INVALID, TASK_NOT_ALLOWED.
   */
  answerTask(id: string, answer: GivenAnswer): Promise<TaskView>;

  listFlags(): Promise<FlagView[]>;
  /** `project` undefined: for the instance. `enabled` undefined: back to what it inherits. */
  setFlag(name: string, project: string | undefined, enabled: boolean | undefined): Promise<void>;
  /** The flag that holds back an event of this type in this project, or undefined. */
  heldByFlag(project: string, type: string): string | undefined;

  /** After a drain: as it was at its end. */
  health(): EngineHealth;
  /** Stops taking events and starting attempts, writes all states, closes. */
  drain(): Promise<void>;
}

export interface FlagView {
  name: string;
  /** undefined: the instance. */
  project?: string;
  enabled: boolean;
}

export interface EngineHealth {
  /** Whether the store accepts writes. */
  writable: boolean;
  /** Ms since the loop last came round. */
  loopAgeMs: number;
  /** Why it is not ready, when it is not. */
  problem?: string;
  runsByState: Record<RunState, number>;
  openTasks: number;
  /** Events accepted and not yet dispatched. */
  eventLag: number;
  /** Age in ms of the oldest run that is ready and not being computed. */
  oldestReadyMs: number;
  databaseBytes: number;
  walBytes: number;
}
