/** Opening, changing, approving and merging merge requests. */
import type { Issue } from "../model/issue.ts";
import type { Label } from "../model/label.ts";
import { closingReferences } from "../model/closing.ts";
import { isRelated } from "../model/related.ts";
import { headsOf } from "../model/mergeability.ts";
import type { MergeRequest, Reviewer } from "../model/merge-request.ts";
import type { Milestone } from "../model/milestone.ts";
import type { Project } from "../model/project.ts";
import { history, mergeBase, type Commit } from "../model/repository.ts";
import type { User } from "../model/user.ts";
import { takeId, takeIid, type Session } from "../model/world.ts";
import { emitMergeRequest } from "../webhooks/merge-request-body.ts";
import { recordActivity } from "./activities.ts";
import { checkTitle, isThereAlready, recordLabelChanges, recordMilestoneChange, recordState } from "./issuables.ts";
import { closeIssue, mentions } from "./issues.ts";
import { systemNote } from "./notes.ts";
import { invalid, Refusal } from "./refusal.ts";
import { addTodos } from "./todos.ts";

/** Undefined leaves it as it is. */
export interface MergeRequestFields {
  description?: string | null | undefined;
  assignees?: User[] | undefined;
  reviewers?: User[] | undefined;
  labels?: Label[] | undefined;
  milestone?: Milestone | null | undefined;
  discussionLocked?: boolean | null | undefined;
  squash?: boolean | undefined;
  removeSourceBranch?: boolean | undefined;
  allowCollaboration?: boolean | undefined;
  targetBranch?: string | undefined;
  timeEstimate?: number | undefined;
  timeSpent?: number | undefined;
}

export interface NewMergeRequest extends MergeRequestFields {
  title: string;
  sourceProject: Project;
  sourceBranch: string;
  targetBranch: string;
  id?: number | undefined;
  iid?: number | undefined;
  createdAt?: number | undefined;
  approvalsRequired?: number | undefined;
}

/** Throws 400 for branches that are the same or not there, and 409 for a second one between the same branches. */
export function createMergeRequest(session: Session, project: Project, given: NewMergeRequest): MergeRequest {
  const { world, user } = session;
  checkTitle(given.title);
  checkBranches(project, given);
  const createdAt = given.createdAt ?? world.now();
  const mergeRequest: MergeRequest = {
    kind: "MergeRequest",
    id: takeId(world, "merge request", given.id),
    iid: takeIid(project, "merge request", given.iid),
    project,
    sourceProject: given.sourceProject,
    sourceBranch: given.sourceBranch,
    targetBranch: given.targetBranch,
    title: given.title,
    description: given.description ?? null,
    state: "opened",
    author: user,
    assignees: given.assignees ?? [],
    reviewers: (given.reviewers ?? []).map((reviewer) => newReviewer(session, reviewer)),
    approvals: [],
    approvalsRequired: given.approvalsRequired ?? project.settings.approvals_before_merge,
    labels: given.labels ?? [],
    milestone: given.milestone ?? undefined,
    discussionLocked: null,
    headSha: "",
    baseSha: "",
    startSha: "",
    squash: given.squash ?? false,
    allowCollaboration: given.allowCollaboration ?? false,
    removeSourceBranch: given.removeSourceBranch ?? null,
    mergeWhenPipelineSucceeds: false,
    autoMergeUser: undefined,
    mergeError: null,
    mergeCommitSha: null,
    squashCommitSha: null,
    mergedBy: undefined,
    mergedAt: null,
    pipelines: [],
    notes: [],
    awards: [],
    resourceEvents: [],
    subscriptions: new Map(),
    timeEstimate: given.timeEstimate ?? 0,
    timeSpent: given.timeSpent ?? 0,
    createdAt,
    updatedAt: createdAt,
    closedAt: null,
    closedBy: undefined,
    lastEditedAt: null,
    lastEditedBy: undefined,
    updatedBy: undefined,
  };
  compareBranches(mergeRequest);
  mergeRequest.pipelines = [...given.sourceProject.pipelines.values()].filter(({ ref }) => ref === given.sourceBranch);
  project.mergeRequests.set(mergeRequest.iid, mergeRequest);
  world.mergeRequests.set(mergeRequest.id, mergeRequest);
  recordLabelChanges(session, mergeRequest, [], mergeRequest.labels);
  recordMilestoneChange(session, mergeRequest, undefined, mergeRequest.milestone);
  addTodos(session, mergeRequest, mergeRequest.assignees, "assigned");
  addTodos(session, mergeRequest, given.reviewers ?? [], "review_requested");
  recordActivity(session, { project, action: "opened", target: mergeRequest, title: mergeRequest.title });
  emitMergeRequest(session, mergeRequest, { action: "open", before: undefined });
  return mergeRequest;
}

