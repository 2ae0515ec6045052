/** Issues as REST answers show them. */
import { countAwards } from "../model/award.ts";
import { countTasks } from "../model/issuable.ts";
import type { Issue } from "../model/issue.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { countUserNotes, references, taskCompletion, timeStats } from "./issuable-parts.ts";
import { labelsOf } from "./label-view.ts";
import { iterationView, milestoneView } from "./milestone-view.ts";
import { dayOf, isoTime } from "./times.ts";
import { apiUrl, epicUrl, issueUrl } from "./urls.ts";
import { basicUser, userOrNull } from "./user-view.ts";

export interface IssueViewOptions {
  user: User | undefined;
  withLabelsDetails?: boolean;
  /** Asked for in its project: the reference is "#7". */
  isInProject?: boolean;
  /** One issue, not a list: whether the user is subscribed is told. */
  isSingle?: boolean;
}

export function issueView(world: World, issue: Issue, options: IssueViewOptions): Record<string, unknown> {
  const assignees = issue.assignees.map((user) => basicUser(world, user));
  const tasks = countTasks(issue.description);
  const self = apiUrl(world, `projects/${issue.project.id}/issues/${issue.iid}`);
  return {
    id: issue.id,
    iid: issue.iid,
    project_id: issue.project.id,
    title: issue.title,
    description: issue.description,
    state: issue.state,
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    closed_at: isoTime(issue.closedAt),
    closed_by: userOrNull(world, issue.closedBy),
    labels: labelsOf(issue.labels, options.withLabelsDetails === true),
    milestone: issue.milestone === undefined ? null : milestoneView(world, issue.milestone),
    assignees,
    author: basicUser(world, issue.author),
    type: issue.type.toUpperCase(),
    assignee: issue.assignees[0] === undefined ? null : basicUser(world, issue.assignees[0]),
    user_notes_count: countUserNotes(issue),
    merge_requests_count: countClosingMergeRequests(issue),
    upvotes: countAwards(issue.awards, "thumbsup"),
    downvotes: countAwards(issue.awards, "thumbsdown"),
    start_date: issue.startDate,
    due_date: issue.dueDate,
    confidential: issue.confidential,
    discussion_locked: issue.discussionLocked,
    issue_type: issue.type,
    web_url: issueUrl(world, issue),
    time_stats: timeStats(issue),
    task_completion_status: taskCompletion(issue),
    weight: issue.weight,
    blocking_issues_count: issue.links.filter(({ type, source }) => type === "blocks" && source === issue).length,
    has_tasks: tasks.count > 0,
    ...(tasks.count > 0 && {
      task_status: `${tasks.completed} of ${tasks.count} checklist ${tasks.count === 1 ? "item" : "items"} completed`,
    }),
    _links: {
      self,
      notes: `${self}/notes`,
      award_emoji: `${self}/award_emoji`,
      project: apiUrl(world, `projects/${issue.project.id}`),
      closed_as_duplicate_of:
        issue.duplicatedTo === undefined
          ? null
          : apiUrl(world, `projects/${issue.duplicatedTo.project.id}/issues/${issue.duplicatedTo.iid}`),
    },
    references: references("#", issue.iid, issue.project.fullPath, options.isInProject === true),
    severity: issue.severity.toUpperCase(),
    ...(options.isSingle === true && { subscribed: isSubscribed(issue, options.user) }),
    moved_to_id: issue.movedTo?.id ?? null,
    imported: false,
    imported_from: "none",
    service_desk_reply_to: null,
    epic_iid: issue.epic?.iid ?? null,
    epic: epicOf(world, issue),
    iteration: issue.iteration === undefined ? null : iterationView(world, issue.iteration),
    health_status: issue.healthStatus,
  };
}

function isSubscribed(issue: Issue, user: User | undefined): boolean {
  if (user === undefined) return false;
  return issue.subscriptions.get(user.id) ?? (issue.author === user || issue.assignees.includes(user));
}

/** Merge requests of the project that say that they close the issue. */
function countClosingMergeRequests(issue: Issue): number {
  let count = 0;
  for (const { description } of issue.project.mergeRequests.values()) {
    if (description?.includes(`#${issue.iid}`) === true) count++;
  }
  return count;
}

function epicOf(world: World, { epic }: Issue): Record<string, unknown> | null {
  if (epic === undefined) return null;
  const { dueDate } = epic;
  return {
    id: epic.id,
    iid: epic.iid,
    title: epic.title,
    url: new URL(epicUrl(world, epic)).pathname,
    group_id: epic.group.id,
    human_readable_end_date: dueDate,
    human_readable_timestamp: dueDate === null || dueDate >= dayOf(world.now()) ? null : "Past due",
  };
}
