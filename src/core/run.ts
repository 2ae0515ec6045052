/** Runs: their states, and how people and tools see them. */
import type { Arrival } from "./arrival.ts";
import type { Effect, Origin } from "./effect.ts";
import type { Failure } from "./failure.ts";
import type { Inspection, Starter } from "./program.ts";

export const runStates = [
  "queued",
  "running",
  "waiting",
  "suspended",
  "cancelling",
  "succeeded",
  "failed",
  "cancelled",
] as const;

export type RunState = (typeof runStates)[number];

export function hasEnded(state: RunState): boolean {
  return state === "succeeded" || state === "failed" || state === "cancelled";
}

/** One row of a list of runs. Times are epoch ms. */
export interface RunSummary {
  id: string;
  project: string;
  /** Path of the definition inside its project. */
  definition: string;
  /** "" for a driver. */
  trigger: string;
  state: RunState;
  imageHash: string;
  /** The starting event, when there is one. */
  eventId?: string;
  eventSource?: string;
  createdAt: number;
  updatedAt: number;
  endedAt?: number;
  /** What it waits for, in words: "sleep until 2026-11-24T09:00:00Z". */
  waitingFor?: string;
  /** Why it ended, or why it is suspended. */
  error?: Failure;
}

export interface RunDetails extends RunSummary {
  commit?: string;
  author?: string;
  /** Wire text of the value it succeeded with. */
  value?: string;
  turns: number;
  stateBytes: number;
  openEffects: OpenEffectView[];
  /** Absent while the run is being computed and after it ended, unless it can be repaired. */
  inspection?: Inspection;
  /** Of a definition that is started by name. */
  workflow?: { name: string; version: string };
  /** Plain JSON that it was started with, and by whom and for what. */
  input?: string;
  starter?: Starter;
  /** JSON text of the data that it works on, or ended with, where the language has such. */
  data?: string;
  /** The run that spawned it. */
  parent?: { runId: string; effect: number };
  /** The run that it took over from, how many there are before it, and the one that took over from it. */
  continuedFrom?: string;
  chain?: number;
  continuedAs?: string;
  /** It has failed, and an operator may open it again. */
  repairable?: true;
}

export interface OpenEffectView {
  n: number;
  kind: string;
  what: string;
  origin: Origin;
  /** For calls: attempts started so far, and when the next starts. */
  attempt?: number;
  nextAttemptAt?: number;
  lastError?: Failure;
  /** For spawns: false where only the start of the other run is waited for. */
  awaited?: boolean;
}

/** What a run did, for people. `seq` ascends within a run and is stable: a client continues after the last it has seen. */
export interface HistoryEntry {
  seq: number;
  /** Epoch ms. */
  time: number;
  kind: "started" | "arrival" | "effect" | "attempt" | "ended" | "note";
  /** One line. */
  text: string;
  level?: "debug" | "info" | "warn" | "error";
  arrival?: Arrival;
  effect?: Effect;
}
