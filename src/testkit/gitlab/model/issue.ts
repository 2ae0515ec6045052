/** Issues, and other work items of projects. */
import type { Epic } from "./epic.ts";
import type { Issuable } from "./issuable.ts";
import type { Iteration } from "./iteration.ts";
import type { Milestone } from "./milestone.ts";
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

export const issueTypes = ["issue", "incident", "test_case", "task"] as const;
export type IssueType = (typeof issueTypes)[number];

export const linkTypes = ["relates_to", "blocks", "is_blocked_by"] as const;

/** A link between two issues, seen from its source. Both have it. */
export interface IssueLink {
  id: number;
  source: Issue;
  target: Issue;
  type: "relates_to" | "blocks";
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

export interface Issue extends Issuable {
  kind: "Issue";
  project: Project;
  state: "opened" | "closed";
  type: IssueType;
  assignees: User[];
  milestone: Milestone | undefined;
  iteration: Iteration | undefined;
  epic: Epic | undefined;
  weight: number | null;
  healthStatus: "on_track" | "needs_attention" | "at_risk" | null;
  severity: "unknown" | "low" | "medium" | "high" | "critical";
  /** YYYY-MM-DD. */
  dueDate: string | null;
  startDate: string | null;
  confidential: boolean;
  discussionLocked: boolean | null;
  movedTo: Issue | undefined;
  duplicatedTo: Issue | undefined;
  links: IssueLink[];
  relativePosition: number;
}
