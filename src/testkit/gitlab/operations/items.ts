/** Changes that issues and merge requests have in common, whichever it is. */
import type { Issue } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { User } from "../model/user.ts";
import type { Session } from "../model/world.ts";
import { closeIssue, reopenIssue, updateIssue, type IssueFields } from "./issues.ts";
import { closeMergeRequest, reopenMergeRequest, updateMergeRequest } from "./merge-requests.ts";

/** Fields of both; those that only issues have are left out of a merge request's change. */
type ItemFields = IssueFields & { title?: string; reviewers?: User[] };

export function changeItem(session: Session, item: Issue | MergeRequest, { reviewers, ...fields }: ItemFields): void {
  if (item.kind === "Issue") return updateIssue(session, item, fields);
  const { title, description, assignees, labels, milestone, discussionLocked, timeEstimate, timeSpent } = fields;
  const shared = { title, description, assignees, labels, milestone, discussionLocked, timeEstimate, timeSpent };
  updateMergeRequest(session, item, { ...shared, reviewers });
}

export function closeItem(session: Session, item: Issue | MergeRequest): void {
  if (item.kind === "Issue") closeIssue(session, item);
  else closeMergeRequest(session, item);
}

export function reopenItem(session: Session, item: Issue | MergeRequest): void {
  if (item.kind === "Issue") reopenIssue(session, item);
  else reopenMergeRequest(session, item);
}