function newReviewer({ world }: Session, user: User): Reviewer {
  return { user, state: "unreviewed", createdAt: world.now() };
}

function checkBranches(project: Project, given: NewMergeRequest): void {
  const { sourceProject, sourceBranch, targetBranch } = given;
  const problems: string[] = [];
  if (!sourceProject.repository.branches.has(sourceBranch))
    problems.push(`Source branch "${sourceBranch}" does not exist`);
  if (!project.repository.branches.has(targetBranch)) problems.push(`Target branch "${targetBranch}" does not exist`);
  if (problems.length > 0) throw new Refusal(400, { message: problems });
  if (sourceProject === project && sourceBranch === targetBranch) {
    throw invalid({ branch_conflict: ["You can't use same project/branch for source and target"] });
  }
  for (const other of project.mergeRequests.values()) {
    const isSame =
      other.sourceProject === sourceProject &&
      other.sourceBranch === sourceBranch &&
      other.targetBranch === targetBranch;
    if (!isSame || other.state !== "opened") continue;
    throw new Refusal(409, {
      message: [`Another open merge request already exists for this source branch: !${other.iid}`],
    });
  }
}

/** Notes the commits that the merge request is about. */
export function compareBranches(mergeRequest: MergeRequest): void {
  const heads = headsOf(mergeRequest);
  if (heads === undefined) return;
  const { source, target } = heads;
  mergeRequest.headSha = source.sha;
  mergeRequest.startSha = target.sha;
  mergeRequest.baseSha = mergeBase(mergeRequest.sourceProject.repository, source, target)?.sha ?? "";
}

/** Changes what is given and sends one event, also when nothing is different. */
export function updateMergeRequest(
  session: Session,
  mergeRequest: MergeRequest,
  given: MergeRequestFields & { title?: string | undefined },
): void {
  if (isThereAlready(mergeRequest, given)) return;
  const before = { ...mergeRequest };
  setTexts(session, mergeRequest, given);
  if (given.assignees !== undefined) {
    const added = given.assignees.filter((user) => !before.assignees.includes(user));
    mergeRequest.assignees = given.assignees;
    if (added.length > 0) systemNote(session, mergeRequest, `assigned to ${mentions(added)}`);
    addTodos(session, mergeRequest, added, "assigned");
  }
  if (given.reviewers !== undefined) setReviewers(session, mergeRequest, given.reviewers);
  if (given.labels !== undefined) {
    mergeRequest.labels = given.labels;
    recordLabelChanges(session, mergeRequest, before.labels, mergeRequest.labels);
  }
  if (given.milestone !== undefined) {
    mergeRequest.milestone = given.milestone ?? undefined;
    recordMilestoneChange(session, mergeRequest, before.milestone, mergeRequest.milestone);
  }
  if (given.discussionLocked !== undefined) mergeRequest.discussionLocked = given.discussionLocked;
  if (given.squash !== undefined) mergeRequest.squash = given.squash;
  if (given.removeSourceBranch !== undefined) mergeRequest.removeSourceBranch = given.removeSourceBranch;
  if (given.allowCollaboration !== undefined) mergeRequest.allowCollaboration = given.allowCollaboration;
  if (given.timeEstimate !== undefined) mergeRequest.timeEstimate = given.timeEstimate;
  if (given.timeSpent !== undefined) mergeRequest.timeSpent = Math.max(0, given.timeSpent);
  if (given.targetBranch !== undefined) mergeRequest.targetBranch = given.targetBranch;
  if (given.targetBranch !== undefined) compareBranches(mergeRequest);
  mergeRequest.updatedAt = session.world.now();
  mergeRequest.updatedBy = session.user;
  emitMergeRequest(session, mergeRequest, { action: "update", before });
}

