/** Making pipelines, and what becomes of their jobs. */
import type { Project } from "../model/project.ts";
import { isFinished, stagesOf, statusOfJobs, type Job, type JobStatus, type Pipeline } from "../model/pipeline.ts";
import { resolveRef } from "../model/repository.ts";
import { nextId, takeId, takeIid, type Session } from "../model/world.ts";
import { emitJob, emitPipeline } from "../webhooks/pipeline-body.ts";
import { noCommit } from "../webhooks/push-body.ts";
import { jobsOf, type JobPlan } from "./ci-config.ts";
import { invalid } from "./refusal.ts";

export interface NewPipeline {
  id?: number | undefined;
  ref: string;
  /** A commit of the ref other than its newest. */
  sha?: string;
  source: string;
  beforeSha?: string | undefined;
  name?: string | undefined;
  variables?: Pipeline["variables"];
  /** Jobs instead of those of the configuration file. */
  jobs?: JobPlan[] | undefined;
  /** Without a configuration file there is no pipeline, and no error. */
  isOptional?: boolean;
  mergeRequestIid?: number | undefined;
}

/** Throws 400 when the ref or the configuration is missing. */
export function createPipeline(session: Session, project: Project, given: NewPipeline): Pipeline | undefined {
  const { world, user } = session;
  const commit = resolveRef(project.repository, given.sha ?? given.ref);
  if (commit === undefined) {
    if (given.isOptional === true) return undefined;
    throw invalid({ base: ["Reference not found"] });
  }
  const plans =
    given.jobs ?? plannedJobs(project, commit.tree.get(configPath(project))?.content, given.isOptional === true);
  if (plans === undefined) return undefined;
  const now = world.now();
  const pipeline: Pipeline = {
    id: takeId(world, "pipeline", given.id),
    iid: takeIid(project, "pipeline"),
    project,
    name: given.name ?? null,
    ref: given.ref,
    sha: commit.sha,
    beforeSha: given.beforeSha ?? noCommit,
    isTag: project.repository.tags.has(given.ref) && !project.repository.branches.has(given.ref),
    source: given.source,
    status: "created",
    user,
    variables: given.variables ?? [],
    jobs: [],
    mergeRequestIid: given.mergeRequestIid,
    coverage: null,
    yamlErrors: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    finishedAt: null,
  };
  pipeline.jobs = plans.map((plan) => newJob(session, pipeline, plan));
  project.pipelines.set(pipeline.id, pipeline);
  for (const mergeRequest of project.mergeRequests.values()) {
    if (mergeRequest.sourceBranch === given.ref && mergeRequest.state === "opened")
      mergeRequest.pipelines.push(pipeline);
  }
  emitPipeline(world, pipeline);
  for (const job of pipeline.jobs) emitJob(world, job);
  start(session, pipeline);
  return pipeline;
}

function configPath({ settings }: Project): string {
  return settings.ci_config_path === null || settings.ci_config_path === ""
    ? ".gitlab-ci.yml"
    : settings.ci_config_path;
}

function plannedJobs(_project: Project, config: Uint8Array | undefined, isOptional: boolean): JobPlan[] | undefined {
  if (config === undefined) {
    if (isOptional) return undefined;
    throw invalid({ base: ["Missing CI config file"] });
  }
  try {
    const jobs = jobsOf(new TextDecoder().decode(config));
    if (jobs.length > 0) return jobs;
  } catch {
    if (!isOptional) throw invalid({ base: ["Invalid configuration format"] });
  }
  if (isOptional) return undefined;
  throw invalid({
    base: ["The resulting pipeline would have been empty. Review the rules configuration for the relevant jobs."],
  });
}

function newJob({ world, user }: Session, pipeline: Pipeline, plan: JobPlan): Job {
  const job: Job = {
    id: nextId(world, "job"),
    pipeline,
    ...plan,
    status: "created",
    user,
    failureReason: null,
    isRetried: false,
    retries: 0,
    trace: "",
    artifactsFile: undefined,
    coverage: null,
    targetUrl: null,
    description: null,
    createdAt: world.now(),
    queuedAt: null,
    startedAt: null,
    finishedAt: null,
    erasedAt: null,
  };
  pipeline.project.jobs.set(job.id, job);
  return job;
}

/** A job more in a pipeline that is there; nothing starts it. */
export function addJob(session: Session, pipeline: Pipeline, plan: JobPlan): Job {
  const job = newJob(session, pipeline, plan);
  pipeline.jobs = [...pipeline.jobs, job];
  emitJob(session.world, job);
  return job;
}

/** The jobs of the first stage wait for a runner. */
function start(session: Session, pipeline: Pipeline): void {
  advance(session, pipeline);
  sumUp(session, pipeline);
}

