/** Opening, changing and closing issues. */
import type { Epic } from "../model/epic.ts";
import type { Issue, IssueType } from "../model/issue.ts";
import type { Iteration } from "../model/iteration.ts";
import type { Label } from "../model/label.ts";
import type { Milestone } from "../model/milestone.ts";
import type { Project } from "../model/project.ts";
import type { User } from "../model/user.ts";
import { takeId, takeIid, type Session } from "../model/world.ts";
import { emitIssue } from "../webhooks/issue-body.ts";
import { recordActivity } from "./activities.ts";
import { checkTitle, isThereAlready, recordLabelChanges, recordMilestoneChange, recordState } from "./issuables.ts";
import { systemNote } from "./notes.ts";
import { addTodos } from "./todos.ts";

/** What an issue has beside its title. Undefined leaves it as it is. */
export interface IssueFields {
  description?: string | null | undefined;
  type?: IssueType | undefined;
  assignees?: User[] | undefined;
  labels?: Label[] | undefined;
  /** null: none. */
  milestone?: Milestone | null | undefined;
  iteration?: Iteration | null | undefined;
  epic?: Epic | null | undefined;
  weight?: number | null | undefined;
  healthStatus?: Issue["healthStatus"] | undefined;
  severity?: Issue["severity"] | undefined;
  dueDate?: string | null | undefined;
  startDate?: string | null | undefined;
  confidential?: boolean | undefined;
  discussionLocked?: boolean | null | undefined;
  timeEstimate?: number | undefined;
  timeSpent?: number | undefined;
}

export interface NewIssue extends IssueFields {
  title: string;
  id?: number | undefined;
  iid?: number | undefined;
  createdAt?: number | undefined;
}