function setTexts(
  session: Session,
  mergeRequest: MergeRequest,
  given: { title?: string | undefined; description?: string | null | undefined },
): void {
  const { title, description } = given;
  if (title !== undefined && title !== mergeRequest.title) {
    checkTitle(title);
    systemNote(session, mergeRequest, `changed title from **{-${mergeRequest.title}-}** to **{+${title}+}**`);
    mergeRequest.title = title;
  }
  if (description === undefined || description === mergeRequest.description) return;
  mergeRequest.description = description;
  mergeRequest.lastEditedAt = session.world.now();
  mergeRequest.lastEditedBy = session.user;
  systemNote(session, mergeRequest, "changed the description");
}

function setReviewers(session: Session, mergeRequest: MergeRequest, users: User[]): void {
  const present = mergeRequest.reviewers;
  const added = users.filter((user) => !present.some((reviewer) => reviewer.user === user));
  mergeRequest.reviewers = users.map(
    (user) => present.find((reviewer) => reviewer.user === user) ?? newReviewer(session, user),
  );
  if (added.length > 0) systemNote(session, mergeRequest, `requested review from ${mentions(added)}`);
  addTodos(session, mergeRequest, added, "review_requested");
}

export function closeMergeRequest(session: Session, mergeRequest: MergeRequest): void {
  if (mergeRequest.state !== "opened") return;
  const before = { ...mergeRequest };
  const { world, user } = session;
  Object.assign(mergeRequest, {
    state: "closed",
    closedAt: world.now(),
    closedBy: user,
    updatedAt: world.now(),
    updatedBy: user,
  });
  recordState(session, mergeRequest, "closed");
  recordActivity(session, {
    project: mergeRequest.project,
    action: "closed",
    target: mergeRequest,
    title: mergeRequest.title,
  });
  emitMergeRequest(session, mergeRequest, { action: "close", before });
}

export function reopenMergeRequest(session: Session, mergeRequest: MergeRequest): void {
  if (mergeRequest.state !== "closed") return;
  const before = { ...mergeRequest };
  const { world, user } = session;
  Object.assign(mergeRequest, {
    state: "opened",
    closedAt: null,
    closedBy: undefined,
    updatedAt: world.now(),
    updatedBy: user,
  });
  compareBranches(mergeRequest);
  recordState(session, mergeRequest, "reopened");
  recordActivity(session, {
    project: mergeRequest.project,
    action: "reopened",
    target: mergeRequest,
    title: mergeRequest.title,
  });
  emitMergeRequest(session, mergeRequest, { action: "reopen", before });
}

/** Throws 401 for who has approved already, as GitLab does. */
export function approve(session: Session, mergeRequest: MergeRequest): void {
  const { world, user } = session;
  const hasApproved = mergeRequest.approvals.some((approval) => approval.user === user);
  if (mergeRequest.state !== "opened" || hasApproved) throw new Refusal(401, { message: "401 Unauthorized" });
  const before = { ...mergeRequest };
  mergeRequest.approvals = [...mergeRequest.approvals, { user, approvedAt: world.now() }];
  setReviewState(mergeRequest, user, "approved");
  systemNote(session, mergeRequest, "approved this merge request");
  recordActivity(session, {
    project: mergeRequest.project,
    action: "approved",
    target: mergeRequest,
    title: mergeRequest.title,
  });
  const isApproved = mergeRequest.approvals.length >= mergeRequest.approvalsRequired;
  emitMergeRequest(session, mergeRequest, { action: isApproved ? "approved" : "approval", before });
}

