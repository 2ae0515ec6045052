/** What a run would have written, had it been let. */
import type { Origin } from "../../core/effect.ts";
import type { Failure } from "../../core/failure.ts";

/** Secrets are `***`. */
export type Write =
  | { kind: "gitlab"; method: string; path: string; query?: [string, string][]; body?: unknown }
  | { kind: "http"; method: string; url: string; body?: string }
  | { kind: "emit"; type: string; subject?: string; data: unknown }
  | { kind: "signal"; run: string; name: string; payload: unknown }
  | { kind: "spawn"; name: string; version?: string; input: unknown };

export type PlannedWrite = Write & {
  /** "file:line" of the script. */
  at: string;
  /** How much of its time had passed, in ms. */
  afterMs: number;
};

/** How a dry run ends; "stopped": what it goes on with is not known before it happens, `why` says what. */
export type PlanEnd =
  | { state: "succeeded" }
  | { state: "failed"; error: Failure }
  | { state: "cancelled" }
  | { state: "stopped"; why: string[] };

export interface Plan {
  writes: PlannedWrite[];
  end: PlanEnd;
}

/** "file:line". */
export function placeOf({ file, line }: Origin): string {
  return `${file}:${line}`;
}
