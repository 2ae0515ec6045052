/** Merge requests as REST answers show them. */
import { countAwards } from "../model/award.ts";
import { areThreadsResolved, detailedMergeStatus, headsOf } from "../model/mergeability.ts";
import { headPipeline, isDraft, type MergeRequest } from "../model/merge-request.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { countUserNotes, references, taskCompletion, timeStats } from "./issuable-parts.ts";
import { labelsOf } from "./label-view.ts";
import { milestoneView } from "./milestone-view.ts";
import { basicPipeline, pipelineView } from "./pipeline-view.ts";
import { isoTime } from "./times.ts";
import { mergeRequestUrl } from "./urls.ts";
import { basicUser, userOrNull } from "./user-view.ts";

export interface MergeRequestViewOptions {
  withLabelsDetails?: boolean;
  isInProject?: boolean;
}

/** A merge request in a list. */
export function mergeRequestView(
  world: World,
  mergeRequest: MergeRequest,
  options: MergeRequestViewOptions,
): Record<string, unknown> {
  const detailed = detailedMergeStatus(mergeRequest);
  const draft = isDraft(mergeRequest.title);
  return {
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    project_id: mergeRequest.project.id,
    title: mergeRequest.title,
    description: mergeRequest.description,
    state: mergeRequest.state,
    created_at: isoTime(mergeRequest.createdAt),
    updated_at: isoTime(mergeRequest.updatedAt),
    merged_by: userOrNull(world, mergeRequest.mergedBy),
    merge_user: userOrNull(world, mergeRequest.mergedBy),
    merged_at: isoTime(mergeRequest.mergedAt),
    closed_by: userOrNull(world, mergeRequest.closedBy),
    closed_at: isoTime(mergeRequest.closedAt),
    target_branch: mergeRequest.targetBranch,
    source_branch: mergeRequest.sourceBranch,
    user_notes_count: countUserNotes(mergeRequest),
    upvotes: countAwards(mergeRequest.awards, "thumbsup"),
    downvotes: countAwards(mergeRequest.awards, "thumbsdown"),
    author: basicUser(world, mergeRequest.author),
    assignees: mergeRequest.assignees.map((user) => basicUser(world, user)),
    assignee: userOrNull(world, mergeRequest.assignees[0]),
    reviewers: mergeRequest.reviewers.map(({ user }) => basicUser(world, user)),
    source_project_id: mergeRequest.sourceProject.id,
    target_project_id: mergeRequest.project.id,
    labels: labelsOf(mergeRequest.labels, options.withLabelsDetails === true),
    draft,
    imported: false,
    imported_from: "none",
    work_in_progress: draft,
    milestone: mergeRequest.milestone === undefined ? null : milestoneView(world, mergeRequest.milestone),
    merge_when_pipeline_succeeds: mergeRequest.mergeWhenPipelineSucceeds,
    merge_status: detailed === "conflict" ? "cannot_be_merged" : "can_be_merged",
    detailed_merge_status: detailed,
    merge_after: null,
    sha: mergeRequest.headSha,
    merge_commit_sha: mergeRequest.mergeCommitSha,
    squash_commit_sha: mergeRequest.squashCommitSha,
    discussion_locked: mergeRequest.discussionLocked,
    should_remove_source_branch: null,
    force_remove_source_branch: mergeRequest.removeSourceBranch,
    prepared_at: isoTime(mergeRequest.createdAt),
    reference: `!${mergeRequest.iid}`,
    references: references("!", mergeRequest.iid, mergeRequest.project.fullPath, options.isInProject === true),
    web_url: mergeRequestUrl(world, mergeRequest),
    time_stats: timeStats(mergeRequest),
    squash: mergeRequest.squash,
    squash_on_merge: mergeRequest.squash,
    task_completion_status: taskCompletion(mergeRequest),
    has_conflicts: detailed === "conflict",
    blocking_discussions_resolved: areThreadsResolved(mergeRequest),
    approvals_before_merge: null,
  };
}

/** One merge request with all there is. */
export function wholeMergeRequest(
  world: World,
  mergeRequest: MergeRequest,
  user: User | undefined,
  changesCount: number,
): Record<string, unknown> {
  const pipeline = headPipeline(mergeRequest);
  return {
    ...mergeRequestView(world, mergeRequest, { isInProject: true }),
    subscribed: user !== undefined && isSubscribed(mergeRequest, user),
    changes_count: changesCount === 0 ? null : String(changesCount),
    latest_build_started_at: isoTime(pipeline?.startedAt ?? null),
    latest_build_finished_at: isoTime(pipeline?.finishedAt ?? null),
    first_deployed_to_production_at: null,
    pipeline: pipeline === undefined ? null : basicPipeline(world, pipeline),
    head_pipeline: pipeline === undefined ? null : pipelineView(world, pipeline),
    diff_refs: {
      base_sha: mergeRequest.baseSha,
      head_sha: mergeRequest.headSha,
      start_sha: mergeRequest.startSha,
    },
    merge_error: mergeRequest.mergeError,
    first_contribution: false,
    user: { can_merge: user !== undefined && headsOf(mergeRequest) !== undefined },
  };
}

function isSubscribed(mergeRequest: MergeRequest, user: User): boolean {
  const isTheirs = mergeRequest.author === user || mergeRequest.assignees.includes(user);
  return mergeRequest.subscriptions.get(user.id) ?? isTheirs;
}
