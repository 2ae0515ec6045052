/** /groups/:id/epics, their issues and their children */
import { groupRole, roles } from "../model/access.ts";
import type { Epic } from "../model/epic.ts";
import { groupAndAbove, groupAndBelow, type Group } from "../model/group.ts";
import { withLabels, type Label } from "../model/label.ts";
import { closeEpic, createEpic, reopenEpic, setParent, updateEpic, type EpicFields } from "../operations/epics.ts";
import { putIntoEpic } from "../operations/issues.ts";
import { labelsByName } from "../operations/labels.ts";
import { notFound } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { epicView } from "../views/epic-view.ts";
import { issueView } from "../views/issue-view.ts";
import { created, del, get, noContent, ok, post, put, sessionOf, type Answer, type Call } from "./call.ts";
import { canSeeIssue, epicOf, groupFor, groupOfCall, numberOf } from "./found.ts";
import { labelsTest } from "./issuable-filters.ts";
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
  text,
  time,
} from "./params.ts";

const one = "/groups/:id/epics/:epic_iid";

export const epicRoutes = [
  get("/groups/:id/epics", list),
  post("/groups/:id/epics", create),
  get(one, (call) => ok(view(call, epicOf(call)))),
  put(one, update),
  del(one, remove),
  get(`${one}/issues`, listIssues),
  post(`${one}/issues/:issue_id`, addIssue),
  del(`${one}/issues/:epic_issue_id`, removeIssue),
  get(`${one}/epics`, listChildren),
  post(`${one}/epics/:child_epic_id`, addChild),
  post(`${one}/epics`, createChild),
  del(`${one}/epics/:child_epic_id`, removeChild),
];

function view(call: Call, epic: Epic): Record<string, unknown> {
  return epicView(call.world, epic, {
    user: call.user,
    withLabelsDetails: bool.parse(call.input["with_labels_details"]) === true,
    isInGroup: true,
  });
}

const listParams = params({
  author_id: optional(integer),
  author_username: optional(text),
  labels: optional(names),
  search: optional(text),
  state: optional(oneOf("opened", "closed", "all")),
  iids: optional(integers),
  order_by: optional(oneOf("created_at", "updated_at", "title")),
  sort: optional(oneOf("asc", "desc")),
  created_after: optional(time),
  created_before: optional(time),
  updated_after: optional(time),
  updated_before: optional(time),
  include_ancestor_groups: optional(bool),
  include_descendant_groups: optional(bool),
});

type Given = ReturnType<typeof listParams>;

function list(call: Call): Answer {
  const group = groupOfCall(call);
  const given = listParams(call.input);
  const below = given.include_descendant_groups === false ? [group] : groupAndBelow(group);
  const groups = given.include_ancestor_groups === true ? [...below, ...groupAndAbove(group.parent)] : below;
  const wanted = groups.flatMap(({ epics }) => [...epics.values()]).filter((epic) => isWanted(epic, given));
  const value = (epic: Epic): number | string => {
    if (given.order_by === "title") return epic.title.toLowerCase();
    return given.order_by === "updated_at" ? epic.updatedAt : epic.createdAt;
  };
  const sorted = wanted.toSorted((a, b) => (value(a) === value(b) ? a.id - b.id : value(a) < value(b) ? -1 : 1));
  if (given.sort !== "asc") sorted.reverse();
  return offsetPage(call, sorted, (epic) => view(call, epic));
}

function isWanted(epic: Epic, given: Given): boolean {
  const search = given.search?.toLowerCase();
  return (
    (given.state === undefined || given.state === "all" || epic.state === given.state) &&
    (given.author_id === undefined || epic.author.id === given.author_id) &&
    (given.author_username === undefined || epic.author.username === given.author_username) &&
    (given.labels === undefined || given.labels.length === 0 || labelsTest(given.labels)(epic)) &&
    (given.iids === undefined || given.iids.includes(epic.iid)) &&
    (search === undefined ||
      epic.title.toLowerCase().includes(search) ||
      epic.description?.toLowerCase().includes(search) === true) &&
    (given.created_after === undefined || epic.createdAt >= given.created_after) &&
    (given.created_before === undefined || epic.createdAt <= given.created_before) &&
    (given.updated_after === undefined || epic.updatedAt >= given.updated_after) &&
    (given.updated_before === undefined || epic.updatedAt <= given.updated_before)
  );
}

const shared = {
  description: clearable(text),
  labels: optional(names),
  add_labels: optional(names),
  remove_labels: optional(names),
  start_date_fixed: clearable(day),
  due_date_fixed: clearable(day),
  start_date_is_fixed: optional(bool),
  due_date_is_fixed: optional(bool),
  confidential: optional(bool),
  color: optional(text),
  parent_id: clearable(integer),
};