/** Lets the jobs of a stage begin when all before it are done. */
function advance(session: Session, pipeline: Pipeline): void {
  for (const stage of stagesOf(pipeline)) {
    const jobs = pipeline.jobs.filter((job) => job.stage === stage && !job.isRetried);
    const hasFailed = pipeline.jobs.some((job) => !job.isRetried && job.status === "failed" && !job.allowFailure);
    for (const job of jobs) {
      if (job.status !== "created") continue;
      if (job.when === "manual") put(session, job, "manual");
      else if (job.when === "delayed") put(session, job, "scheduled");
      else if (hasFailed === (job.when === "on_failure") || job.when === "always") put(session, job, "pending");
      else put(session, job, "skipped");
    }
    const isDone = jobs.every(
      ({ status, allowFailure }) => isFinished(status) || (status === "manual" && allowFailure),
    );
    if (!isDone) return;
  }
}

function put(session: Session, job: Job, status: JobStatus): void {
  if (job.status === status) return;
  const now = session.world.now();
  job.status = status;
  if (status === "pending") job.queuedAt ??= now;
  if (status === "running") job.startedAt ??= now;
  if (isFinished(status)) {
    job.finishedAt = now;
    if (status !== "skipped") job.startedAt ??= now;
  }
  emitJob(session.world, job);
}

function sumUp({ world }: Session, pipeline: Pipeline): void {
  const status = statusOfJobs(pipeline.jobs);
  if (status === pipeline.status) return;
  const now = world.now();
  pipeline.status = status;
  pipeline.updatedAt = now;
  if (status === "running") pipeline.startedAt ??= now;
  pipeline.finishedAt = isFinished(status) ? now : null;
  if (isFinished(status)) pipeline.startedAt ??= now;
  emitPipeline(world, pipeline);
}

/** Says what becomes of a job, as its runner would; what waits for it goes on. */
export function setJobStatus(session: Session, job: Job, status: JobStatus, failureReason?: string): void {
  job.failureReason = status === "failed" ? (failureReason ?? "script_failure") : null;
  put(session, job, status);
  if (isFinished(status)) advance(session, job.pipeline);
  sumUp(session, job.pipeline);
}

/**
 * Says what becomes of a whole pipeline. With "success" and "failed" the jobs that have begun end so, stage by stage, and so do those
 * that begin by that; with "running" those that have begun go on; anything else is the status of every job that has not ended.
 */
export function setPipelineStatus(session: Session, pipeline: Pipeline, status: JobStatus): void {
  const goesByStages = status === "success" || status === "failed";
  const isForAll = !goesByStages && status !== "running";
  const isMeant = (job: Job): boolean =>
    !job.isRetried &&
    !isFinished(job.status) &&
    !(job.status === "manual" && isFinished(status)) &&
    (isForAll || job.status !== "created");
  for (;;) {
    const jobs = pipeline.jobs.filter(isMeant);
    for (const job of jobs) {
      job.failureReason = status === "failed" ? "script_failure" : null;
      put(session, job, status);
    }
    if (goesByStages) advance(session, pipeline);
    sumUp(session, pipeline);
    if (!goesByStages || jobs.length === 0) return;
  }
}

/** A new job in the place of one that ended. */
export function retryJob(session: Session, job: Job): Job {
  job.isRetried = true;
  const { name, stage, when, allowFailure, tags, environment } = job;
  const again = newJob(session, job.pipeline, { name, stage, when, allowFailure, tags, environment });
  again.retries = job.retries + 1;
  job.pipeline.jobs = [...job.pipeline.jobs, again];
  put(session, again, "pending");
  sumUp(session, job.pipeline);
  return again;
}

/** Jobs that failed or were cancelled run again. */
export function retryPipeline(session: Session, pipeline: Pipeline): void {
  for (const job of pipeline.jobs) {
    if (!job.isRetried && (job.status === "failed" || job.status === "canceled")) retryJob(session, job);
  }
  for (const job of pipeline.jobs) if (!job.isRetried && job.status === "skipped") put(session, job, "created");
  advance(session, pipeline);
  sumUp(session, pipeline);
}

export function cancelPipeline(session: Session, pipeline: Pipeline): void {
  for (const job of pipeline.jobs) {
    if (!job.isRetried && !isFinished(job.status) && job.status !== "manual") put(session, job, "canceled");
  }
  sumUp(session, pipeline);
}

export function cancelJob(session: Session, job: Job): void {
  if (!isFinished(job.status)) setJobStatus(session, job, "canceled");
}

/** A manual job begins. */
export function playJob(session: Session, job: Job): void {
  job.user = session.user;
  put(session, job, "pending");
  sumUp(session, job.pipeline);
}
