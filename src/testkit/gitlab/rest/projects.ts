/** /projects, and what is listed below groups and users */
import { canSeeProject, groupRole, projectRole, roles } from "../model/access.ts";
import { groupAndBelow, type Group } from "../model/group.ts";
import type { Project, ProjectSettings } from "../model/project.ts";
import type { User } from "../model/user.ts";
import { commitReadme } from "../operations/first-commit.ts";
import { createProject, removeProject, renameProject } from "../operations/namespaces.ts";
import { badParameter, forbidden, notFound } from "../operations/refusal.ts";
import { page } from "../paging/keyset.ts";
import { projectView, simpleProject } from "../views/project-view.ts";
import { basicUser } from "../views/user-view.ts";
import { accepted, created, del, get, ok, post, put, requireUser, sessionOf, type Answer, type Call } from "./call.ts";
import { findUser, groupOfCall, projectFor, projectOf, requireRole } from "./found.ts";
import { bool, clearable, integer, names, oneOf, optional, params, text, time } from "./params.ts";

export const projectRoutes = [
  get("/projects", list),
  post("/projects", create),
  get("/projects/:id", single),
  put("/projects/:id", update),
  del("/projects/:id", remove),
  post("/projects/:id/archive", (call) => setArchived(call, true)),
  post("/projects/:id/unarchive", (call) => setArchived(call, false)),
  post("/projects/:id/star", (call) => star(call, 1)),
  post("/projects/:id/unstar", (call) => star(call, -1)),
  post("/projects/:id/share", share),
  get("/projects/:id/languages", languages),
  get("/projects/:id/users", (call) => users(call)),
  get("/groups/:id/projects", listOfGroup),
  get("/users/:user_id/projects", listOfUser),
];

const listParams = params({
  archived: optional(bool),
  visibility: optional(oneOf("private", "internal", "public")),
  search: optional(text),
  search_namespaces: optional(bool),
  simple: optional(bool),
  owned: optional(bool),
  membership: optional(bool),
  starred: optional(bool),
  min_access_level: optional(integer),
  topic: optional(names),
  id_after: optional(integer),
  id_before: optional(integer),
  last_activity_after: optional(time),
  last_activity_before: optional(time),
  order_by: optional(
    oneOf("id", "name", "path", "created_at", "updated_at", "last_activity_at", "similarity", "star_count"),
  ),
  sort: optional(oneOf("asc", "desc")),
  include_subgroups: optional(bool),
  with_issues_enabled: optional(bool),
});

function list(call: Call): Answer {
  return paged(call, [...call.world.projects.values()]);
}

function listOfGroup(call: Call): Answer {
  const group = groupOfCall(call);
  const isDeep = listParams(call.input).include_subgroups === true;
  const groups: Group[] = isDeep ? groupAndBelow(group) : [group];
  return paged(
    call,
    groups.flatMap(({ projects }) => [...projects.values()]),
  );
}

function listOfUser(call: Call): Answer {
  const owner = findUser(call.world, call.ids["user_id"]!);
  if (owner === undefined) throw notFound("User");
  return paged(
    call,
    [...call.world.projects.values()].filter(({ namespace }) => namespace === owner),
  );
}

const orders = {
  id: ({ id }: Project) => id,
  name: ({ name }: Project) => name.toLowerCase(),
  path: ({ path }: Project) => path.toLowerCase(),
  created_at: ({ createdAt }: Project) => createdAt,
  updated_at: ({ updatedAt }: Project) => updatedAt,
  last_activity_at: ({ lastActivityAt }: Project) => lastActivityAt,
  star_count: ({ starCount }: Project) => starCount,
  similarity: ({ name }: Project) => name.toLowerCase(),
};

function paged(call: Call, projects: Project[]): Answer {
  const given = listParams(call.input);
  const { user } = call;
  const wanted = projects.filter((project) => canSeeProject(user, project) && isWanted(project, given, user));
  const value = orders[given.order_by ?? "created_at"];
  const sign = (given.sort ?? "desc") === "asc" ? 1 : -1;
  wanted.sort((a, b) => sign * (value(a) === value(b) ? a.id - b.id : value(a) < value(b) ? -1 : 1));
  const isSimple = given.simple === true || user === undefined;
  return page(call, wanted, {
    orders: { id: orders.id },
    id: ({ id }) => id,
    style: "id",
    defaults: { orderBy: "created_at", sort: "desc" },
    view: (project) => (isSimple ? simpleProject(call.world, project) : projectView(call.world, project, user)),
  });
}

