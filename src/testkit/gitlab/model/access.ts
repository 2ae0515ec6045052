/** Who may do what: GitLab's roles as numbers, found by membership. */
import type { Group, Member } from "./group.ts";
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

export const roles = {
  none: 0,
  minimal: 5,
  guest: 10,
  planner: 15,
  reporter: 20,
  developer: 30,
  maintainer: 40,
  owner: 50,
} as const;

/** GitLab's name of a role, as webhooks carry it. */
export function roleName(level: number): string {
  switch (level) {
    case roles.minimal:
      return "Minimal Access";
    case roles.guest:
      return "Guest";
    case roles.planner:
      return "Planner";
    case roles.reporter:
      return "Reporter";
    case roles.developer:
      return "Developer";
    case roles.maintainer:
      return "Maintainer";
    case roles.owner:
      return "Owner";
    default:
      return "No access";
  }
}

/** Whether a number is one of the roles that a member can have. */
export function isRole(level: number): boolean {
  return Object.values(roles).includes(level as 10) && level > 0;
}

/** The role that somebody has in a project, by its members, by groups above it, and by groups it is shared with. 0: none. */
export function projectRole(user: User | undefined, project: Project): number {
  if (user === undefined) return roles.none;
  if (user.isAdmin || project.namespace === user) return roles.owner;
  let level = memberLevel(project.members.get(user.id));
  if (project.namespace.kind === "group") level = Math.max(level, groupRole(user, project.namespace));
  for (const { group, level: most } of project.sharedWith)
    level = Math.max(level, Math.min(most, groupRole(user, group)));
  return level;
}

/** The role that somebody has in a group, by its members and those of the groups above it. 0: none. */
export function groupRole(user: User | undefined, group: Group): number {
  if (user === undefined) return roles.none;
  if (user.isAdmin) return roles.owner;
  let level = 0;
  for (let at: Group | undefined = group; at !== undefined; at = at.parent) {
    level = Math.max(level, memberLevel(at.members.get(user.id)));
  }
  return level;
}

function memberLevel(member: Member | undefined): number {
  return member?.level ?? roles.none;
}

/** Whether somebody sees that a project exists. */
export function canSeeProject(user: User | undefined, project: Project): boolean {
  if (project.visibility === "public") return true;
  if (user === undefined) return false;
  return (project.visibility === "internal" && !user.isExternal) || projectRole(user, project) >= roles.guest;
}

/** Whether somebody sees that a group exists: by its visibility, as a member, or as a member of something in it. */
export function canSeeGroup(user: User | undefined, group: Group): boolean {
  if (group.visibility === "public") return true;
  if (user === undefined) return false;
  if ((group.visibility === "internal" && !user.isExternal) || groupRole(user, group) >= roles.minimal) return true;
  for (const project of group.projects.values()) if (projectRole(user, project) >= roles.guest) return true;
  for (const child of group.children.values()) if (canSeeGroup(user, child)) return true;
  return false;
}

/** Whether somebody may read the repository: a private project's guests may not. */
export function canReadCode(user: User | undefined, project: Project): boolean {
  if (!canSeeProject(user, project)) return false;
  return project.visibility !== "private" || projectRole(user, project) >= roles.reporter;
}
