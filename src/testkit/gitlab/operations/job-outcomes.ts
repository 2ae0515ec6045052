/** What follows when a job or a pipeline has a new status: deployments, and merges that waited for it. */
import type { Job, JobStatus, Pipeline } from "../model/pipeline.ts";
import type { Session } from "../model/world.ts";
import { createDeployment, setDeploymentStatus } from "./deployments.ts";
import { mergeNow } from "./merge.ts";
import { setJobStatus, setPipelineStatus } from "./pipelines.ts";

/** Says what becomes of a job, as its runner would. */
export function finishJob(session: Session, job: Job, status: JobStatus, failureReason?: string): void {
  setJobStatus(session, job, status, failureReason);
  followJob(session, job);
  mergeWhatWaits(session, job.pipeline);
}

/** Every job that is not done yet ends so. */
export function finishPipeline(session: Session, pipeline: Pipeline, status: JobStatus): void {
  setPipelineStatus(session, pipeline, status);
  for (const job of pipeline.jobs) followJob(session, job);
  mergeWhatWaits(session, pipeline);
}

const deploymentStatus: Partial<Record<JobStatus, "running" | "success" | "failed" | "canceled">> = {
  running: "running",
  success: "success",
  failed: "failed",
  canceled: "canceled",
};

/** A job with an environment deploys to it. */
function followJob(session: Session, job: Job): void {
  const status = deploymentStatus[job.status];
  if (job.environment === null || status === undefined) return;
  const { project, ref, sha, isTag } = job.pipeline;
  const present = project.deployments.values().find((one) => one.job === job);
  if (present !== undefined) return setDeploymentStatus(session, present, status);
  createDeployment({ ...session, user: job.user }, project, {
    environment: job.environment,
    ref,
    sha,
    isTag,
    status,
    job,
  });
}

function mergeWhatWaits({ world }: Session, pipeline: Pipeline): void {
  if (pipeline.status !== "success") return;
  for (const mergeRequest of world.mergeRequests.values()) {
    const { autoMergeUser, headSha, state } = mergeRequest;
    if (autoMergeUser === undefined || state !== "opened" || headSha !== pipeline.sha) continue;
    mergeRequest.autoMergeUser = undefined;
    mergeNow({ world, user: autoMergeUser }, mergeRequest);
  }
}
