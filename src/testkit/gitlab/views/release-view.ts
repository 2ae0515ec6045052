/** Releases, environments and deployments as REST answers show them. */
import type { Deployment, Environment } from "../model/environment.ts";
import type { Project } from "../model/project.ts";
import type { Release, ReleaseLink } from "../model/release.ts";
import type { World } from "../model/world.ts";
import { archiveFormats, archiveUrl } from "../webhooks/release-body.ts";
import { milestoneView } from "./milestone-view.ts";
import { jobView } from "./pipeline-view.ts";
import { simpleProject } from "./project-view.ts";
import { commitView } from "./repository-view.ts";
import { isoTime } from "./times.ts";
import { projectUrl } from "./urls.ts";
import { basicUser } from "./user-view.ts";

export function releaseView(world: World, release: Release): Record<string, unknown> {
  const { project, tag } = release;
  const commit = project.repository.commits.get(release.sha);
  const url = projectUrl(world, project);
  return {
    name: release.name,
    tag_name: tag,
    description: release.description,
    created_at: isoTime(release.createdAt),
    released_at: isoTime(release.releasedAt),
    upcoming_release: release.releasedAt > world.now(),
    author: basicUser(world, release.author),
    ...(commit !== undefined && { commit: commitView(world, project, commit) }),
    ...(release.milestones.length > 0 && {
      milestones: release.milestones.map((milestone) => ({
        ...milestoneView(world, milestone),
        issue_stats: { total: 0, closed: 0 },
      })),
    }),
    commit_path: `/${project.fullPath}/-/commit/${release.sha}`,
    tag_path: `/${project.fullPath}/-/tags/${tag}`,
    assets: {
      count: release.links.length + archiveFormats.length,
      sources: archiveFormats.map((format) => ({ format, url: archiveUrl(url, project.path, tag, format) })),
      links: release.links.map((link) => releaseLinkView(world, release, link)),
    },
    evidences: [],
    _links: {
      closed_issues_url: `${url}/-/issues?release_tag=${tag}&scope=all&state=closed`,
      closed_merge_requests_url: `${url}/-/merge_requests?release_tag=${tag}&scope=all&state=closed`,
      edit_url: `${url}/-/releases/${tag}/edit`,
      merged_merge_requests_url: `${url}/-/merge_requests?release_tag=${tag}&scope=all&state=merged`,
      opened_issues_url: `${url}/-/issues?release_tag=${tag}&scope=all&state=opened`,
      opened_merge_requests_url: `${url}/-/merge_requests?release_tag=${tag}&scope=all&state=opened`,
      self: `${url}/-/releases/${tag}`,
    },
  };
}

export function releaseLinkView(world: World, { project, tag }: Release, link: ReleaseLink): Record<string, unknown> {
  const direct =
    link.directAssetPath === null
      ? link.url
      : `${projectUrl(world, project)}/-/releases/${tag}/downloads${link.directAssetPath}`;
  return { id: link.id, name: link.name, url: link.url, direct_asset_url: direct, link_type: link.type };
}

export function environmentView(world: World, project: Project, environment: Environment): Record<string, unknown> {
  const last = [...project.deployments.values()].findLast(
    (one) => one.environment === environment && one.status === "success",
  );
  return {
    ...basicEnvironment(environment),
    created_at: isoTime(environment.createdAt),
    updated_at: isoTime(environment.updatedAt),
    description: environment.description,
    tier: environment.tier,
    project: simpleProject(world, project),
    state: environment.state,
    auto_stop_at: isoTime(environment.autoStopAt),
    auto_stop_setting: "always",
    last_deployment: last === undefined ? null : deploymentView(world, last),
    cluster_agent: null,
  };
}

function basicEnvironment({ id, name, slug, externalUrl }: Environment): Record<string, unknown> {
  return { id, name, slug, external_url: externalUrl };
}

export function deploymentView(world: World, deployment: Deployment): Record<string, unknown> {
  const { job } = deployment;
  return {
    id: deployment.id,
    iid: deployment.iid,
    ref: deployment.ref,
    sha: deployment.sha,
    created_at: isoTime(deployment.createdAt),
    updated_at: isoTime(deployment.updatedAt),
    user: basicUser(world, deployment.user),
    environment: basicEnvironment(deployment.environment),
    deployable: job === undefined ? null : jobView(world, job),
    status: deployment.status,
    pending_approval_count: 0,
    approvals: deployment.approvals.map(({ user, status, comment, createdAt }) => ({
      user: basicUser(world, user),
      status,
      comment,
      created_at: isoTime(createdAt),
    })),
  };
}
