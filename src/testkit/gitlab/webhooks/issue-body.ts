/** Bodies of issue events. */
import type { Issue } from "../model/issue.ts";
import type { Session, World } from "../model/world.ts";
import { hookTime, humanDuration } from "../views/times.ts";
import { issueUrl } from "../views/urls.ts";
import { changesBetween, hookLabel, hookProject, hookRepository, hookUser } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { triggers } from "./triggers.ts";

export type IssueAction = "open" | "update" | "close" | "reopen";

/** Sends an issue event. `before` is the issue as it was, for `changes`; undefined when it is new. */
export function emitIssue(session: Session, issue: Issue, action: IssueAction, before: Issue | undefined): void {
  const trigger = issue.confidential ? triggers.confidential_issues_events : triggers.issues_events;
  emit(session.world, issue.project, trigger, () => issueBody(session, issue, action, before));
}

export function issueBody(
  { world, user }: Session,
  issue: Issue,
  action: IssueAction,
  before: Issue | undefined,
): Record<string, unknown> {
  const kind = issue.type === "issue" ? "issue" : "work_item";
  const labels = issue.labels.map(hookLabel);
  return {
    object_kind: kind,
    event_type: issue.confidential ? `confidential_${kind}` : kind,
    user: hookUser(user),
    project: hookProject(world, issue.project),
    object_attributes: { ...hookIssue(world, issue), action },
    labels,
    changes: changesOf(issue, before),
    repository: hookRepository(world, issue.project),
    ...(issue.assignees.length > 0 && { assignees: issue.assignees.map(hookUser) }),
  };
}

/** An issue inside of bodies. */
export function hookIssue(world: World, issue: Issue): Record<string, unknown> {
  return {
    author_id: issue.author.id,
    closed_at: hookTime(issue.closedAt),
    confidential: issue.confidential,
    created_at: hookTime(issue.createdAt),
    description: issue.description,
    discussion_locked: issue.discussionLocked,
    due_date: issue.dueDate,
    id: issue.id,
    iid: issue.iid,
    last_edited_at: hookTime(issue.lastEditedAt),
    last_edited_by_id: issue.lastEditedBy?.id ?? null,
    milestone_id: issue.milestone?.id ?? null,
    moved_to_id: issue.movedTo?.id ?? null,
    duplicated_to_id: issue.duplicatedTo?.id ?? null,
    project_id: issue.project.id,
    relative_position: issue.relativePosition,
    state_id: stateId(issue),
    time_estimate: issue.timeEstimate,
    title: issue.title,
    updated_at: hookTime(issue.updatedAt),
    updated_by_id: issue.updatedBy?.id ?? null,
    weight: issue.weight,
    health_status: issue.healthStatus,
    type: typeNames[issue.type],
    url: issueUrl(world, issue),
    total_time_spent: issue.timeSpent,
    time_change: 0,
    human_total_time_spent: humanDuration(issue.timeSpent),
    human_time_change: null,
    human_time_estimate: humanDuration(issue.timeEstimate),
    assignee_ids: issue.assignees.map(({ id }) => id),
    assignee_id: issue.assignees[0]?.id ?? null,
    labels: issue.labels.map(hookLabel),
    state: issue.state,
    severity: issue.severity,
    customer_relations_contacts: [],
  };
}

const typeNames = { issue: "Issue", incident: "Incident", test_case: "Test Case", task: "Task" } as const;

function stateId({ state }: Issue): number {
  return state === "opened" ? 1 : 2;
}

function changesOf(issue: Issue, before: Issue | undefined): Record<string, unknown> {
  if (before !== undefined) return changesBetween(comparedFields(before), comparedFields(issue));
  const created = {
    author_id: issue.author.id,
    created_at: hookTime(issue.createdAt),
    description: issue.description,
    id: issue.id,
    iid: issue.iid,
    project_id: issue.project.id,
    title: issue.title,
    updated_at: hookTime(issue.updatedAt),
  };
  return changesBetween({}, created);
}

function comparedFields(issue: Issue): Record<string, unknown> {
  return {
    closed_at: hookTime(issue.closedAt),
    confidential: issue.confidential,
    description: issue.description,
    discussion_locked: issue.discussionLocked,
    due_date: issue.dueDate,
    health_status: issue.healthStatus,
    last_edited_at: hookTime(issue.lastEditedAt),
    last_edited_by_id: issue.lastEditedBy?.id ?? null,
    milestone_id: issue.milestone?.id ?? null,
    severity: issue.severity,
    start_date: issue.startDate,
    state_id: stateId(issue),
    sprint_id: issue.iteration?.id ?? null,
    time_estimate: issue.timeEstimate,
    title: issue.title,
    total_time_spent: issue.timeSpent,
    type: typeNames[issue.type],
    updated_at: hookTime(issue.updatedAt),
    updated_by_id: issue.updatedBy?.id ?? null,
    weight: issue.weight,
    labels: issue.labels.map(hookLabel),
    assignees: issue.assignees.map(hookUser),
  };
}
