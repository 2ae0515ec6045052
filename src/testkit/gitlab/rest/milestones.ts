/** /projects/:id/milestones, /groups/:id/milestones, and the iterations of groups */
import { groupRole, projectRole, roles } from "../model/access.ts";
import { groupAndAbove, projectsBelow, type Group } from "../model/group.ts";
import { iterationState } from "../model/iteration.ts";
import type { Milestone } from "../model/milestone.ts";
import { groupOf, type Project } from "../model/project.ts";
import {
  activateMilestone,
  changeMilestone,
  closeMilestone,
  createMilestone,
  removeMilestone,
} from "../operations/milestones.ts";
import { badRequest, notFound } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { issueView } from "../views/issue-view.ts";
import { mergeRequestView } from "../views/merge-request-view.ts";
import { iterationView, milestoneView } from "../views/milestone-view.ts";
import { dayOf } from "../views/times.ts";
import { created, del, get, noContent, ok, post, put, sessionOf, type Answer, type Call, type Route } from "./call.ts";
import { canSeeIssue, groupOfCall, numberOf, projectOf, requireRole } from "./found.ts";
import {
  bool,
  clearable,
  day,
  integers,
  oneOf,
  optional,
  params,
  required,
  requireOneOf,
  text,
  time,
} from "./params.ts";

type Owner = Project | Group;

export const milestoneRoutes = [
  ...routesOf("/projects/:id", projectOf),
  ...routesOf("/groups/:id", groupOfCall),
  get("/groups/:id/iterations", (call) => iterations(call, groupOfCall(call))),
  get("/projects/:id/iterations", (call) => iterations(call, groupOf(projectOf(call)))),
];

function routesOf(base: string, find: (call: Call) => Owner): Route[] {
  const one = `${base}/milestones/:milestone_id`;
  return [
    get(`${base}/milestones`, (call) => list(call, find(call))),
    post(`${base}/milestones`, (call) => create(call, find(call))),
    get(one, (call) => ok(milestoneView(call.world, milestoneOf(call, find(call))))),
    put(one, (call) => update(call, find(call))),
    del(one, (call) => remove(call, find(call))),
    get(`${one}/issues`, (call) => issues(call, find(call))),
    get(`${one}/merge_requests`, (call) => mergeRequests(call, find(call))),
    ...(base.startsWith("/projects") ? [post(`${one}/promote`, (call) => promote(call, find(call)))] : []),
  ];
}

const listParams = params({
  state: optional(oneOf("active", "closed", "all")),
  iids: optional(integers),
  title: optional(text),
  search: optional(text),
  search_title: optional(text),
  include_parent_milestones: optional(bool),
  include_ancestors: optional(bool),
  include_descendants: optional(bool),
  updated_before: optional(time),
  updated_after: optional(time),
  containing_date: optional(day),
});

function list(call: Call, owner: Owner): Answer {
  const given = listParams(call.input);
  const isDeep = given.include_parent_milestones === true || given.include_ancestors === true;
  const above = owner.kind === "project" ? groupAndAbove(groupOf(owner)) : groupAndAbove(owner.parent);
  const below = owner.kind === "group" && given.include_descendants === true ? projectsBelow(owner) : [];
  const all = [owner, ...(isDeep ? above : []), ...below].flatMap(({ milestones }) => [...milestones.values()]);
  const wanted = all.filter((milestone) => isWanted(milestone, given));
  return offsetPage(
    call,
    wanted.toSorted((a, b) => b.id - a.id),
    (milestone) => milestoneView(call.world, milestone),
  );
}

function isWanted(milestone: Milestone, given: ReturnType<typeof listParams>): boolean {
  const search = given.search?.toLowerCase();
  const title = milestone.title.toLowerCase();
  const date = given.containing_date;
  return (
    (given.state === undefined || given.state === "all" || milestone.state === given.state) &&
    (given.iids === undefined || given.iids.includes(milestone.iid)) &&
    (given.title === undefined || milestone.title === given.title) &&
    (search === undefined || title.includes(search) || milestone.description.toLowerCase().includes(search)) &&
    (given.search_title === undefined || title.includes(given.search_title.toLowerCase())) &&
    (given.updated_before === undefined || milestone.updatedAt <= given.updated_before) &&
    (given.updated_after === undefined || milestone.updatedAt >= given.updated_after) &&
    (date === undefined || ((milestone.startDate ?? date) <= date && (milestone.dueDate ?? date) >= date))
  );
}

