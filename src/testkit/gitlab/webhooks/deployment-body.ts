/** Bodies of deployments and of feature flags. */
import type { Deployment } from "../model/environment.ts";
import type { FeatureFlag } from "../model/feature-flag.ts";
import type { Project } from "../model/project.ts";
import type { Session, World } from "../model/world.ts";
import { commitUrl, projectUrl } from "../views/urls.ts";
import { hookProject, hookUser } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { triggers } from "./triggers.ts";

export function emitDeployment(world: World, deployment: Deployment): void {
  const { project, environment, user, job } = deployment;
  emit(world, project, triggers.deployment_events, () => ({
    object_kind: "deployment",
    status: deployment.status,
    status_changed_at: `${new Date(deployment.updatedAt).toISOString().slice(0, 19).replace("T", " ")} +0000`,
    deployment_id: deployment.id,
    deployable_id: job?.id ?? null,
    deployable_url: job === undefined ? null : `${projectUrl(world, project)}/-/jobs/${job.id}`,
    environment: environment.name,
    environment_tier: environment.tier,
    environment_slug: environment.slug,
    environment_external_url: environment.externalUrl,
    project: hookProject(world, project),
    short_sha: deployment.sha.slice(0, 8),
    user: hookUser(user),
    user_url: `${world.url}/${user.username}`,
    commit_url: commitUrl(world, project, deployment.sha),
    commit_title: project.repository.commits.get(deployment.sha)?.message.split("\n", 1)[0] ?? null,
    ref: deployment.ref,
  }));
}

export function emitFeatureFlag({ world, user }: Session, project: Project, flag: FeatureFlag): void {
  emit(world, project, triggers.feature_flag_events, () => ({
    object_kind: "feature_flag",
    project: hookProject(world, project),
    user: hookUser(user),
    user_url: `${world.url}/${user.username}`,
    object_attributes: { id: flag.id, name: flag.name, description: flag.description, active: flag.active },
  }));
}
