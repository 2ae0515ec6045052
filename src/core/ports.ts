import type { RunState } from "./run.ts";

/** The outside as core sees it. Adapters implement these; each port has one contract suite that every adapter runs. */

export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Calls back once, not before `delayMs`; the handle's `cancel` is safe to call at any time. */
  setTimer(delayMs: number, callback: () => void): { cancel(): void };
}

export interface Random {
  bytes(count: number): Uint8Array;
}

/** Structured logging; `fields` never hold secrets or bodies. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Why a run is open; "command": it had failed, and an operator opened it again. */
export type StartedBy = "event" | "name" | "driver" | "schedule" | "parent" | "continuation" | "command";

/** What an engine tells about its work, for metrics. Called on the hot path: implementations only count. */
export interface Observer {
  eventAccepted(type: string, duplicate: boolean): void;
  runStarted(definition: string, by: StartedBy): void;
  runEnded(definition: string, state: RunState, durationMs: number): void;
  turnComputed(steps: number, computeMs: number): void;
  committed(operations: number, durationMs: number): void;
  attemptEnded(action: string, ok: boolean, durationMs: number): void;
  /** What was under way when the process last ended is in memory again. */
  recovered(durationMs: number): void;
}

export const silentObserver: Observer = {
  eventAccepted() {},
  runStarted() {},
  runEnded() {},
  turnComputed() {},
  committed() {},
  attemptEnded() {},
  recovered() {},
};