/** Throws 404. */
function milestoneOf(call: Call, owner: Owner): Milestone {
  const milestone = owner.milestones.get(numberOf(call, "milestone_id"));
  if (milestone === undefined) throw notFound("Milestone");
  return milestone;
}

function requirePlanner(call: Call, owner: Owner): void {
  requireRole(
    call,
    owner.kind === "project" ? projectRole(call.user, owner) : groupRole(call.user, owner),
    roles.planner,
  );
}

const shared = { description: clearable(text), due_date: clearable(day), start_date: clearable(day) };
const createParams = params({ title: required(text), ...shared });

function create(call: Call, owner: Owner): Answer {
  requirePlanner(call, owner);
  const { title, description, due_date: dueDate, start_date: startDate } = createParams(call.input);
  return created(
    milestoneView(call.world, createMilestone(sessionOf(call), owner, { title, description, dueDate, startDate })),
  );
}

const updateParams = params({ title: optional(text), state_event: optional(oneOf("close", "activate")), ...shared });

function update(call: Call, owner: Owner): Answer {
  requirePlanner(call, owner);
  const session = sessionOf(call);
  const milestone = milestoneOf(call, owner);
  requireOneOf(call.input, ["title", "description", "start_date", "due_date", "state_event"]);
  const { title, description, due_date: dueDate, start_date: startDate, state_event: event } = updateParams(call.input);
  changeMilestone(session, milestone, { title, description, dueDate, startDate });
  if (event === "close") closeMilestone(session, milestone);
  if (event === "activate") activateMilestone(session, milestone);
  return ok(milestoneView(call.world, milestone));
}

function remove(call: Call, owner: Owner): Answer {
  requirePlanner(call, owner);
  removeMilestone(call.world, milestoneOf(call, owner));
  return noContent();
}

function projectsOf(owner: Owner): Project[] {
  return owner.kind === "project" ? [owner] : projectsBelow(owner);
}

function issues(call: Call, owner: Owner): Answer {
  const wanted = milestoneOf(call, owner);
  const found = projectsOf(owner)
    .flatMap((project) => [...project.issues.values()])
    .filter((issue) => issue.milestone === wanted && canSeeIssue(call.user, issue));
  return offsetPage(call, found, (issue) => issueView(call.world, issue, { user: call.user }));
}

function mergeRequests(call: Call, owner: Owner): Answer {
  const wanted = milestoneOf(call, owner);
  const found = projectsOf(owner)
    .flatMap((project) => [...project.mergeRequests.values()])
    .filter(({ milestone }) => milestone === wanted);
  return offsetPage(call, found, (item) => mergeRequestView(call.world, item, {}));
}

/** A project's milestone becomes one of its group. */
function promote(call: Call, owner: Owner): Answer {
  requirePlanner(call, owner);
  const milestone = milestoneOf(call, owner);
  const group = owner.kind === "project" ? groupOf(owner) : undefined;
  if (group === undefined) throw badRequest("Project does not belong to a group");
  owner.milestones.delete(milestone.id);
  milestone.owner = group;
  group.milestones.set(milestone.id, milestone);
  return ok(milestoneView(call.world, milestone));
}

const iterationParams = params({
  state: optional(oneOf("opened", "upcoming", "current", "closed", "all")),
  search: optional(text),
  include_ancestors: optional(bool),
});

function iterations(call: Call, group: Group | undefined): Answer {
  const { state, search, include_ancestors: withAncestors } = iterationParams(call.input);
  const groups = withAncestors === false ? (group === undefined ? [] : [group]) : groupAndAbove(group);
  const today = dayOf(call.world.now());
  const states = { upcoming: [1], current: [2], closed: [3], opened: [1, 2], all: [1, 2, 3] }[state ?? "all"];
  const wanted = groups
    .flatMap((one) => [...one.iterations.values()])
    .filter((one) => states.includes(iterationState(one, today)))
    .filter(({ title }) => search === undefined || title?.toLowerCase().includes(search.toLowerCase()) === true);
  return offsetPage(call, wanted, (one) => iterationView(call.world, one));
}
