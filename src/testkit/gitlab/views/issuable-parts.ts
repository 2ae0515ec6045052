/** Parts that issues, merge requests and epics have in common in REST answers. */
import { countTasks, type Issuable } from "../model/issuable.ts";
import { humanDuration } from "./times.ts";

export function timeStats({ timeEstimate, timeSpent }: Issuable): Record<string, unknown> {
  return {
    time_estimate: timeEstimate,
    total_time_spent: timeSpent,
    human_time_estimate: humanDuration(timeEstimate),
    human_total_time_spent: humanDuration(timeSpent),
  };
}

export function taskCompletion({ description }: Issuable): Record<string, unknown> {
  const { count, completed } = countTasks(description);
  return { count, completed_count: completed };
}

/** How many comments people wrote. */
export function countUserNotes({ notes }: Issuable): number {
  let count = 0;
  for (const note of notes) if (!note.isSystem) count++;
  return count;
}

/** "#7" and "atlas/beacon#7"; `relative` is what one writes where the list was asked for. */
export function references(sign: string, iid: number, fullPath: string, isRelative: boolean): Record<string, unknown> {
  const short = `${sign}${iid}`;
  const full = `${fullPath}${short}`;
  return { short, relative: isRelative ? short : full, full };
}
