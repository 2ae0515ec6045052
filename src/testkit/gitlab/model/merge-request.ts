/** Merge requests. */
import type { Issuable } from "./issuable.ts";
import type { Milestone } from "./milestone.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

export interface Reviewer {
  user: User;
  state: "unreviewed" | "reviewed" | "requested_changes" | "approved" | "unapproved" | "review_started";
  /** Epoch ms. */
  createdAt: number;
}

export interface Approval {
  user: User;
  /** Epoch ms. */
  approvedAt: number;
}

export interface MergeRequest extends Issuable {
  kind: "MergeRequest";
  /** The project it is merged into. */
  project: Project;
  sourceProject: Project;
  sourceBranch: string;
  targetBranch: string;
  state: "opened" | "closed" | "merged" | "locked";
  assignees: User[];
  reviewers: Reviewer[];
  approvals: Approval[];
  approvalsRequired: number;
  milestone: Milestone | undefined;
  discussionLocked: boolean | null;
  /** The newest commit of the source branch, and the commit that both branches have. */
  headSha: string;
  baseSha: string;
  /** The target branch when it was last compared. */
  startSha: string;
  squash: boolean;
  allowCollaboration: boolean;
  removeSourceBranch: boolean | null;
  mergeWhenPipelineSucceeds: boolean;
  /** Who asked for it. */
  autoMergeUser: User | undefined;
  mergeError: string | null;
  mergeCommitSha: string | null;
  squashCommitSha: string | null;
  mergedBy: User | undefined;
  /** Epoch ms. */
  mergedAt: number | null;
  pipelines: Pipeline[];
}

/** A title that begins with "Draft:", "[Draft]" or "(Draft)". */
export function isDraft(title: string): boolean {
  return /^\s*(?:\[draft\]|\(draft\)|draft:)/i.test(title);
}

/** The pipeline that counts for merging. */
export function headPipeline(mergeRequest: MergeRequest): Pipeline | undefined {
  return mergeRequest.pipelines.findLast(({ sha }) => sha === mergeRequest.headSha);
}
