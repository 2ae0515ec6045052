/** Making, changing and removing groups and projects. */
import { roles } from "../model/access.ts";
import type { Group, Visibility } from "../model/group.ts";
import type { Project, ProjectSettings } from "../model/project.ts";
import { emptyRepository } from "../model/repository.ts";
import type { User } from "../model/user.ts";
import { takeId, type Session, type World } from "../model/world.ts";
import { emitProject, emitSubgroup } from "../webhooks/member-body.ts";
import { invalid, Refusal } from "./refusal.ts";

export interface NewGroup {
  id?: number | undefined;
  name: string;
  path: string;
  parent?: Group | undefined;
  description?: string | undefined;
  visibility?: Visibility | undefined;
}

const pathPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Who makes a top-level group owns it. */
export function createGroup({ world, user }: Session, given: NewGroup): Group {
  const { parent } = given;
  const fullPath = parent === undefined ? given.path : `${parent.fullPath}/${given.path}`;
  if (!pathPattern.test(given.path)) {
    throw new Refusal(400, {
      message: `Failed to save group {:path=>["can contain only letters, digits, '_', '-', '.'"]}`,
    });
  }
  if (world.paths.has(fullPath.toLowerCase())) {
    throw new Refusal(400, { message: 'Failed to save group {:path=>["has already been taken"]}' });
  }
  const group: Group = {
    kind: "group",
    id: takeId(world, "group", given.id),
    name: given.name,
    path: given.path,
    fullPath,
    fullName: parent === undefined ? given.name : `${parent.fullName} / ${given.name}`,
    parent,
    children: new Map(),
    projects: new Map(),
    description: given.description ?? "",
    visibility: given.visibility ?? "private",
    avatarUrl: null,
    members: new Map(),
    accessRequests: new Map(),
    labels: new Map(),
    milestones: new Map(),
    iterations: new Map(),
    epics: new Map(),
    hooks: new Map(),
    iids: new Map(),
    createdAt: world.now(),
  };
  world.groups.set(group.id, group);
  world.paths.set(fullPath.toLowerCase(), group);
  parent?.children.set(group.id, group);
  group.members.set(user.id, {
    user,
    level: roles.owner,
    createdAt: world.now(),
    createdBy: user,
    expiresAt: null,
  });
  emitSubgroup(world, group, "subgroup_create");
  return group;
}

export interface NewProject {
  id?: number | undefined;
  name: string;
  path?: string | undefined;
  namespace?: Group | User | undefined;
  description?: string | null | undefined;
  visibility?: Visibility | undefined;
  topics?: string[] | undefined;
  settings?: Partial<ProjectSettings> | undefined;
}

export function createProject({ world, user }: Session, given: NewProject): Project {
  const namespace = given.namespace ?? user;
  const path = given.path ?? slugOf(given.name);
  const above = namespace.kind === "group" ? namespace.fullPath : namespace.username;
  const fullPath = `${above}/${path}`;
  if (given.name.trim() === "") throw invalid({ name: ["can't be blank"] });
  if (!pathPattern.test(path)) {
    throw invalid({
      path: [
        "can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'",
      ],
    });
  }
  if (world.paths.has(fullPath.toLowerCase())) {
    throw invalid({
      "project_namespace.name": ["has already been taken"],
      name: ["has already been taken"],
      path: ["has already been taken"],
    });
  }
  const now = world.now();
  const project: Project = {
    kind: "project",
    id: takeId(world, "project", given.id),
    name: given.name,
    path,
    namespace,
    fullPath,
    fullName: `${namespace.kind === "group" ? namespace.fullName : namespace.name} / ${given.name}`,
    description: given.description ?? null,
    visibility: given.visibility ?? "private",
    avatarUrl: null,
    topics: given.topics ?? [],
    archived: false,
    starCount: 0,
    creator: user,
    settings: { ...defaultSettings, ...given.settings },
    members: new Map(),
    accessRequests: new Map(),
    sharedWith: [],
    labels: new Map(),
    milestones: new Map(),
    issues: new Map(),
    mergeRequests: new Map(),
    repository: emptyRepository(),
    pipelines: new Map(),
    jobs: new Map(),
    releases: new Map(),
    environments: new Map(),
    deployments: new Map(),
    featureFlags: new Map(),
    hooks: new Map(),
    variables: new Map(),
    iids: new Map(),
    createdAt: now,
    updatedAt: now,
    lastActivityAt: now,
  };
  world.projects.set(project.id, project);
  world.paths.set(fullPath.toLowerCase(), project);
  if (namespace.kind === "group") namespace.projects.set(project.id, project);
  else project.members.set(user.id, { user, level: roles.owner, createdAt: now, createdBy: user, expiresAt: null });
  emitProject(world, project, "project_create");
  return project;
}

const defaultSettings: ProjectSettings = {
  issues_enabled: true,
  merge_requests_enabled: true,
  wiki_enabled: true,
  jobs_enabled: true,
  snippets_enabled: true,
  lfs_enabled: true,
  shared_runners_enabled: true,
  request_access_enabled: true,
  only_allow_merge_if_pipeline_succeeds: false,
  allow_merge_on_skipped_pipeline: null,
  only_allow_merge_if_all_discussions_are_resolved: false,
  remove_source_branch_after_merge: true,
  printing_merge_request_link_enabled: true,
  autoclose_referenced_issues: true,
  resolve_outdated_diff_discussions: false,
  public_jobs: true,
  merge_method: "merge",
  squash_option: "default_off",
  ci_config_path: "",
  build_timeout: 3600,
  approvals_before_merge: 0,
};

/** "Tell every lamp" -> "tell-every-lamp". */
function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9_.]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .toLowerCase();
  return slug === "" ? "project" : slug;
}

export function removeProject(world: World, project: Project): void {
  world.projects.delete(project.id);
  world.paths.delete(project.fullPath.toLowerCase());
  if (project.namespace.kind === "group") project.namespace.projects.delete(project.id);
  for (const { id } of project.issues.values()) world.issues.delete(id);
  for (const { id } of project.mergeRequests.values()) world.mergeRequests.delete(id);
  emitProject(world, project, "project_destroy");
}

export function removeGroup(world: World, group: Group): void {
  for (const project of group.projects.values()) removeProject(world, project);
  for (const child of group.children.values()) removeGroup(world, child);
  world.groups.delete(group.id);
  world.paths.delete(group.fullPath.toLowerCase());
  group.parent?.children.delete(group.id);
  emitSubgroup(world, group, "subgroup_destroy");
}

/** Gives a project another path. */
export function renameProject(world: World, project: Project, path: string): void {
  const fullPath = project.fullPath.replace(/[^/]+$/, path);
  if (!pathPattern.test(path)) throw invalid({ path: ["can contain only letters, digits, '_', '-' and '.'."] });
  const taken = world.paths.get(fullPath.toLowerCase());
  if (taken !== undefined && taken !== project) throw invalid({ path: ["has already been taken"] });
  world.paths.delete(project.fullPath.toLowerCase());
  Object.assign(project, { path, fullPath });
  world.paths.set(fullPath.toLowerCase(), project);
}
