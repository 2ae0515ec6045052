/** /projects/:id/issues, /groups/:id/issues and /issues */
import { groupRole, projectRole, roles } from "../model/access.ts";
import type { Epic } from "../model/epic.ts";
import { projectsBelow } from "../model/group.ts";
import { issueTypes, type Issue } from "../model/issue.ts";
import type { Label } from "../model/label.ts";
import { groupOf, type Project } from "../model/project.ts";
import { closeIssue, createIssue, reopenIssue, updateIssue, type IssueFields } from "../operations/issues.ts";
import { moveIssue } from "../operations/move-issue.ts";
import { badParameter, badRequest, conflict, forbidden, notFound } from "../operations/refusal.ts";
import { page } from "../paging/keyset.ts";
import { applyQuickActions } from "../quick-actions/apply.ts";
import { separateQuickActions } from "../quick-actions/separate.ts";
import { issueView } from "../views/issue-view.ts";
import { basicUser } from "../views/user-view.ts";
import { created, del, get, noContent, ok, post, put, requireUser, sessionOf, type Answer, type Call } from "./call.ts";
import { assigneesOf, labelsOf, milestoneOf } from "./planning.ts";
import { canSeeIssue, findProject, groupOfCall, issueOf, projectOf } from "./found.ts";
import { checkIssueFilters, filterIssues } from "./issue-filters.ts";
import {
  bool,
  clearable,
  day,
  integer,
  integers,
  names,
  oneOf,
  optional,
  params,
  required,
  requireExclusive,
  requireOneOf,
  text,
  time,
} from "./params.ts";

export const issueRoutes = [
  get("/issues", listAll),
  get("/issues/:id", getById),
  get("/groups/:id/issues", listOfGroup),
  get("/groups/:id/issues_statistics", (call) => ok(statistics(filtered(call, seenInGroup(call))))),
  get("/projects/:id/issues", listOfProject),
  get("/projects/:id/issues_statistics", (call) => ok(statistics(filtered(call, projectOf(call).issues.values())))),
  post("/projects/:id/issues", create),
  get("/projects/:id/issues/:issue_iid", (call) => ok(single(call, issueOf(call)))),
  put("/projects/:id/issues/:issue_iid", update),
  del("/projects/:id/issues/:issue_iid", remove),
  post("/projects/:id/issues/:issue_iid/move", move),
  put("/projects/:id/issues/:issue_iid/reorder", (call) => ok(single(call, issueOf(call)))),
  get("/projects/:id/issues/:issue_iid/participants", participants),
];

function listAll(call: Call): Answer {
  const user = requireUser(call);
  const input = { scope: "created_by_me", ...call.input };
  const issues = filterIssues(call.world, seen(call, call.world.issues.values()), input, user);
  return paged(call, issues, false);
}

function getById(call: Call): Answer {
  const issue = call.world.issues.get(Number(call.ids["id"]));
  if (!requireUser(call).isAdmin) throw forbidden();
  if (issue === undefined) throw notFound("Issue");
  return ok(single(call, issue));
}

function listOfGroup(call: Call): Answer {
  return paged(call, filtered(call, seenInGroup(call)), false);
}

function seenInGroup(call: Call): Issue[] {
  return projectsBelow(groupOfCall(call)).flatMap(({ issues }) => seen(call, issues.values()));
}

function listOfProject(call: Call): Answer {
  const project = projectOf(call);
  return paged(call, filtered(call, seen(call, project.issues.values())), true);
}

function seen({ user }: Call, issues: Iterable<Issue>): Issue[] {
  const visible: Issue[] = [];
  for (const issue of issues) if (canSeeIssue(user, issue)) visible.push(issue);
  return visible;
}

function filtered(call: Call, issues: Iterable<Issue>): Issue[] {
  checkIssueFilters(call.input);
  return filterIssues(call.world, issues, call.input, call.user);
}

function paged(call: Call, issues: Issue[], isInProject: boolean): Answer {
  const withLabelsDetails = bool.parse(call.input["with_labels_details"]) === true;
  return page(call, issues, {
    orders: {
      created_at: ({ createdAt }) => createdAt,
      updated_at: ({ updatedAt }) => updatedAt,
      title: ({ title }) => title.toLowerCase(),
      id: ({ id }) => id,
      weight: ({ weight }) => weight ?? -1,
      due_date: ({ dueDate }) => dueDate ?? "9999",
      relative_position: ({ relativePosition }) => relativePosition,
    },
    id: ({ id }) => id,
    style: "cursor",
    defaults: { orderBy: "created_at", sort: "desc" },
    view: (issue) => issueView(call.world, issue, { user: call.user, withLabelsDetails, isInProject }),
  });
}

function single(call: Call, issue: Issue): Record<string, unknown> {
  return issueView(call.world, issue, { user: call.user, isInProject: true, isSingle: true });
}

function statistics(issues: Issue[]): unknown {
  const closed = issues.filter(({ state }) => state === "closed").length;
  return { statistics: { counts: { all: issues.length, closed, opened: issues.length - closed } } };
}

const shared = {
  description: optional(text),
  assignee_id: clearable(integer),
  assignee_ids: optional(integers),
  labels: optional(names),
  add_labels: optional(names),
  remove_labels: optional(names),
  milestone_id: clearable(integer),
  due_date: clearable(day),
  start_date: clearable(day),
  confidential: optional(bool),
  discussion_locked: optional(bool),
  issue_type: optional(oneOf(...issueTypes)),
  weight: clearable(integer),
  epic_id: clearable(integer),
  epic_iid: clearable(integer),
};

