/** Parts that many bodies have. */
import type { Label } from "../model/label.ts";
import type { Project } from "../model/project.ts";
import type { Commit } from "../model/repository.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { commitTime, hookTime } from "../views/times.ts";
import { commitUrl, projectUrl, sshUrl } from "../views/urls.ts";

export const visibilityLevels = { private: 0, internal: 10, public: 20 } as const;

export function hookUser(user: User): Record<string, unknown> {
  return {
    id: user.id,
    name: user.name,
    username: user.username,
    avatar_url: user.avatarUrl,
    email: user.publicEmail === "" ? "[REDACTED]" : user.publicEmail,
  };
}

export function hookProject(world: World, project: Project): Record<string, unknown> {
  const [url, ssh] = [projectUrl(world, project), sshUrl(world, project)];
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    web_url: url,
    avatar_url: project.avatarUrl,
    git_ssh_url: ssh,
    git_http_url: `${url}.git`,
    namespace: project.namespace.name,
    visibility_level: visibilityLevels[project.visibility],
    path_with_namespace: project.fullPath,
    default_branch: project.repository.defaultBranch,
    ci_config_path: project.settings.ci_config_path,
    homepage: url,
    url: ssh,
    ssh_url: ssh,
    http_url: `${url}.git`,
  };
}

/** `repository`: an older form of `project`. */
export function hookRepository(world: World, project: Project): Record<string, unknown> {
  return {
    name: project.name,
    url: sshUrl(world, project),
    description: project.description,
    homepage: projectUrl(world, project),
  };
}

export function hookLabel(label: Label): Record<string, unknown> {
  const isOfGroup = label.owner.kind === "group";
  return {
    id: label.id,
    title: label.name,
    color: label.color,
    project_id: isOfGroup ? null : label.owner.id,
    created_at: hookTime(label.createdAt),
    updated_at: hookTime(label.updatedAt),
    template: false,
    description: label.description,
    type: isOfGroup ? "GroupLabel" : "ProjectLabel",
    group_id: isOfGroup ? label.owner.id : null,
  };
}

export function hookCommit(world: World, project: Project, commit: Commit): Record<string, unknown> {
  return {
    id: commit.sha,
    message: commit.message,
    title: commit.message.split("\n", 1)[0],
    timestamp: commitTime(commit.committedAt),
    url: commitUrl(world, project, commit.sha),
    author: { name: commit.authorName, email: "[REDACTED]" },
  };
}

/** `{previous, current}` for each value that differs; both sides are as bodies have them. */
export function changesBetween(
  previous: Record<string, unknown>,
  current: Record<string, unknown>,
): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(current)) {
    const before = previous[name] ?? null;
    if (!isSame(before, value)) changes[name] = { previous: before, current: value };
  }
  return changes;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  return typeof one === "object" && typeof other === "object" && JSON.stringify(one) === JSON.stringify(other);
}
