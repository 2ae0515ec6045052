/** The Orchestrator's names of states, and ours. */
import type { RunState } from "../../core/run.ts";

export const instanceStates = ["ACTIVE", "ERROR", "COMPLETED", "ABORTED", "SUSPENDED", "PENDING"] as const;

export type InstanceState = (typeof instanceStates)[number];

const names: Record<RunState, InstanceState> = {
  queued: "PENDING",
  running: "ACTIVE",
  waiting: "ACTIVE",
  cancelling: "ACTIVE",
  suspended: "SUSPENDED",
  succeeded: "COMPLETED",
  failed: "ERROR",
  cancelled: "ABORTED",
};

export function instanceState(state: RunState): InstanceState {
  return names[state];
}

/** Our states of one of the Orchestrator's, whose name may be in any case; undefined when there is no such. */
export function runStatesOf(name: string): RunState[] | undefined {
  const wanted = name.toUpperCase();
  const found = (Object.keys(names) as RunState[]).filter((state) => names[state] === wanted);
  return found.length === 0 ? undefined : found;
}
