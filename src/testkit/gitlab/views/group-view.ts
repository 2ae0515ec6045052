/** Groups as REST answers show them. */
import type { Group } from "../model/group.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { isoTime } from "./times.ts";
import { groupUrl } from "./urls.ts";

export function groupView(world: World, group: Group): Record<string, unknown> {
  return {
    id: group.id,
    web_url: groupUrl(world, group),
    name: group.name,
    path: group.path,
    description: group.description,
    visibility: group.visibility,
    share_with_group_lock: false,
    require_two_factor_authentication: false,
    two_factor_grace_period: 48,
    project_creation_level: "developer",
    auto_devops_enabled: null,
    subgroup_creation_level: "maintainer",
    emails_disabled: false,
    emails_enabled: true,
    mentions_disabled: null,
    lfs_enabled: true,
    default_branch: null,
    default_branch_protection: 2,
    avatar_url: group.avatarUrl,
    request_access_enabled: true,
    full_name: group.fullName,
    full_path: group.fullPath,
    created_at: isoTime(group.createdAt),
    parent_id: group.parent?.id ?? null,
    archived: false,
    organization_id: 1,
    shared_runners_setting: "enabled",
    ldap_cn: null,
    ldap_access: null,
    wiki_access_level: "enabled",
    marked_for_deletion_on: null,
  };
}

/** Where a project is: a group, or a person. */
export function namespaceView(world: World, namespace: Group | User): Record<string, unknown> {
  if (namespace.kind === "user") {
    return {
      id: namespace.id,
      name: namespace.name,
      path: namespace.username,
      kind: "user",
      full_path: namespace.username,
      parent_id: null,
      avatar_url: namespace.avatarUrl,
      web_url: `${world.url}/${namespace.username}`,
    };
  }
  return {
    id: namespace.id,
    name: namespace.name,
    path: namespace.path,
    kind: "group",
    full_path: namespace.fullPath,
    parent_id: namespace.parent?.id ?? null,
    avatar_url: namespace.avatarUrl,
    web_url: groupUrl(world, namespace),
  };
}
