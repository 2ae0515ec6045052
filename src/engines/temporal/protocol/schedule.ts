/** The schedule of a trigger: an entity that waits until it is due. What it is and whether it still is, the registry knows. */
import type { Due } from "./activities.ts";
import type { TriggerName } from "./registry.ts";

/** The argument of the workflow "schedule". */
export interface ScheduleInput extends TriggerName {
  /** Absent for one that has to ask. */
  due?: Due;
}

export const scheduleSignals = {
  /** It may be another one now, or be gone. */
  changed: "changed",
  /** Continue in a new execution soon. */
  renew: "renew",
} as const;
