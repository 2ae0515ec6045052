/** Iterations of groups. */
import type { Group } from "./group.ts";

export interface Iteration {
  id: number;
  iid: number;
  sequence: number;
  group: Group;
  title: string | null;
  description: string | null;
  /** YYYY-MM-DD. */
  startDate: string;
  dueDate: string;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

/** 1 upcoming, 2 current, 3 closed, by the day (YYYY-MM-DD). */
export function iterationState(iteration: Iteration, today: string): number {
  if (today < iteration.startDate) return 1;
  return today <= iteration.dueDate ? 2 : 3;
}
