/**
 * What workflows have done outside: `perform`, an activity, and what uses the client and is made again with the same ids when in
 * doubt. That is a local activity, but for what another workflow answers.
 */
import type { CallEffect, DefinitionReference, EmitEffect } from "../../../core/effect.ts";
import type { Filter } from "../../../core/filter.ts";
import type { Failure } from "../../../core/failure.ts";
import type { RunTimeout, Starter } from "../../../core/program.ts";
import type { WireText } from "../../../core/wire.ts";
import type { Candidate, LoggedItem, RunReport } from "./log.ts";
import type { PauseRecord, TriggerName } from "./registry.ts";
import type { RunKin, RunMessage } from "./run.ts";

/** The type of the failure of an attempt that another worker is to make again, since this one ends. */
export const endingWorker = "WorkerEnds";

/** One attempt of a call. Answers failures as data; throws only when the worker ends or the attempt is cancelled. */
export interface PerformInput {
  runId: string;
  project: string;
  call: Pick<CallEffect, "n" | "action" | "input" | "timeoutMs" | "repeats">;
  /** 1-based. */
  attempt: number;
  /** Epoch ms at which the first attempt started; absent for that one. */
  since?: number;
  /** Raised by an operator's retry. */
  epoch: number;
  /** It may take longer than a run waits for before it continues in a new execution. */
  isLong?: true;
}

/**
 * `retry`: the policy that the action has by itself, so that the host can decide on the next attempt. "long": the action's own time
 * limit is that of a long call, and nothing was done.
 */
export type PerformAnswer = (({ value: WireText } | { error: Failure }) & { retry?: CallEffect["retry"] }) | "long";

/** A run that another run asks for. */
export interface SpawnInput {
  /** The id of the run that is to be; derived by whoever asks. */
  runId: string;
  by: { runId: string; project: string; definition: string; hops: number; startedBy?: string };
  definition: DefinitionReference;
  input: string;
  starter?: Starter;
  kin: RunKin;
  timeout?: RunTimeout;
}

/** What a log has decided on. Events stand once, whatever many runs are started or told of them. */
export interface DispatchInput {
  project: string;
  events: { seq: number; item: LoggedItem }[];
  /** `waits`: for the end of another run. */
  starts: { seq: number; candidate: Candidate; waits?: true }[];
  /** In order of the log. */
  deliveries: { runId: string; effect: number; seq: number }[];
  /** Waits that the log cannot take. */
  refusals: { runId: string; effect: number }[];
  /** What else runs are told, in order. */
  messages: { runId: string; message: RunMessage }[];
}

export interface DispatchAnswer {
  /** Runs that are not open: they can be forgotten. */
  gone: string[];
  /** Runs that cannot be started, and why. */
  failed: { runId: string; reason: string }[];
}

/** Activities of the sandbox's workflows. */
export interface Activities {
  perform(input: PerformInput): Promise<PerformAnswer>;
  /** To the log of a project, which is begun if need be. */
  report(project: string, report: RunReport): Promise<void>;
  /** Has a log go on in a new workflow task: what it has decided is durable then. */
  wake(project: string): Promise<void>;
  /** Starts and deliveries that a log has decided on. Throws when Temporal does not do it: all of it is to be tried again. */
  dispatch(input: DispatchInput): Promise<DispatchAnswer>;
  /** Of these runs, those that are not open. */
  whichEnded(runIds: string[]): Promise<string[]>;
  /** Tells a run something. False when it is not open. */
  tell(runId: string, message: RunMessage): Promise<boolean>;
  /** Creates a run; a definition that is not there, or does not take the input, answers with a failure. */
  spawn(input: SpawnInput): Promise<{ runId: string } | { error: Failure }>;
  /** Events that a run emits, in its project. */
  emit(run: { runId: string; project: string; hops: number }, effects: EmitEffect[]): Promise<void>;
  /** Starts the workflow "longCall" for an attempt that may take long; it answers by a message. */
  beginLongCall(input: PerformInput): Promise<void>;
  /** An attempt that nobody waits for any more. */
  endLongCall(input: { runId: string; effect: number; attempt: number }): Promise<void>;
  /** A log has paused a trigger. */
  pause(pause: PauseRecord): Promise<void>;
  /** Searches what a log does not hold in memory any more. Answers as many of them as it may at once. */
  lookBack(input: LookBackInput): Promise<LookBackAnswer>;
  /** Has schedules begin, go on or end as the registry has them. */
  armSchedules(triggers: readonly TriggerName[]): Promise<void>;
  /** Starts the run of a schedule whose time has come, once; answers when it is due next. */
  startScheduled(input: ScheduledStart): Promise<NextDue>;
}

export interface LookBackInput {
  project: string;
  /** At least one. */
  searches: LookBack[];
}

/** The first event between two positions (exclusive, inclusive) that passes a filter. */
export interface LookBack {
  /** Events that name another run are not for it. */
  runId: string;
  filter: Filter;
  after: number;
  upTo: number;
}

export interface LookBackAnswer {
  /** So many of the searches are over, the first ones: at least one. */
  answered: number;
  /** What they have found; `search` is the place of one. */
  found: { search: number; seq: number; item: LoggedItem }[];
}

/** What a schedule's entity knows of when it is due: nothing at first. */
export interface ScheduledStart extends TriggerName {
  due?: Due;
  /** The time has come. */
  fire: boolean;
}

/** A time at which a schedule is due. Epoch ms. */
export interface Due {
  at: number;
  /** Since when the schedule is the one that it is due for. */
  began: number;
}

/** Nothing when the schedule is not due any more, or not there. */
export interface NextDue {
  next?: Due;
}