const createParams = params({ title: required(text), ...shared });

function create(call: Call): Answer {
  const group = groupFor(call, roles.planner);
  const given = createParams(call.input);
  const epic = createEpic(sessionOf(call), group, { title: given.title, ...fieldsOf(call, group, given, []) });
  return created(view(call, epic));
}

type SharedGiven = Omit<ReturnType<typeof createParams>, "title">;

function fieldsOf(call: Call, group: Group, given: SharedGiven, present: Label[]): Omit<EpicFields, "title"> {
  return {
    description: given.description,
    labels: labelsOf(call, group, given, present),
    startDate: given.start_date_fixed,
    dueDate: given.due_date_fixed,
    confidential: given.confidential,
    color: given.color,
    parent:
      given.parent_id === undefined ? undefined : given.parent_id === null ? null : epicById(call, given.parent_id),
  };
}

function labelsOf({ world }: Call, group: Group, given: SharedGiven, present: Label[]): Label[] | undefined {
  const { labels, add_labels: added, remove_labels: removed } = given;
  if (labels === undefined && added === undefined && removed === undefined) return undefined;
  const base = labels === undefined ? present : labelsByName(world, group, labels);
  const all = withLabels(base, labelsByName(world, group, added ?? []));
  return all.filter(({ name }) => removed?.includes(name) !== true);
}

/** Throws 404. */
function epicById({ world, user }: Call, id: number): Epic {
  const epic = world.epics.get(id);
  if (epic === undefined || groupRole(user, epic.group) < roles.guest) throw notFound("Epic");
  return epic;
}

/** The epic of the path, which the user may change. */
function epicFor(call: Call): Epic {
  groupFor(call, roles.planner);
  return epicOf(call);
}

const updateParams = params({ title: optional(text), state_event: optional(oneOf("close", "reopen")), ...shared });

function update(call: Call): Answer {
  const epic = epicFor(call);
  const session = sessionOf(call);
  const given = updateParams(call.input);
  if (given.state_event === "close") closeEpic(session, epic);
  if (given.state_event === "reopen") reopenEpic(session, epic);
  updateEpic(session, epic, { title: given.title, ...fieldsOf(call, epic.group, given, epic.labels) });
  return ok(view(call, epic));
}

function remove(call: Call): Answer {
  const group = groupFor(call, roles.owner);
  const epic = epicOf(call);
  for (const { issue } of epic.issues) issue.epic = undefined;
  for (const child of epic.children) child.parent = undefined;
  if (epic.parent !== undefined) setParent(epic, null);
  group.epics.delete(epic.iid);
  call.world.epics.delete(epic.id);
  return noContent();
}

function listIssues(call: Call): Answer {
  const seen = epicOf(call).issues.filter(({ issue }) => canSeeIssue(call.user, issue));
  return offsetPage(call, seen, ({ id, issue, relativePosition }) => ({
    ...issueView(call.world, issue, { user: call.user }),
    epic_issue_id: id,
    relative_position: relativePosition,
  }));
}

function addIssue(call: Call): Answer {
  const epic = epicFor(call);
  const issue = call.world.issues.get(numberOf(call, "issue_id"));
  if (issue === undefined || !canSeeIssue(call.user, issue)) throw notFound("Issue");
  putIntoEpic(sessionOf(call), issue, epic);
  const entry = epic.issues.find((each) => each.issue === issue)!;
  return created({
    id: entry.id,
    epic: view(call, epic),
    issue: issueView(call.world, issue, { user: call.user }),
  });
}

function removeIssue(call: Call): Answer {
  const epic = epicFor(call);
  const entry = epic.issues.find(({ id }) => id === numberOf(call, "epic_issue_id"));
  if (entry === undefined) throw notFound("Epic Issue");
  putIntoEpic(sessionOf(call), entry.issue, null);
  return ok({
    id: entry.id,
    epic: view(call, epic),
    issue: issueView(call.world, entry.issue, { user: call.user }),
  });
}

function listChildren(call: Call): Answer {
  return offsetPage(call, epicOf(call).children, (epic) => view(call, epic));
}

function addChild(call: Call): Answer {
  const epic = epicFor(call);
  const child = epicById(call, numberOf(call, "child_epic_id"));
  setParent(child, epic);
  return created(view(call, child));
}

const childParams = params({ title: required(text), confidential: optional(bool) });

function createChild(call: Call): Answer {
  const parent = epicFor(call);
  return created(view(call, createEpic(sessionOf(call), parent.group, { ...childParams(call.input), parent })));
}

function removeChild(call: Call): Answer {
  const epic = epicFor(call);
  const child = epic.children.find(({ id }) => id === numberOf(call, "child_epic_id"));
  if (child === undefined) throw notFound("Epic");
  setParent(child, null);
  return ok(view(call, child));
}
