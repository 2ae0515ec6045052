/** Run states as the store numbers them; append-only. Open states come first, so that an index can leave ended runs out. */
import type { RunState } from "../../core/run.ts";

const states: readonly RunState[] = [
  "queued",
  "running",
  "waiting",
  "suspended",
  "cancelling",
  "succeeded",
  "failed",
  "cancelled",
];

export function statusNumber(state: RunState): number {
  return states.indexOf(state);
}

export function statusName(number: number): RunState {
  return states[number]!;
}
