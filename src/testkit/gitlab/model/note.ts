/** Comments, in threads, on issues, merge requests, epics and commits. */
import type { Award } from "./award.ts";
import type { Epic } from "./epic.ts";
import type { Issue } from "./issue.ts";
import type { MergeRequest } from "./merge-request.ts";
import type { Commit } from "./repository.ts";
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

/** What can be commented on. A commit is commented on in a project. */
export type Noteable = Issue | MergeRequest | Epic | CommitInProject;

export interface CommitInProject {
  kind: "Commit";
  commit: Commit;
  project: Project;
  notes: Note[];
}

export interface Note {
  id: number;
  noteable: Noteable;
  /** 40 hexadecimal digits; notes of a thread share it. */
  discussionId: string;
  /** null: a note by itself. */
  type: "DiscussionNote" | "DiffNote" | null;
  body: string;
  author: User;
  isSystem: boolean;
  isInternal: boolean;
  /** Where in the diff; as it was given. */
  position: Record<string, unknown> | null;
  isResolvable: boolean;
  resolvedBy: User | undefined;
  /** Epoch ms. */
  resolvedAt: number | null;
  awards: Award[];
  createdAt: number;
  updatedAt: number;
  updatedBy: User | undefined;
}
