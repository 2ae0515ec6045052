/** What issues, merge requests and epics have in common. */
import type { Award } from "./award.ts";
import type { Label } from "./label.ts";
import type { Milestone } from "./milestone.ts";
import type { Note } from "./note.ts";
import type { User } from "./user.ts";

/** One change of labels, state, milestone, iteration or weight, as the resource event endpoints list them. */
export interface ResourceEvent {
  id: number;
  about: "label" | "state" | "milestone" | "iteration" | "weight";
  user: User;
  /** Epoch ms. */
  createdAt: number;
  action: "add" | "remove" | undefined;
  label?: Label;
  state?: string;
  milestone?: Milestone;
  weight?: number | null;
  iterationId?: number;
}

export interface Issuable {
  id: number;
  iid: number;
  title: string;
  description: string | null;
  author: User;
  labels: Label[];
  notes: Note[];
  awards: Award[];
  resourceEvents: ResourceEvent[];
  /** Ids of users; false: has turned notifications off. */
  subscriptions: Map<number, boolean>;
  /** Seconds. */
  timeEstimate: number;
  timeSpent: number;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: User | undefined;
  lastEditedAt: number | null;
  lastEditedBy: User | undefined;
  updatedBy: User | undefined;
}

/** How many tasks of a description's task lists there are, and how many are done. */
export function countTasks(description: string | null): { count: number; completed: number } {
  let [count, completed] = [0, 0];
  if (description === null || !description.includes("[")) return { count, completed };
  for (const [, mark] of description.matchAll(/^\s*(?:[-*+]|\d+[.)])\s+\[([ xX~])\]\s/gm)) {
    if (mark === "~") continue;
    count++;
    if (mark !== " ") completed++;
  }
  return { count, completed };
}
