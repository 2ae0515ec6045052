/** The things that a path names, as far as who asks may see them. */
import { canReadCode, canSeeGroup, canSeeProject, groupRole, projectRole, roles } from "../model/access.ts";
import type { Epic } from "../model/epic.ts";
import type { Group } from "../model/group.ts";
import type { Issue } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Project } from "../model/project.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { badParameter, forbidden, notFound, unauthorized } from "../operations/refusal.ts";
import type { Call } from "./call.ts";

/** By id or path. Throws 404 when there is none, or none that may be seen. */
export function findProject({ world, user }: Call, id: string): Project {
  const named = /^\d+$/.test(id) ? world.projects.get(Number(id)) : world.paths.get(id.toLowerCase());
  if (named?.kind !== "project" || !canSeeProject(user, named)) throw notFound("Project");
  return named;
}

/** The project of `:id`. */
export function projectOf(call: Call): Project {
  return findProject(call, call.ids["id"]!);
}

/** The project of `:id`, which the user may change in this way. Throws 401, 403 or 404. */
export function projectFor(call: Call, level: number): Project {
  const project = projectOf(call);
  requireRole(call, projectRole(call.user, project), level);
  return project;
}

/** The project of `:id`, whose code may be read. Throws 403 or 404. */
export function repositoryOf(call: Call): Project {
  const project = projectOf(call);
  if (!canReadCode(call.user, project)) throw forbidden();
  return project;
}

/** The group of `:id`. */
function findGroup({ world, user }: Call, id: string): Group {
  const named = /^\d+$/.test(id) ? world.groups.get(Number(id)) : world.paths.get(id.toLowerCase());
  if (named?.kind !== "group" || !canSeeGroup(user, named)) throw notFound("Group");
  return named;
}

export function groupOfCall(call: Call): Group {
  return findGroup(call, call.ids["id"]!);
}

/** The group of `:id`, which the user may change in this way. Throws 401, 403 or 404. */
export function groupFor(call: Call, level: number): Group {
  const group = groupOfCall(call);
  requireRole(call, groupRole(call.user, group), level);
  return group;
}

/** Throws 401 for nobody and 403 for who has a lesser role. */
export function requireRole(call: Call, has: number, level: number): void {
  if (call.user === undefined) throw unauthorized();
  if (has < level) throw forbidden();
}

/** Whether somebody may read an issue: a confidential one only its author, its assignees, and reporters. */
export function canSeeIssue(user: User | undefined, issue: Issue): boolean {
  if (!canSeeProject(user, issue.project)) return false;
  if (!issue.confidential) return true;
  if (user === undefined) return false;
  return issue.author === user || issue.assignees.includes(user) || projectRole(user, issue.project) >= roles.planner;
}

/** A number in the path. Throws 400 for what is none. */
export function numberOf(call: Call, name: string): number {
  const id = call.ids[name]!;
  if (!/^-?\d+$/.test(id)) throw badParameter(`${name} is invalid`);
  return Number(id);
}

/** The issue of `:issue_iid` in the project of `:id`. */
export function issueOf(call: Call): Issue {
  const issue = projectOf(call).issues.get(numberOf(call, "issue_iid"));
  if (issue === undefined || !canSeeIssue(call.user, issue)) throw notFound("Issue");
  return issue;
}

/** The merge request of `:merge_request_iid` in the project of `:id`. */
export function mergeRequestOf(call: Call): MergeRequest {
  const project = projectOf(call);
  const mergeRequest = project.mergeRequests.get(numberOf(call, "merge_request_iid"));
  if (mergeRequest === undefined || !canReadCode(call.user, project)) throw notFound("Merge Request");
  return mergeRequest;
}

/** The epic of `:epic_iid` in the group of `:id`. */
export function epicOf(call: Call): Epic {
  const epic = groupOfCall(call).epics.get(numberOf(call, "epic_iid"));
  if (epic === undefined) throw notFound("Epic");
  return epic;
}

/** A user by id or name; undefined when there is none. */
export function findUser(world: World, idOrName: string | number): User | undefined {
  const named =
    typeof idOrName === "number" || /^\d+$/.test(idOrName)
      ? world.users.get(Number(idOrName))
      : world.paths.get(idOrName.toLowerCase().replace(/^@/, ""));
  return named?.kind === "user" ? named : undefined;
}
