/** Epics of groups. */
import type { Group } from "./group.ts";
import type { Issuable } from "./issuable.ts";
import type { Issue } from "./issue.ts";

/** An issue in an epic. */
export interface EpicIssue {
  id: number;
  issue: Issue;
  relativePosition: number;
}

export interface Epic extends Issuable {
  kind: "Epic";
  group: Group;
  state: "opened" | "closed";
  parent: Epic | undefined;
  children: Epic[];
  issues: EpicIssue[];
  confidential: boolean;
  color: string;
  /** YYYY-MM-DD; given by hand. */
  startDate: string | null;
  dueDate: string | null;
  startDateIsFixed: boolean;
  dueDateIsFixed: boolean;
}