const createParams = params({
  title: required(text),
  created_at: optional(time),
  iid: optional(integer),
  merge_request_to_resolve_discussions_of: optional(integer),
  discussion_to_resolve: optional(text),
  ...shared,
});

function create(call: Call): Answer {
  const project = projectOf(call);
  const session = sessionOf(call);
  const given = createParams(call.input);
  requireExclusive(call.input, "epic_id", "epic_iid");
  if (!project.settings.issues_enabled) throw forbidden();
  const mayPlan = projectRole(session.user, project) >= roles.planner;
  const mayBackdate = projectRole(session.user, project) >= roles.owner;
  if (given.iid !== undefined && mayBackdate && project.issues.has(given.iid)) throw conflict("Duplicated issue");
  const { text: description, actions } = separateQuickActions(given.description ?? null);
  const issue = createIssue(session, project, {
    title: given.title,
    description,
    ...(mayPlan ? fieldsOf(call, project, given, []) : { confidential: given.confidential, type: given.issue_type }),
    ...(mayBackdate && { iid: given.iid, createdAt: given.created_at }),
  });
  applyQuickActions(session, issue, actions);
  return created(single(call, issue));
}

const updateParams = params({
  title: optional(text),
  state_event: optional(oneOf("reopen", "close")),
  updated_at: optional(time),
  ...shared,
  description: clearable(text),
});

const updatable = [
  "assignee_id",
  "assignee_ids",
  "confidential",
  "created_at",
  "description",
  "discussion_locked",
  "due_date",
  "labels",
  "add_labels",
  "remove_labels",
  "milestone_id",
  "state_event",
  "title",
  "issue_type",
  "weight",
  "epic_id",
  "epic_iid",
  "start_date",
];

function update(call: Call): Answer {
  const issue = issueOf(call);
  const session = sessionOf(call);
  const given = updateParams(call.input);
  requireOneOf(call.input, updatable);
  const { project } = issue;
  const level = projectRole(session.user, project);
  const mayPlan = level >= roles.planner;
  if (!mayPlan && issue.author !== session.user && !issue.assignees.includes(session.user)) throw forbidden();
  const { state_event: event, updated_at: updatedAt } = given;
  if (event === "close") closeIssue(session, issue);
  if (event === "reopen") reopenIssue(session, issue);
  const fields = {
    title: given.title,
    description: given.description,
    ...(mayPlan && fieldsOf(call, project, given, issue.labels)),
  };
  if (Object.values(fields).some((value) => value !== undefined)) updateIssue(session, issue, fields);
  if (updatedAt !== undefined && level >= roles.owner) issue.updatedAt = updatedAt;
  return ok(single(call, issue));
}

type SharedGiven = Omit<ReturnType<typeof updateParams>, "title" | "state_event" | "updated_at">;

function fieldsOf(
  call: Call,
  project: Project,
  given: SharedGiven | ReturnType<typeof createParams>,
  labels: Label[],
): IssueFields {
  return {
    assignees: assigneesOf(call, project, given.assignee_ids, given.assignee_id),
    labels: labelsOf(call, project, given, labels),
    milestone: milestoneOf(project, given.milestone_id),
    epic: epicOf(call, project, given.epic_id, given.epic_iid),
    weight: weightOf(given.weight),
    dueDate: given.due_date,
    startDate: given.start_date,
    confidential: given.confidential,
    discussionLocked: given.discussion_locked,
    type: given.issue_type,
  };
}

function weightOf(weight: number | null | undefined): number | null | undefined {
  if (typeof weight === "number" && weight < 0) throw badParameter("weight does not have a valid value");
  return weight;
}

function epicOf(
  call: Call,
  project: Project,
  id: number | null | undefined,
  iid: number | null | undefined,
): Epic | null | undefined {
  if (id === undefined && iid === undefined) return undefined;
  if ((id ?? iid ?? 0) === 0) return null;
  const epic = id === undefined || id === null ? groupOf(project)?.epics.get(iid!) : call.world.epics.get(id);
  if (epic === undefined || groupRole(call.user, epic.group) < roles.guest) throw notFound("Epic");
  return epic;
}

function remove(call: Call): Answer {
  const issue = issueOf(call);
  const { user } = sessionOf(call);
  if (projectRole(user, issue.project) < roles.owner && issue.author !== user) throw forbidden();
  issue.project.issues.delete(issue.iid);
  call.world.issues.delete(issue.id);
  return noContent();
}

const moveParams = params({ to_project_id: required(integer) });

function move(call: Call): Answer {
  const issue = issueOf(call);
  const session = sessionOf(call);
  const target = findProject(call, String(moveParams(call.input).to_project_id));
  const isAllowed = [issue.project, target].every((project) => projectRole(session.user, project) >= roles.planner);
  if (!isAllowed) throw badRequest("Cannot move issue due to insufficient permissions");
  if (target === issue.project) throw badRequest("Cannot move issue to project it originates from!");
  return created(single(call, moveIssue(session, issue, target)));
}

function participants(call: Call): Answer {
  const issue = issueOf(call);
  const users = new Set([
    issue.author,
    ...issue.assignees,
    ...issue.notes.filter(({ isSystem }) => !isSystem).map(({ author }) => author),
  ]);
  return ok([...users].map((user) => basicUser(call.world, user)));
}
