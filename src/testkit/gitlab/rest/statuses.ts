/** Commit statuses: what outside systems say about a commit */
import { roles } from "../model/access.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import type { Project } from "../model/project.ts";
import type { Session, World } from "../model/world.ts";
import { finishJob } from "../operations/job-outcomes.ts";
import { addJob, createPipeline } from "../operations/pipelines.ts";
import { badRequest } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { isoTime } from "../views/times.ts";
import { basicUser } from "../views/user-view.ts";
import { created, get, post, sessionOf, type Answer, type Call } from "./call.ts";
import { commitOf } from "./commits.ts";
import { projectFor, repositoryOf } from "./found.ts";
import { bool, decimal, integer, oneOf, optional, params, required, text } from "./params.ts";

export const statusRoutes = [
  get("/projects/:id/repository/commits/:sha/statuses", list),
  post("/projects/:id/statuses/:sha", create),
];

const listParams = params({
  ref: optional(text),
  stage: optional(text),
  name: optional(text),
  all: optional(bool),
  pipeline_id: optional(integer),
});

/** The newest of each name; with `all` every one. */
function list(call: Call): Answer {
  const project = repositoryOf(call);
  const { sha } = commitOf(project, call.ids["sha"]!);
  const { ref, stage, name, all, pipeline_id: pipelineId } = listParams(call.input);
  const jobs = [...project.jobs.values()].filter(
    (job) =>
      job.pipeline.sha === sha &&
      (all === true || !job.isRetried) &&
      (ref === undefined || job.pipeline.ref === ref) &&
      (stage === undefined || job.stage === stage) &&
      (name === undefined || job.name === name) &&
      (pipelineId === undefined || job.pipeline.id === pipelineId),
  );
  return offsetPage(call, jobs, (job) => view(call.world, job));
}

function view(world: World, job: Job): Record<string, unknown> {
  const { pipeline } = job;
  return {
    id: job.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: job.status,
    name: job.name,
    target_url: job.targetUrl,
    description: job.description,
    created_at: isoTime(job.createdAt),
    started_at: isoTime(job.startedAt),
    finished_at: isoTime(job.finishedAt),
    allow_failure: job.allowFailure,
    coverage: job.coverage,
    pipeline_id: pipeline.id,
    author: basicUser(world, job.user),
  };
}

const createParams = params({
  state: required(oneOf("pending", "running", "success", "failed", "canceled", "skipped")),
  ref: optional(text),
  name: optional(text),
  context: optional(text),
  target_url: optional(text),
  description: optional(text),
  coverage: optional(decimal),
  pipeline_id: optional(integer),
});

/** A status of a name that is there changes; another becomes part of the commit's newest pipeline, or of a new one. */
function create(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const session = sessionOf(call);
  const { sha } = commitOf(project, call.ids["sha"]!);
  const given = createParams(call.input);
  const name = given.name ?? given.context ?? "default";
  const job = jobFor(session, project, sha, { name, ref: given.ref, pipelineId: given.pipeline_id });
  if (job.status === given.state && job.finishedAt !== null) {
    throw badRequest(`Cannot transition status via :${given.state} from :${job.status}`);
  }
  if (given.target_url !== undefined) job.targetUrl = given.target_url;
  if (given.description !== undefined) job.description = given.description;
  if (given.coverage !== undefined) job.coverage = given.coverage;
  finishJob(session, job, given.state);
  return created(view(call.world, job));
}

interface Wanted {
  name: string;
  ref: string | undefined;
  pipelineId: number | undefined;
}

function jobFor(session: Session, project: Project, sha: string, { name, ref, pipelineId }: Wanted): Job {
  const plan = {
    name,
    stage: "external",
    when: "on_success" as const,
    allowFailure: false,
    tags: [],
    environment: null,
  };
  const isMeant = (one: Pipeline): boolean => {
    return (
      one.sha === sha && (ref === undefined || one.ref === ref) && (pipelineId === undefined || one.id === pipelineId)
    );
  };
  const pipeline = [...project.pipelines.values()].findLast(isMeant);
  if (pipeline === undefined) {
    const { branches, defaultBranch } = project.repository;
    const branch = ref ?? [...branches].find(([, head]) => head === sha)?.[0] ?? defaultBranch ?? "main";
    if (!branches.has(branch) && !project.repository.tags.has(branch))
      throw badRequest("References for commit could not be found");
    const made = createPipeline(session, project, { ref: branch, source: "external", sha, jobs: [plan] })!;
    return made.jobs[0]!;
  }
  const present = pipeline.jobs.findLast((job) => job.name === name && !job.isRetried);
  return present ?? addJob(session, pipeline, plan);
}
