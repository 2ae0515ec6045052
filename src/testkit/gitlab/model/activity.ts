/** What the events endpoints list, and to-do items. */
import type { Project } from "./project.ts";
import type { Issue } from "./issue.ts";
import type { MergeRequest } from "./merge-request.ts";
import type { Milestone } from "./milestone.ts";
import type { Note } from "./note.ts";
import type { User } from "./user.ts";

export interface PushData {
  commit_count: number;
  action: "created" | "pushed" | "removed";
  ref_type: "branch" | "tag";
  commit_from: string | null;
  commit_to: string | null;
  ref: string;
  commit_title: string | null;
  ref_count: number | null;
}

/** One thing that somebody did. */
export interface Activity {
  id: number;
  project: Project;
  author: User;
  action: string;
  target: Issue | MergeRequest | Milestone | Note | undefined;
  targetType: "Issue" | "MergeRequest" | "Milestone" | "Note" | "DiscussionNote" | "DiffNote" | null;
  targetTitle: string | null;
  pushData: PushData | undefined;
  /** Epoch ms. */
  createdAt: number;
}

export interface Todo {
  id: number;
  user: User;
  author: User;
  project: Project;
  action: "assigned" | "mentioned" | "directly_addressed" | "marked" | "approval_required" | "review_requested";
  target: Issue | MergeRequest;
  body: string;
  state: "pending" | "done";
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}