function isWanted(project: Project, given: ReturnType<typeof listParams>, user: User | undefined): boolean {
  const role = projectRole(user, project);
  const isMember = project.namespace === user || project.members.has(user?.id ?? 0) || isGroupMember(project, user);
  return (
    (given.archived === undefined || project.archived === given.archived) &&
    (given.visibility === undefined || project.visibility === given.visibility) &&
    (given.search === undefined || isFound(project, given.search.toLowerCase(), given.search_namespaces === true)) &&
    (given.owned !== true || (isMember && role >= roles.owner)) &&
    (given.membership !== true || isMember) &&
    (given.starred !== true || project.starCount > 0) &&
    (given.min_access_level === undefined || role >= given.min_access_level) &&
    (given.topic ?? []).every((topic) => project.topics.includes(topic)) &&
    (given.id_after === undefined || project.id > given.id_after) &&
    (given.id_before === undefined || project.id < given.id_before) &&
    (given.last_activity_after === undefined || project.lastActivityAt >= given.last_activity_after) &&
    (given.last_activity_before === undefined || project.lastActivityAt <= given.last_activity_before) &&
    (given.with_issues_enabled === undefined || project.settings.issues_enabled === given.with_issues_enabled)
  );
}

function isGroupMember({ namespace }: Project, user: User | undefined): boolean {
  if (user === undefined || namespace.kind === "user") return false;
  for (let at: Group | undefined = namespace; at !== undefined; at = at.parent)
    if (at.members.has(user.id)) return true;
  return false;
}

function isFound(project: Project, search: string, withNamespaces: boolean): boolean {
  const texts = [project.name, project.path, project.description ?? "", ...(withNamespaces ? [project.fullPath] : [])];
  return texts.some((value) => value.toLowerCase().includes(search));
}

function single(call: Call): Answer {
  const project = projectOf(call);
  return ok(projectView(call.world, project, call.user));
}

const shared = {
  name: optional(text),
  path: optional(text),
  description: clearable(text),
  visibility: optional(oneOf("private", "internal", "public")),
  topics: optional(names),
  tag_list: optional(names),
  default_branch: optional(text),
};

const createParams = params({
  ...shared,
  namespace_id: optional(integer),
  initialize_with_readme: optional(bool),
});

function create(call: Call): Answer {
  const session = sessionOf(call);
  const given = createParams(call.input);
  const name = given.name ?? given.path;
  if (name === undefined) throw badParameter("name, path are missing, at least one parameter must be provided");
  const namespace = namespaceOf(call, given.namespace_id);
  const project = createProject(session, {
    name,
    path: given.path,
    namespace,
    description: given.description,
    visibility: given.visibility,
    topics: given.topics ?? given.tag_list,
    settings: settingsOf(call.input),
  });
  if (given.initialize_with_readme === true) commitReadme(session, project, given.default_branch ?? "main");
  return created(projectView(call.world, project, call.user));
}

function namespaceOf(call: Call, id: number | undefined): Group | User {
  const user = requireUser(call);
  if (id === undefined) return user;
  const group = call.world.groups.get(id);
  if (group === undefined) return id === user.id ? user : missingNamespace();
  requireRole(call, groupRole(user, group), roles.developer);
  return group;
}

function missingNamespace(): never {
  throw notFound("Namespace");
}

const switches = [
  "issues_enabled",
  "merge_requests_enabled",
  "wiki_enabled",
  "jobs_enabled",
  "snippets_enabled",
  "lfs_enabled",
  "shared_runners_enabled",
  "request_access_enabled",
  "only_allow_merge_if_pipeline_succeeds",
  "allow_merge_on_skipped_pipeline",
  "only_allow_merge_if_all_discussions_are_resolved",
  "remove_source_branch_after_merge",
  "printing_merge_request_link_enabled",
  "autoclose_referenced_issues",
  "resolve_outdated_diff_discussions",
  "public_jobs",
] as const;

