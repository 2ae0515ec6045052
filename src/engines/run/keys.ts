/** What every engine says and knows of runs that share a key. */
import { fieldAt } from "../../core/filter.ts";
import type { Concurrency } from "../../core/program.ts";

/** Why a run ends whose place another one takes. */
export const newerEvent = "a newer event took its place";

/** What makes the key of a run, besides its trigger: one text. `data` is the event's. */
export function keyText({ by }: Concurrency, data: () => unknown): string {
  return JSON.stringify(by.map((path) => fieldAt(data(), path) ?? null));
}

/** Why an event starts nothing. */
export function inTheWayText(runId: string): string {
  return `run ${runId} of the same key is open`;
}

/** What a run waits for that has not begun; `runId` where it is known. */
export function holderText(runId?: string): string {
  return runId === undefined
    ? "the end of an earlier run, which has the same key"
    : `the end of run ${runId}, which has the same key`;
}
