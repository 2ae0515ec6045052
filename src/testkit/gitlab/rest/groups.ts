/** /groups and /namespaces */
import { canSeeGroup, groupRole, roles } from "../model/access.ts";
import type { Group } from "../model/group.ts";
import type { User } from "../model/user.ts";
import { createGroup, removeGroup } from "../operations/namespaces.ts";
import { forbidden, notFound } from "../operations/refusal.ts";
import { page } from "../paging/keyset.ts";
import { offsetPage } from "../paging/offset.ts";
import { groupView, namespaceView } from "../views/group-view.ts";
import { simpleProject } from "../views/project-view.ts";
import { accepted, created, del, get, ok, post, put, sessionOf, requireUser, type Answer, type Call } from "./call.ts";
import { groupFor, groupOfCall } from "./found.ts";
import { bool, integer, oneOf, optional, params, required, text } from "./params.ts";

export const groupRoutes = [
  get("/groups", (call) => paged(call, [...call.world.groups.values()])),
  post("/groups", create),
  get("/groups/:id", single),
  put("/groups/:id", update),
  del("/groups/:id", remove),
  get("/groups/:id/subgroups", (call) => paged(call, [...groupOfCall(call).children.values()])),
  get("/groups/:id/descendant_groups", (call) => paged(call, below(groupOfCall(call)))),
  get("/namespaces", listNamespaces),
  get("/namespaces/:id", singleNamespace),
];

function below(group: Group): Group[] {
  return [...group.children.values()].flatMap((child) => [child, ...below(child)]);
}

const listParams = params({
  search: optional(text),
  owned: optional(bool),
  min_access_level: optional(integer),
  top_level_only: optional(bool),
  visibility: optional(oneOf("private", "internal", "public")),
  all_available: optional(bool),
  order_by: optional(oneOf("name", "path", "id", "similarity")),
  sort: optional(oneOf("asc", "desc")),
});

function paged(call: Call, groups: Group[]): Answer {
  const given = listParams(call.input);
  const search = given.search?.toLowerCase();
  const wanted = groups.filter((group) => {
    const role = groupRole(call.user, group);
    return (
      canSeeGroup(call.user, group) &&
      (search === undefined ||
        group.name.toLowerCase().includes(search) ||
        group.fullPath.toLowerCase().includes(search)) &&
      (given.owned !== true || group.members.get(call.user?.id ?? 0)?.level === roles.owner) &&
      (given.min_access_level === undefined || role >= given.min_access_level) &&
      (given.top_level_only !== true || group.parent === undefined) &&
      (given.visibility === undefined || group.visibility === given.visibility)
    );
  });
  const orders = {
    name: ({ name }: Group) => name.toLowerCase(),
    path: ({ path }: Group) => path.toLowerCase(),
    id: ({ id }: Group) => id,
    similarity: ({ name }: Group) => name.toLowerCase(),
  };
  const value = orders[given.order_by ?? "name"];
  const sign = given.sort === "desc" ? -1 : 1;
  wanted.sort((a, b) => sign * (value(a) === value(b) ? a.id - b.id : value(a) < value(b) ? -1 : 1));
  return page(call, wanted, {
    orders: { name: orders.name, id: orders.id },
    id: ({ id }) => id,
    style: "cursor",
    defaults: { orderBy: "name", sort: "asc" },
    view: (group) => groupView(call.world, group),
  });
}

const createParams = params({
  name: required(text),
  path: required(text),
  parent_id: optional(integer),
  description: optional(text),
  visibility: optional(oneOf("private", "internal", "public")),
});

function create(call: Call): Answer {
  const session = sessionOf(call);
  const { parent_id: parentId, ...given } = createParams(call.input);
  const parent = parentId === undefined ? undefined : call.world.groups.get(parentId);
  if (parentId !== undefined && (parent === undefined || !canSeeGroup(call.user, parent))) throw notFound("Group");
  if (parent !== undefined && groupRole(session.user, parent) < roles.maintainer) throw forbidden();
  return created(groupView(call.world, createGroup(session, { ...given, parent })));
}

function single(call: Call): Answer {
  const group = groupOfCall(call);
  const withProjects = bool.parse(call.input["with_projects"]) !== false;
  const projects = [...group.projects.values()].map((project) => simpleProject(call.world, project));
  return ok({
    ...groupView(call.world, group),
    shared_with_groups: [],
    ...(withProjects && { projects, shared_projects: [] }),
  });
}

const updateParams = params({
  name: optional(text),
  description: optional(text),
  visibility: optional(oneOf("private", "internal", "public")),
});

function update(call: Call): Answer {
  const group = groupFor(call, roles.owner);
  const { name, description, visibility } = updateParams(call.input);
  if (name !== undefined) {
    group.name = name;
    group.fullName = group.parent === undefined ? name : `${group.parent.fullName} / ${name}`;
  }
  if (description !== undefined) group.description = description;
  if (visibility !== undefined) group.visibility = visibility;
  return ok(groupView(call.world, group));
}

function remove(call: Call): Answer {
  removeGroup(call.world, groupFor(call, roles.owner));
  return accepted({ message: "202 Accepted" });
}

function listNamespaces(call: Call): Answer {
  const user = requireUser(call);
  const search = text.parse(call.input["search"])?.toLowerCase() ?? "";
  const owned = [...call.world.groups.values()].filter((group) => groupRole(user, group) >= roles.maintainer);
  const all: (Group | User)[] = [user, ...owned];
  const wanted = all.filter((one) => pathOf(one).toLowerCase().includes(search));
  return offsetPage(call, wanted, (one) => namespaceView(call.world, one));
}

function pathOf(one: Group | User): string {
  return one.kind === "group" ? one.fullPath : one.username;
}

function singleNamespace(call: Call): Answer {
  const user = requireUser(call);
  const id = call.ids["id"]!;
  const named = /^\d+$/.test(id)
    ? (call.world.groups.get(Number(id)) ?? call.world.users.get(Number(id)))
    : call.world.paths.get(id.toLowerCase());
  if (named === undefined || named.kind === "project") throw notFound("Namespace");
  if (named.kind === "user" && named !== user && !user.isAdmin) throw notFound("Namespace");
  if (named.kind === "group" && !canSeeGroup(user, named)) throw notFound("Namespace");
  return ok(namespaceView(call.world, named));
}
