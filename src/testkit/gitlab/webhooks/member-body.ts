/** Bodies of group events: members, subgroups, projects. */
import { roleName, roles } from "../model/access.ts";
import type { Group, Member } from "../model/group.ts";
import { groupOf, type Project } from "../model/project.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { secondsTime } from "../views/times.ts";
import { emit } from "./delivery.ts";
import { triggers } from "./triggers.ts";

export function emitMember(world: World, group: Group, member: Member, eventName: string): void {
  emit(world, group, triggers.member_events, () => ({
    ...personIn(world, group, member.user, member.createdAt),
    group_access: roleName(member.level),
    group_plan: null,
    expires_at: member.expiresAt === null ? null : `${member.expiresAt}T00:00:00Z`,
    event_name: eventName,
  }));
}

export function emitAccessRequest(world: World, group: Group, user: User, eventName: string): void {
  emit(world, group, triggers.member_events, () => ({
    ...personIn(world, group, user, world.now()),
    group_access: roleName(roles.developer),
    group_plan: null,
    expires_at: null,
    event_name: eventName,
  }));
}

function personIn(world: World, group: Group, user: User, createdAt: number): Record<string, unknown> {
  return {
    created_at: secondsTime(createdAt),
    updated_at: secondsTime(world.now()),
    group_name: group.name,
    group_path: group.path,
    group_id: group.id,
    user_username: user.username,
    user_name: user.name,
    user_email: "[REDACTED]",
    user_id: user.id,
  };
}

/** A project was made or destroyed in a group. */
export function emitProject(world: World, project: Project, eventName: "project_create" | "project_destroy"): void {
  const group = groupOf(project);
  if (group === undefined) return;
  emit(world, group, triggers.project_events, () => ({
    event_name: eventName,
    created_at: secondsTime(project.createdAt),
    updated_at: secondsTime(project.updatedAt),
    name: project.name,
    path: project.path,
    path_with_namespace: project.fullPath,
    project_id: project.id,
    project_namespace_id: group.id,
    owners: ownersOf(group),
    project_visibility: project.visibility,
  }));
}

function ownersOf(group: Group): Record<string, unknown>[] {
  return [...group.members.values()]
    .filter(({ level }) => level === roles.owner)
    .map(({ user }) => ({ name: user.name, email: "[REDACTED]" }));
}

/** A group was made or destroyed below another. */
export function emitSubgroup(world: World, group: Group, eventName: "subgroup_create" | "subgroup_destroy"): void {
  const { parent } = group;
  if (parent === undefined) return;
  emit(world, parent, triggers.subgroup_events, () => ({
    created_at: secondsTime(group.createdAt),
    updated_at: secondsTime(world.now()),
    event_name: eventName,
    name: group.name,
    path: group.path,
    full_path: group.fullPath,
    group_id: group.id,
    parent_group_id: parent.id,
    parent_name: parent.name,
    parent_path: parent.path,
    parent_full_path: parent.fullPath,
  }));
}
