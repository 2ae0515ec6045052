/** Pipelines and jobs as REST answers show them. */
import type { Job, Pipeline } from "../model/pipeline.ts";
import type { World } from "../model/world.ts";
import { commitView } from "./repository-view.ts";
import { isoTime } from "./times.ts";
import { projectUrl } from "./urls.ts";
import { basicUser } from "./user-view.ts";

/** A pipeline in a list. */
export function basicPipeline(world: World, pipeline: Pipeline): Record<string, unknown> {
  return {
    id: pipeline.id,
    iid: pipeline.iid,
    project_id: pipeline.project.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: pipeline.status,
    source: pipeline.source,
    created_at: isoTime(pipeline.createdAt),
    updated_at: isoTime(pipeline.updatedAt),
    web_url: `${projectUrl(world, pipeline.project)}/-/pipelines/${pipeline.id}`,
    name: pipeline.name,
  };
}

export function pipelineView(world: World, pipeline: Pipeline): Record<string, unknown> {
  const { startedAt, finishedAt, createdAt } = pipeline;
  const isPassed = pipeline.status === "success";
  return {
    ...basicPipeline(world, pipeline),
    before_sha: pipeline.beforeSha,
    tag: pipeline.isTag,
    yaml_errors: pipeline.yamlErrors,
    user: basicUser(world, pipeline.user),
    started_at: isoTime(startedAt),
    finished_at: isoTime(finishedAt),
    committed_at: null,
    duration: startedAt === null || finishedAt === null ? null : Math.round((finishedAt - startedAt) / 1000),
    queued_duration: startedAt === null ? null : Math.round((startedAt - createdAt) / 1000),
    coverage: pipeline.coverage,
    archived: false,
    detailed_status: {
      icon: `status_${pipeline.status}`,
      text: isPassed ? "Passed" : capitalized(pipeline.status),
      label: isPassed ? "passed" : pipeline.status,
      group: pipeline.status,
      tooltip: isPassed ? "passed" : pipeline.status,
      has_details: true,
      details_path: `/${pipeline.project.fullPath}/-/pipelines/${pipeline.id}`,
      illustration: null,
      favicon: `/assets/ci_favicons/favicon_status_${pipeline.status}.png`,
    },
  };
}

function capitalized(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

export function jobView(world: World, job: Job): Record<string, unknown> {
  const { pipeline, startedAt, finishedAt, queuedAt } = job;
  const { project } = pipeline;
  const commit = project.repository.commits.get(pipeline.sha);
  const isDone = startedAt !== null && finishedAt !== null;
  return {
    id: job.id,
    status: job.status,
    stage: job.stage,
    name: job.name,
    ref: pipeline.ref,
    tag: pipeline.isTag,
    coverage: job.coverage,
    allow_failure: job.allowFailure,
    created_at: isoTime(job.createdAt),
    started_at: isoTime(startedAt),
    finished_at: isoTime(finishedAt),
    erased_at: isoTime(job.erasedAt),
    duration: isDone ? (finishedAt - startedAt) / 1000 : null,
    queued_duration: queuedAt === null || startedAt === null ? null : (startedAt - queuedAt) / 1000,
    user: basicUser(world, job.user),
    commit: commit === undefined ? null : commitView(world, project, commit),
    pipeline: basicPipeline(world, pipeline),
    ...(job.failureReason !== null && { failure_reason: job.failureReason }),
    web_url: `${projectUrl(world, project)}/-/jobs/${job.id}`,
    project: { ci_job_token_scope_enabled: false },
    ...(job.artifactsFile !== undefined && {
      artifacts_file: { filename: job.artifactsFile.filename, size: job.artifactsFile.size },
    }),
    artifacts:
      job.artifactsFile === undefined
        ? []
        : [
            {
              file_type: "archive",
              size: job.artifactsFile.size,
              filename: job.artifactsFile.filename,
              file_format: "zip",
            },
          ],
    runner: null,
    runner_manager: null,
    artifacts_expire_at: null,
    archived: false,
    tag_list: [...job.tags],
  };
}