/** Throws 404 for who has not approved. */
export function unapprove(session: Session, mergeRequest: MergeRequest): void {
  const { user } = session;
  if (!mergeRequest.approvals.some((approval) => approval.user === user))
    throw new Refusal(404, { message: "404 Not Found" });
  const before = { ...mergeRequest };
  const wasApproved = mergeRequest.approvals.length >= mergeRequest.approvalsRequired;
  mergeRequest.approvals = mergeRequest.approvals.filter((approval) => approval.user !== user);
  setReviewState(mergeRequest, user, "unapproved");
  systemNote(session, mergeRequest, "unapproved this merge request");
  const isApproved =
    mergeRequest.approvals.length >= mergeRequest.approvalsRequired && mergeRequest.approvals.length > 0;
  emitMergeRequest(session, mergeRequest, { action: wasApproved && !isApproved ? "unapproved" : "unapproval", before });
}

function setReviewState(mergeRequest: MergeRequest, user: User, state: Reviewer["state"]): void {
  mergeRequest.reviewers = mergeRequest.reviewers.map((reviewer) =>
    reviewer.user === user ? { ...reviewer, state } : reviewer,
  );
}

/** The issues that a merge will close: those that the description or a commit says it closes. */
export function issuesToClose(mergeRequest: MergeRequest): Issue[] {
  const texts = [mergeRequest.description ?? "", ...commitsOf(mergeRequest).map(({ message }) => message)];
  const iids = new Set(texts.flatMap((text) => closingReferences(text)));
  return [...iids].flatMap((iid) => mergeRequest.project.issues.get(iid) ?? []);
}

/** Whether one names the other, in a title, a description, a comment or a commit. */
export function areRelated(issue: Issue, mergeRequest: MergeRequest): boolean {
  const messages = commitsOf(mergeRequest).map(({ message }) => message);
  return isRelated(issue, mergeRequest, messages);
}

/** The commits of the source branch that the target does not have, newest first. */
export function commitsOf({ sourceProject, headSha, baseSha }: MergeRequest): Commit[] {
  const { repository } = sourceProject;
  const head = repository.commits.get(headSha);
  const base = repository.commits.get(baseSha);
  if (head === undefined) return [];
  const known = new Set(base === undefined ? [] : history(repository, base).map(({ sha }) => sha));
  return history(repository, head).filter(({ sha }) => !known.has(sha));
}

/** What happens around a merge once the target branch has the commit. */
export function markMerged(
  session: Session,
  mergeRequest: MergeRequest,
  shas: { merge: string | null; squash: string | null },
): void {
  const before = { ...mergeRequest };
  const { world, user } = session;
  const closing = issuesToClose(mergeRequest);
  Object.assign(mergeRequest, {
    state: "merged",
    mergeCommitSha: shas.merge,
    squashCommitSha: shas.squash,
    mergedBy: user,
    mergedAt: world.now(),
    updatedAt: world.now(),
    updatedBy: user,
  });
  recordState(session, mergeRequest, "merged");
  recordActivity(session, {
    project: mergeRequest.project,
    action: "accepted",
    target: mergeRequest,
    title: mergeRequest.title,
  });
  emitMergeRequest(session, mergeRequest, { action: "merge", before });
  const { project, targetBranch } = mergeRequest;
  if (targetBranch !== project.repository.defaultBranch || !project.settings.autoclose_referenced_issues) return;
  for (const issue of closing) {
    systemNote(session, issue, `mentioned in merge request !${mergeRequest.iid}`);
    closeIssue(session, issue);
  }
}
