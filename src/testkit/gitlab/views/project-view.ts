/** Projects as REST answers show them. */
import { projectRole, roles } from "../model/access.ts";
import { groupAndAbove } from "../model/group.ts";
import { groupOf, type Project } from "../model/project.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { namespaceView } from "./group-view.ts";
import { isoTime } from "./times.ts";
import { apiUrl, projectUrl, sshUrl } from "./urls.ts";
import { basicUser } from "./user-view.ts";

/** `simple=true`, and projects inside of other things. */
export function simpleProject(world: World, project: Project): Record<string, unknown> {
  const url = projectUrl(world, project);
  return {
    id: project.id,
    description: project.description,
    name: project.name,
    name_with_namespace: project.fullName,
    path: project.path,
    path_with_namespace: project.fullPath,
    created_at: isoTime(project.createdAt),
    default_branch: project.repository.defaultBranch,
    tag_list: [...project.topics],
    topics: [...project.topics],
    ssh_url_to_repo: sshUrl(world, project),
    http_url_to_repo: `${url}.git`,
    web_url: url,
    readme_url: readmeUrl(url, project),
    forks_count: 0,
    avatar_url: project.avatarUrl,
    star_count: project.starCount,
    last_activity_at: isoTime(project.lastActivityAt),
    visibility: project.visibility,
    namespace: namespaceView(world, project.namespace),
  };
}

export function projectView(world: World, project: Project, user: User | undefined): Record<string, unknown> {
  const self = apiUrl(world, `projects/${project.id}`);
  const { settings } = project;
  const access = (enabled: boolean): string => (enabled ? "enabled" : "disabled");
  return {
    ...simpleProject(world, project),
    description_html: project.description ?? "",
    container_registry_image_prefix: null,
    _links: {
      self,
      issues: `${self}/issues`,
      merge_requests: `${self}/merge_requests`,
      repo_branches: `${self}/repository/branches`,
      labels: `${self}/labels`,
      events: `${self}/events`,
      members: `${self}/members`,
      cluster_agents: `${self}/cluster_agents`,
    },
    marked_for_deletion_at: null,
    marked_for_deletion_on: null,
    packages_enabled: true,
    empty_repo: project.repository.commits.size === 0,
    archived: project.archived,
    ...(project.namespace.kind === "user" && { owner: basicUser(world, project.namespace) }),
    ...settings,
    container_registry_enabled: false,
    service_desk_enabled: false,
    service_desk_address: null,
    can_create_merge_request_in: projectRole(user, project) >= roles.developer,
    issues_access_level: access(settings.issues_enabled),
    repository_access_level: "enabled",
    merge_requests_access_level: access(settings.merge_requests_enabled),
    forking_access_level: "enabled",
    wiki_access_level: access(settings.wiki_enabled),
    builds_access_level: access(settings.jobs_enabled),
    snippets_access_level: access(settings.snippets_enabled),
    pages_access_level: "private",
    analytics_access_level: "enabled",
    container_registry_access_level: "disabled",
    releases_access_level: "enabled",
    environments_access_level: "enabled",
    feature_flags_access_level: "enabled",
    emails_disabled: false,
    emails_enabled: true,
    creator_id: project.creator.id,
    import_status: "none",
    open_issues_count: countOpen(project.issues.values()),
    updated_at: isoTime(project.updatedAt),
    ci_default_git_depth: 20,
    shared_with_groups: project.sharedWith.map(({ group, level }) => ({
      group_id: group.id,
      group_name: group.name,
      group_full_path: group.fullPath,
      group_access_level: level,
      expires_at: null,
    })),
    requirements_enabled: false,
    security_and_compliance_enabled: false,
    compliance_frameworks: [],
    permissions: permissionsOf(project, user),
  };
}

function readmeUrl(url: string, { repository }: Project): string | null {
  const { defaultBranch } = repository;
  const head =
    defaultBranch === null ? undefined : repository.commits.get(repository.branches.get(defaultBranch) ?? "");
  return head?.tree.has("README.md") === true ? `${url}/-/blob/${defaultBranch}/README.md` : null;
}

function countOpen(issues: Iterable<{ state: string }>): number {
  let count = 0;
  for (const { state } of issues) if (state === "opened") count++;
  return count;
}

function permissionsOf(project: Project, user: User | undefined): Record<string, unknown> {
  if (user === undefined) return { project_access: null, group_access: null };
  const own = project.members.get(user.id);
  const above = Math.max(0, ...groupAndAbove(groupOf(project)).map(({ members }) => members.get(user.id)?.level ?? 0));
  const grant = (level: number | undefined): unknown =>
    level === undefined || level === 0 ? null : { access_level: level, notification_level: 3 };
  return { project_access: grant(own?.level), group_access: grant(above) };
}
