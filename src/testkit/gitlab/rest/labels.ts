/** /projects/:id/labels and /groups/:id/labels */
import { groupRole, projectRole, roles } from "../model/access.ts";
import { projectsBelow, type Group } from "../model/group.ts";
import { labelsOfGroup, labelsOfProject, type Label } from "../model/label.ts";
import type { Project } from "../model/project.ts";
import { checkName, colorOf, createLabel } from "../operations/labels.ts";
import { badParameter, conflict, notFound } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { labelView } from "../views/label-view.ts";
import {
  created,
  del,
  get,
  noContent,
  notModified,
  ok,
  post,
  put,
  requireUser,
  signedIn,
  type Answer,
  type Call,
  type Route,
} from "./call.ts";
import { groupOfCall, projectOf, requireRole } from "./found.ts";
import { bool, clearable, integer, optional, params, required, requireOneOf, text } from "./params.ts";

type Owner = Project | Group;

export const labelRoutes = [
  ...routesOf("/projects/:id", signedIn(projectOf)),
  ...routesOf("/groups/:id", signedIn(groupOfCall)),
];

function routesOf(base: string, find: (call: Call) => Owner): Route[] {
  return [
    get(`${base}/labels`, (call) => list(call, find(call))),
    post(`${base}/labels`, (call) => create(call, find(call))),
    put(`${base}/labels`, (call) => update(call, find(call), nameParam(call))),
    del(`${base}/labels`, (call) => remove(call, find(call), nameParam(call))),
    get(`${base}/labels/:label_id`, (call) => single(call, find(call))),
    put(`${base}/labels/:label_id`, (call) => update(call, find(call), call.ids["label_id"]!)),
    del(`${base}/labels/:label_id`, (call) => remove(call, find(call), call.ids["label_id"]!)),
    put(`${base}/labels/:label_id/promote`, (call) => promote(call, find(call))),
    post(`${base}/labels/:label_id/subscribe`, (call) => subscribe(call, find(call), true)),
    post(`${base}/labels/:label_id/unsubscribe`, (call) => subscribe(call, find(call), false)),
  ];
}

function nameParam({ input }: Call): string {
  const name = input["name"] ?? input["label_id"];
  if (typeof name !== "string" && typeof name !== "number")
    throw badParameter("label_id, name are missing, exactly one parameter must be provided");
  return String(name);
}

/** The labels of the thing itself, and of the groups above it. */
function allOf(owner: Owner): Label[] {
  return owner.kind === "project" ? labelsOfProject(owner) : labelsOfGroup(owner);
}

/** By id or name. Throws 404. */
function labelIn(owner: Owner, idOrName: string): Label {
  const labels = allOf(owner);
  const label = labels.find(({ id }) => String(id) === idOrName) ?? labels.find(({ name }) => name === idOrName);
  if (label === undefined) throw notFound("Label");
  return label;
}

const listParams = params({
  with_counts: optional(bool),
  include_ancestor_groups: optional(bool),
  include_descendant_groups: optional(bool),
  only_group_labels: optional(bool),
  search: optional(text),
  archived: optional(bool),
});

function list(call: Call, owner: Owner): Answer {
  const given = listParams(call.input);
  const labels = given.include_ancestor_groups === false ? [...owner.labels.values()] : allOf(owner);
  const search = given.search?.toLowerCase();
  const wanted = labels.filter(({ name, description, archived }) => {
    const isFound =
      search === undefined ||
      name.toLowerCase().includes(search) ||
      description?.toLowerCase().includes(search) === true;
    return isFound && (given.archived === undefined || archived === given.archived);
  });
  wanted.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  return offsetPage(call, wanted, (label) => view(call, owner, label, given.with_counts === true));
}

function view(call: Call, owner: Owner, label: Label, withCounts: boolean): Record<string, unknown> {
  return labelView(label, {
    user: call.user,
    ...(owner.kind === "project" && { project: owner }),
    ...(withCounts && { counts: countsOf(owner, label) }),
  });
}

function countsOf(owner: Owner, label: Label): { open: number; closed: number; mergeRequests: number } {
  const counts = { open: 0, closed: 0, mergeRequests: 0 };
  for (const project of owner.kind === "project" ? [owner] : projectsBelow(owner)) {
    for (const { labels, state } of project.issues.values()) {
      if (labels.includes(label)) counts[state === "opened" ? "open" : "closed"]++;
    }
    for (const { labels, state } of project.mergeRequests.values()) {
      if (labels.includes(label) && state === "opened") counts.mergeRequests++;
    }
  }
  return counts;
}

function single(call: Call, owner: Owner): Answer {
  return ok(view(call, owner, labelIn(owner, call.ids["label_id"]!), false));
}

function requirePlanner(call: Call, owner: Owner): void {
  const has = owner.kind === "project" ? projectRole(call.user, owner) : groupRole(call.user, owner);
  requireRole(call, has, roles.planner);
}

const createParams = params({
  name: required(text),
  color: required(text),
  description: clearable(text),
  priority: clearable(integer),
  archived: optional(bool),
});

function create(call: Call, owner: Owner): Answer {
  requirePlanner(call, owner);
  return created(view(call, owner, createLabel(call.world, owner, createParams(call.input)), false));
}

const updateParams = params({
  new_name: optional(text),
  color: optional(text),
  description: clearable(text),
  priority: clearable(integer),
  archived: optional(bool),
});

function update(call: Call, owner: Owner, idOrName: string): Answer {
  requirePlanner(call, owner);
  const label = labelIn(owner, idOrName);
  requireOneOf(call.input, ["new_name", "color", "description", "priority", "archived"]);
  const given = updateParams(call.input);
  if (given.new_name !== undefined && given.new_name !== label.name) {
    checkName(given.new_name);
    if (allOf(owner).some(({ name }) => name === given.new_name)) throw conflict("Label already exists");
    label.name = given.new_name;
  }
  if (given.color !== undefined) label.color = colorOf(given.color);
  if (given.description !== undefined) label.description = given.description;
  if (given.priority !== undefined) label.priority = given.priority;
  if (given.archived !== undefined) label.archived = given.archived;
  label.updatedAt = call.world.now();
  return ok(view(call, owner, label, false));
}

function remove(call: Call, owner: Owner, idOrName: string): Answer {
  requirePlanner(call, owner);
  const label = labelIn(owner, idOrName);
  label.owner.labels.delete(label.id);
  for (const project of label.owner.kind === "project" ? [label.owner] : projectsBelow(label.owner)) {
    for (const item of [...project.issues.values(), ...project.mergeRequests.values()]) {
      if (item.labels.includes(label)) item.labels = item.labels.filter((one) => one !== label);
    }
  }
  return noContent();
}

/** A project's label becomes one of its group. */
function promote(call: Call, owner: Owner): Answer {
  requirePlanner(call, owner);
  const label = labelIn(owner, call.ids["label_id"]!);
  if (owner.kind === "group" || owner.namespace.kind === "user" || label.owner !== owner)
    throw badParameter("Failed to promote project label to group label");
  owner.labels.delete(label.id);
  label.owner = owner.namespace;
  owner.namespace.labels.set(label.id, label);
  return ok(view(call, owner, label, false));
}

function subscribe(call: Call, owner: Owner, isSubscribed: boolean): Answer {
  const user = requireUser(call);
  const label = labelIn(owner, call.ids["label_id"]!);
  if (label.subscribers.has(user.id) === isSubscribed) return notModified();
  if (isSubscribed) label.subscribers.add(user.id);
  else label.subscribers.delete(user.id);
  return created(view(call, owner, label, false));
}