/** `issues_access_level` and the like: "disabled" or anything else. */
const accessLevels = {
  issues_access_level: "issues_enabled",
  merge_requests_access_level: "merge_requests_enabled",
  wiki_access_level: "wiki_enabled",
  builds_access_level: "jobs_enabled",
  snippets_access_level: "snippets_enabled",
} as const;

const otherSettings = params({
  merge_method: optional(oneOf("merge", "rebase_merge", "ff")),
  squash_option: optional(oneOf("never", "always", "default_on", "default_off")),
  ci_config_path: clearable(text),
  build_timeout: optional(integer),
  approvals_before_merge: optional(integer),
});

function settingsOf(input: Record<string, unknown>): Partial<ProjectSettings> {
  const settings: Partial<Record<keyof ProjectSettings, unknown>> = {};
  for (const [name, value] of Object.entries(otherSettings(input))) {
    if (value !== undefined) settings[name as keyof ProjectSettings] = value;
  }
  for (const name of switches) {
    if (input[name] === undefined || input[name] === null) continue;
    const isOn = bool.parse(input[name]);
    if (isOn === undefined) throw badParameter(`${name} is invalid`);
    settings[name] = isOn;
  }
  for (const [name, target] of Object.entries(accessLevels)) {
    if (input[name] !== undefined) settings[target] = input[name] !== "disabled";
  }
  return settings as Partial<ProjectSettings>;
}

const updateParams = params({ ...shared, archived: optional(bool) });

function update(call: Call): Answer {
  const project = projectFor(call, roles.maintainer);
  const given = updateParams(call.input);
  const { repository } = project;
  if (given.visibility !== undefined && projectRole(call.user, project) < roles.owner) throw forbidden();
  if (given.default_branch !== undefined) {
    if (!repository.branches.has(given.default_branch)) {
      throw badParameter(`Could not change HEAD: branch '${given.default_branch}' does not exist`);
    }
    repository.defaultBranch = given.default_branch;
  }
  if (given.path !== undefined && given.path !== project.path) renameProject(call.world, project, given.path);
  if (given.name !== undefined) {
    project.fullName = project.fullName.slice(0, -project.name.length) + given.name;
    project.name = given.name;
  }
  if (given.description !== undefined) project.description = given.description;
  if (given.visibility !== undefined) project.visibility = given.visibility;
  if (given.topics !== undefined || given.tag_list !== undefined) project.topics = given.topics ?? given.tag_list ?? [];
  if (given.archived !== undefined) project.archived = given.archived;
  Object.assign(project.settings, settingsOf(call.input));
  project.updatedAt = call.world.now();
  return ok(projectView(call.world, project, call.user));
}

function remove(call: Call): Answer {
  removeProject(call.world, projectFor(call, roles.owner));
  return accepted({ message: "202 Accepted" });
}

function setArchived(call: Call, archived: boolean): Answer {
  const project = projectFor(call, roles.owner);
  project.archived = archived;
  return created(projectView(call.world, project, call.user));
}

function star(call: Call, by: number): Answer {
  requireUser(call);
  const project = projectOf(call);
  project.starCount = Math.max(0, project.starCount + by);
  return created(projectView(call.world, project, call.user));
}

function share(call: Call): Answer {
  const project = projectFor(call, roles.maintainer);
  const group = call.world.groups.get(Number(call.input["group_id"]));
  const level = integer.parse(call.input["group_access"]);
  if (group === undefined) throw notFound("Group");
  if (level === undefined) throw badParameter("group_access is missing");
  project.sharedWith.push({ group, level });
  return created({ id: group.id, project_id: project.id, group_id: group.id, group_access: level, expires_at: null });
}

function users(call: Call): Answer {
  const project = projectOf(call);
  const wanted = [...call.world.users.values()].filter((user) => !user.isAdmin && projectRole(user, project) > 0);
  return ok(wanted.map((user) => basicUser(call.world, user)));
}

function languages(call: Call): Answer {
  projectOf(call);
  return ok({});
}