export function createIssue(session: Session, project: Project, given: NewIssue): Issue {
  const { world, user } = session;
  checkTitle(given.title);
  const createdAt = given.createdAt ?? world.now();
  const issue: Issue = {
    kind: "Issue",
    id: takeId(world, "issue", given.id),
    iid: takeIid(project, "issue", given.iid),
    project,
    title: given.title,
    description: given.description ?? null,
    state: "opened",
    type: given.type ?? "issue",
    author: user,
    assignees: given.assignees ?? [],
    labels: given.labels ?? [],
    milestone: given.milestone ?? undefined,
    iteration: given.iteration ?? undefined,
    epic: undefined,
    weight: given.weight ?? null,
    healthStatus: given.healthStatus ?? null,
    severity: given.severity ?? "unknown",
    dueDate: given.dueDate ?? null,
    startDate: given.startDate ?? null,
    confidential: given.confidential ?? false,
    discussionLocked: null,
    movedTo: undefined,
    duplicatedTo: undefined,
    links: [],
    relativePosition: 0,
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
  issue.relativePosition = issue.iid * 513;
  project.issues.set(issue.iid, issue);
  world.issues.set(issue.id, issue);
  recordLabelChanges(session, issue, [], issue.labels);
  recordMilestoneChange(session, issue, undefined, issue.milestone);
  if (issue.assignees.length > 0) systemNote(session, issue, `assigned to ${mentions(issue.assignees)}`);
  addTodos(session, issue, issue.assignees, "assigned");
  if (given.epic !== undefined && given.epic !== null) putIntoEpic(session, issue, given.epic);
  recordActivity(session, { project, action: "opened", target: issue, title: issue.title });
  emitIssue(session, issue, "open", undefined);
  return issue;
}

/** "@mara and @tomas" */
export function mentions(users: readonly User[]): string {
  const names = users.map(({ username }) => `@${username}`);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Changes what is given and sends one event; none when it is told to have the labels and assignees that it has. */
export function updateIssue(session: Session, issue: Issue, given: IssueFields & { title?: string | undefined }): void {
  if (isThereAlready(issue, given)) return;
  const { world, user } = session;
  const before = { ...issue };
  if (given.title !== undefined) setTitle(session, issue, given.title);
  if (given.description !== undefined) setDescription(session, issue, given.description);
  if (given.assignees !== undefined) setAssignees(session, issue, given.assignees);
  if (given.labels !== undefined) {
    issue.labels = given.labels;
    recordLabelChanges(session, issue, before.labels, issue.labels);
  }
  if (given.milestone !== undefined) {
    issue.milestone = given.milestone ?? undefined;
    recordMilestoneChange(session, issue, before.milestone, issue.milestone);
  }
  if (given.iteration !== undefined) setIteration(session, issue, given.iteration ?? undefined);
  if (given.epic !== undefined) putIntoEpic(session, issue, given.epic);
  setPlain(session, issue, given);
  if (isDifferent(before, issue)) {
    issue.updatedAt = world.now();
    issue.updatedBy = user;
  }
  emitIssue(session, issue, "update", before);
}

function setTitle(session: Session, issue: Issue, title: string): void {
  checkTitle(title);
  if (title === issue.title) return;
  systemNote(session, issue, `changed title from **{-${issue.title}-}** to **{+${title}+}**`);
  issue.title = title;
}

function setDescription(session: Session, issue: Issue, description: string | null): void {
  if (description === issue.description) return;
  issue.description = description;
  issue.lastEditedAt = session.world.now();
  issue.lastEditedBy = session.user;
  systemNote(session, issue, "changed the description");
}

function setAssignees(session: Session, issue: Issue, assignees: User[]): void {
  const added = assignees.filter((user) => !issue.assignees.includes(user));
  const removed = issue.assignees.filter((user) => !assignees.includes(user));
  issue.assignees = assignees;
  const parts = [
    ...(added.length > 0 ? [`assigned to ${mentions(added)}`] : []),
    ...(removed.length > 0 ? [`unassigned ${mentions(removed)}`] : []),
  ];
  if (parts.length > 0) systemNote(session, issue, parts.join(" and "));
  addTodos(session, issue, added, "assigned");
}

function setIteration(session: Session, issue: Issue, iteration: Iteration | undefined): void {
  if (iteration === issue.iteration) return;
  const { world, user } = session;
  const changed = iteration ?? issue.iteration;
  issue.iteration = iteration;
  issue.resourceEvents.push({
    id: takeId(world, "iteration event", undefined),
    about: "iteration",
    user,
    createdAt: world.now(),
    action: iteration === undefined ? "remove" : "add",
    iterationId: changed!.id,
  });
}

function setPlain(session: Session, issue: Issue, given: IssueFields): void {
  const { world, user } = session;
  if (given.weight !== undefined && given.weight !== issue.weight) {
    issue.weight = given.weight;
    const id = takeId(world, "weight event", undefined);
    issue.resourceEvents.push({
      id,
      about: "weight",
      user,
      createdAt: world.now(),
      action: undefined,
      weight: given.weight,
    });
  }
  if (given.dueDate !== undefined && given.dueDate !== issue.dueDate) {
    issue.dueDate = given.dueDate;
    systemNote(
      session,
      issue,
      given.dueDate === null ? "removed due date" : `changed due date to ${longDate(given.dueDate)}`,
    );
  }
  if (given.confidential !== undefined && given.confidential !== issue.confidential) {
    issue.confidential = given.confidential;
    systemNote(session, issue, `made the issue ${given.confidential ? "confidential" : "visible to everyone"}`);
  }
  if (given.discussionLocked !== undefined && given.discussionLocked !== issue.discussionLocked) {
    issue.discussionLocked = given.discussionLocked;
    systemNote(
      session,
      issue,
      `${given.discussionLocked === true ? "locked" : "unlocked"} the discussion in this issue`,
    );
  }
  if (given.startDate !== undefined) issue.startDate = given.startDate;
  if (given.healthStatus !== undefined) issue.healthStatus = given.healthStatus;
  if (given.severity !== undefined) issue.severity = given.severity;
  if (given.type !== undefined) issue.type = given.type;
  if (given.timeEstimate !== undefined) issue.timeEstimate = given.timeEstimate;
  if (given.timeSpent !== undefined) issue.timeSpent = Math.max(0, given.timeSpent);
}

/** "November 30, 2026" */
function longDate(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
}

function isDifferent(before: Issue, after: Issue): boolean {
  return (Object.keys(after) as (keyof Issue)[]).some((key) => {
    const [was, is] = [before[key], after[key]];
    if (was === is) return false;
    if (!Array.isArray(was) || !Array.isArray(is)) return true;
    return was.length !== is.length || was.some((item, i) => item !== is[i]);
  });
}

/** Moves an issue into an epic, or out of the one it is in. */
export function putIntoEpic({ world }: Session, issue: Issue, epic: Epic | null): void {
  if (issue.epic === (epic ?? undefined)) return;
  if (issue.epic !== undefined) issue.epic.issues = issue.epic.issues.filter((entry) => entry.issue !== issue);
  issue.epic = epic ?? undefined;
  if (epic === null) return;
  const id = takeId(world, "epic issue", undefined);
  epic.issues = [...epic.issues, { id, issue, relativePosition: id * 500 }];
}

/** Does nothing when it is closed already. */
export function closeIssue(session: Session, issue: Issue): void {
  if (issue.state === "closed") return;
  const before = { ...issue };
  const { world, user } = session;
  Object.assign(issue, {
    state: "closed",
    closedAt: world.now(),
    closedBy: user,
    updatedAt: world.now(),
    updatedBy: user,
  });
  recordState(session, issue, "closed");
  recordActivity(session, { project: issue.project, action: "closed", target: issue, title: issue.title });
  emitIssue(session, issue, "close", before);
}

/** Does nothing when it is open already. */
export function reopenIssue(session: Session, issue: Issue): void {
  if (issue.state === "opened") return;
  const before = { ...issue };
  const { world, user } = session;
  Object.assign(issue, {
    state: "opened",
    closedAt: null,
    closedBy: undefined,
    updatedAt: world.now(),
    updatedBy: user,
  });
  recordState(session, issue, "reopened");
  recordActivity(session, { project: issue.project, action: "reopened", target: issue, title: issue.title });
  emitIssue(session, issue, "reopen", before);
}
