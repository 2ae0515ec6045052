/** Bodies of merge request events. */
import { headPipeline, isDraft, type MergeRequest } from "../model/merge-request.ts";
import type { Session, World } from "../model/world.ts";
import { detailedMergeStatus } from "../model/mergeability.ts";
import { hookTime, humanDuration } from "../views/times.ts";
import { mergeRequestUrl } from "../views/urls.ts";
import { changesBetween, hookCommit, hookLabel, hookProject, hookRepository, hookUser } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { triggers } from "./triggers.ts";

export type MergeRequestAction =
  | "open"
  | "update"
  | "close"
  | "reopen"
  | "merge"
  | "approval"
  | "approved"
  | "unapproval"
  | "unapproved";

interface MergeRequestEvent {
  action: MergeRequestAction;
  /** The merge request as it was; undefined when it is new. */
  before: MergeRequest | undefined;
  /** The head before a push. */
  oldrev?: string;
  /** GitLab did it by itself. */
  systemAction?: string;
}

export function emitMergeRequest(session: Session, mergeRequest: MergeRequest, event: MergeRequestEvent): void {
  emit(session.world, mergeRequest.project, triggers.merge_requests_events, () =>
    mergeRequestBody(session, mergeRequest, event),
  );
}

export function mergeRequestBody(
  { world, user }: Session,
  mergeRequest: MergeRequest,
  event: MergeRequestEvent,
): Record<string, unknown> {
  return {
    object_kind: "merge_request",
    event_type: "merge_request",
    user: hookUser(user),
    project: hookProject(world, mergeRequest.project),
    object_attributes: {
      ...hookMergeRequest(world, mergeRequest),
      system: event.systemAction !== undefined,
      ...(event.systemAction !== undefined && { system_action: event.systemAction }),
      action: event.action,
      ...(event.oldrev !== undefined && { oldrev: event.oldrev }),
    },
    labels: mergeRequest.labels.map(hookLabel),
    changes: changesOf(mergeRequest, event.before),
    repository: hookRepository(world, mergeRequest.project),
    ...(mergeRequest.assignees.length > 0 && { assignees: mergeRequest.assignees.map(hookUser) }),
    ...(mergeRequest.reviewers.length > 0 && { reviewers: reviewersOf(mergeRequest) }),
  };
}

/** A merge request inside of bodies. */
export function hookMergeRequest(world: World, mergeRequest: MergeRequest): Record<string, unknown> {
  const { project, sourceProject } = mergeRequest;
  const head = sourceProject.repository.commits.get(mergeRequest.headSha);
  const detailed = detailedMergeStatus(mergeRequest);
  const draft = isDraft(mergeRequest.title);
  return {
    assignee_id: mergeRequest.assignees[0]?.id ?? null,
    author_id: mergeRequest.author.id,
    created_at: hookTime(mergeRequest.createdAt),
    description: mergeRequest.description,
    draft,
    head_pipeline_id: headPipeline(mergeRequest)?.id ?? null,
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    last_edited_at: hookTime(mergeRequest.lastEditedAt),
    last_edited_by_id: mergeRequest.lastEditedBy?.id ?? null,
    merge_commit_sha: mergeRequest.mergeCommitSha,
    merge_error: mergeRequest.mergeError,
    merge_params: { force_remove_source_branch: mergeRequest.removeSourceBranch === true ? "1" : "0" },
    merge_status: mergeStatus(mergeRequest, detailed),
    merge_user_id: mergeRequest.mergedBy?.id ?? null,
    merge_when_pipeline_succeeds: mergeRequest.mergeWhenPipelineSucceeds,
    milestone_id: mergeRequest.milestone?.id ?? null,
    source_branch: mergeRequest.sourceBranch,
    source_project_id: sourceProject.id,
    state_id: stateIds[mergeRequest.state],
    target_branch: mergeRequest.targetBranch,
    target_project_id: project.id,
    time_estimate: mergeRequest.timeEstimate,
    title: mergeRequest.title,
    updated_at: hookTime(mergeRequest.updatedAt),
    updated_by_id: mergeRequest.updatedBy?.id ?? null,
    prepared_at: hookTime(mergeRequest.createdAt),
    assignee_ids: mergeRequest.assignees.map(({ id }) => id),
    blocking_discussions_resolved: detailed !== "discussions_not_resolved",
    detailed_merge_status: detailed,
    first_contribution: false,
    human_time_change: null,
    human_time_estimate: humanDuration(mergeRequest.timeEstimate),
    human_total_time_spent: humanDuration(mergeRequest.timeSpent),
    labels: mergeRequest.labels.map(hookLabel),
    last_commit: head === undefined ? null : hookCommit(world, sourceProject, head),
    reviewer_ids: mergeRequest.reviewers.map(({ user }) => user.id),
    source: hookProject(world, sourceProject),
    state: mergeRequest.state,
    target: hookProject(world, project),
    time_change: 0,
    total_time_spent: mergeRequest.timeSpent,
    url: mergeRequestUrl(world, mergeRequest),
    work_in_progress: draft,
    approval_rules: [],
  };
}

const stateIds = { opened: 1, closed: 2, merged: 3, locked: 4 } as const;

function mergeStatus({ state }: MergeRequest, detailed: string): string {
  if (state === "merged") return "can_be_merged";
  return detailed === "conflict" ? "cannot_be_merged" : "can_be_merged";
}

function reviewersOf({ reviewers }: MergeRequest): Record<string, unknown>[] {
  return reviewers.map(({ user, state }) => ({ ...hookUser(user), state, re_requested: false }));
}

function changesOf(mergeRequest: MergeRequest, before: MergeRequest | undefined): Record<string, unknown> {
  if (before !== undefined) return changesBetween(comparedFields(before), comparedFields(mergeRequest));
  const created = {
    author_id: mergeRequest.author.id,
    created_at: hookTime(mergeRequest.createdAt),
    description: mergeRequest.description,
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    source_branch: mergeRequest.sourceBranch,
    source_project_id: mergeRequest.sourceProject.id,
    target_branch: mergeRequest.targetBranch,
    target_project_id: mergeRequest.project.id,
    title: mergeRequest.title,
    updated_at: hookTime(mergeRequest.updatedAt),
  };
  return changesBetween({}, created);
}

function comparedFields(mergeRequest: MergeRequest): Record<string, unknown> {
  return {
    description: mergeRequest.description,
    discussion_locked: mergeRequest.discussionLocked,
    draft: isDraft(mergeRequest.title),
    last_edited_at: hookTime(mergeRequest.lastEditedAt),
    last_edited_by_id: mergeRequest.lastEditedBy?.id ?? null,
    merge_commit_sha: mergeRequest.mergeCommitSha,
    merge_user_id: mergeRequest.mergedBy?.id ?? null,
    milestone_id: mergeRequest.milestone?.id ?? null,
    state_id: stateIds[mergeRequest.state],
    target_branch: mergeRequest.targetBranch,
    time_estimate: mergeRequest.timeEstimate,
    title: mergeRequest.title,
    total_time_spent: mergeRequest.timeSpent,
    updated_at: hookTime(mergeRequest.updatedAt),
    updated_by_id: mergeRequest.updatedBy?.id ?? null,
    labels: mergeRequest.labels.map(hookLabel),
    assignees: mergeRequest.assignees.map(hookUser),
    reviewers: reviewersOf(mergeRequest),
  };
}
