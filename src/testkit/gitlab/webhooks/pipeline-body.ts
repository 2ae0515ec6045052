/** Bodies of pipelines and jobs. */
import { isFinished, stagesOf, type Job, type Pipeline } from "../model/pipeline.ts";
import { protectionOf } from "../model/repository.ts";
import type { World } from "../model/world.ts";
import { detailedMergeStatus } from "../model/mergeability.ts";
import { hookTime, secondsTime } from "../views/times.ts";
import { mergeRequestUrl, projectUrl, sshUrl } from "../views/urls.ts";
import { hookCommit, hookProject, hookUser, visibilityLevels } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { triggers } from "./triggers.ts";

export function emitPipeline(world: World, pipeline: Pipeline): void {
  emit(world, pipeline.project, triggers.pipeline_events, () => pipelineBody(world, pipeline));
}

export function pipelineBody(world: World, pipeline: Pipeline): Record<string, unknown> {
  const { project } = pipeline;
  const commit = project.repository.commits.get(pipeline.sha);
  return {
    object_kind: "pipeline",
    object_attributes: {
      id: pipeline.id,
      iid: pipeline.iid,
      name: pipeline.name,
      ref: pipeline.ref,
      tag: pipeline.isTag,
      sha: pipeline.sha,
      before_sha: pipeline.beforeSha,
      source: pipeline.source,
      status: pipeline.status,
      detailed_status: pipeline.status === "success" ? "passed" : pipeline.status,
      stages: stagesOf(pipeline),
      created_at: hookTime(pipeline.createdAt),
      finished_at: hookTime(pipeline.finishedAt),
      duration: secondsBetween(pipeline.startedAt, pipeline.finishedAt),
      queued_duration: secondsBetween(pipeline.createdAt, pipeline.startedAt),
      protected_ref: protectionOf(project.repository, pipeline.ref) !== undefined,
      variables: pipeline.variables.map(({ key, value }) => ({ key, value })),
      url: `${projectUrl(world, project)}/-/pipelines/${pipeline.id}`,
    },
    merge_request: mergeRequestOf(world, pipeline),
    user: hookUser(pipeline.user),
    project: hookProject(world, project),
    commit: commit === undefined ? null : hookCommit(world, project, commit),
    builds: pipeline.jobs.filter(({ isRetried }) => !isRetried).map(hookBuild),
  };
}

/** Whole seconds; null when one of both is not there yet. */
function secondsBetween(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.round((to - from) / 1000);
}

function mergeRequestOf(world: World, pipeline: Pipeline): Record<string, unknown> | null {
  const mergeRequest = pipeline.project.mergeRequests.get(pipeline.mergeRequestIid ?? 0);
  if (mergeRequest === undefined) return null;
  const detailed = detailedMergeStatus(mergeRequest);
  return {
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    title: mergeRequest.title,
    source_branch: mergeRequest.sourceBranch,
    source_project_id: mergeRequest.sourceProject.id,
    target_branch: mergeRequest.targetBranch,
    target_project_id: mergeRequest.project.id,
    state: mergeRequest.state,
    merge_status: detailed === "conflict" ? "cannot_be_merged" : "can_be_merged",
    detailed_merge_status: detailed,
    url: mergeRequestUrl(world, mergeRequest),
  };
}

function hookBuild(job: Job): Record<string, unknown> {
  return {
    id: job.id,
    stage: job.stage,
    name: job.name,
    status: job.status,
    created_at: hookTime(job.createdAt),
    started_at: hookTime(job.startedAt),
    finished_at: hookTime(job.finishedAt),
    duration: duration(job),
    queued_duration: queued(job),
    failure_reason: job.failureReason,
    when: job.when,
    manual: job.when === "manual",
    allow_failure: job.allowFailure,
    user: hookUser(job.user),
    runner: null,
    artifacts_file: { filename: job.artifactsFile?.filename ?? null, size: job.artifactsFile?.size ?? null },
    environment: job.environment === null ? null : { name: job.environment, action: "start", deployment_tier: null },
  };
}

function duration({ startedAt, finishedAt }: Job): number | null {
  return startedAt === null || finishedAt === null ? null : (finishedAt - startedAt) / 1000;
}

function queued({ queuedAt, startedAt }: Job): number | null {
  return queuedAt === null || startedAt === null ? null : (startedAt - queuedAt) / 1000;
}

export function emitJob(world: World, job: Job): void {
  emit(world, job.pipeline.project, triggers.job_events, () => jobBody(world, job));
}

export function jobBody(world: World, job: Job): Record<string, unknown> {
  const { pipeline } = job;
  const { project } = pipeline;
  const commit = project.repository.commits.get(pipeline.sha);
  return {
    object_kind: "build",
    ref: pipeline.ref,
    tag: pipeline.isTag,
    before_sha: pipeline.beforeSha,
    sha: pipeline.sha,
    retries_count: job.retries,
    build_id: job.id,
    build_name: job.name,
    build_stage: job.stage,
    build_status: job.status,
    build_created_at: hookTime(job.createdAt),
    build_started_at: hookTime(job.startedAt),
    build_finished_at: hookTime(job.finishedAt),
    build_created_at_iso: secondsTime(job.createdAt),
    build_started_at_iso: job.startedAt === null ? null : secondsTime(job.startedAt),
    build_finished_at_iso: job.finishedAt === null ? null : secondsTime(job.finishedAt),
    build_duration: duration(job),
    build_queued_duration: queued(job),
    build_allow_failure: job.allowFailure,
    build_failure_reason: job.failureReason ?? "unknown_failure",
    pipeline_id: pipeline.id,
    runner: null,
    project_id: project.id,
    project_name: project.fullName,
    user: hookUser(job.user),
    commit: {
      id: pipeline.id,
      name: pipeline.name,
      sha: pipeline.sha,
      message: commit?.message ?? null,
      author_name: commit?.authorName ?? null,
      author_email: "[REDACTED]",
      author_url: `${world.url}/${pipeline.user.username}`,
      status: pipeline.status,
      duration: secondsBetween(pipeline.startedAt, isFinished(pipeline.status) ? pipeline.finishedAt : null),
      started_at: hookTime(pipeline.startedAt),
      finished_at: hookTime(pipeline.finishedAt),
    },
    repository: {
      name: project.name,
      url: sshUrl(world, project),
      description: project.description,
      homepage: projectUrl(world, project),
      git_http_url: `${projectUrl(world, project)}.git`,
      git_ssh_url: sshUrl(world, project),
      visibility_level: visibilityLevels[project.visibility],
    },
    project: hookProject(world, project),
    environment: job.environment === null ? null : { name: job.environment, action: "start", deployment_tier: null },
  };
}
