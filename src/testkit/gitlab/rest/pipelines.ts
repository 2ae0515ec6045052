/** /projects/:id/pipelines and /projects/:id/jobs */
import { projectRole, roles } from "../model/access.ts";
import { isFinished, jobStatuses, type Job, type Pipeline } from "../model/pipeline.ts";
import type { Project } from "../model/project.ts";
import { resolveRef } from "../model/repository.ts";
import {
  cancelJob,
  cancelPipeline,
  createPipeline,
  playJob,
  retryJob,
  retryPipeline,
} from "../operations/pipelines.ts";
import { forbidden, notFound, Refusal } from "../operations/refusal.ts";
import { page } from "../paging/keyset.ts";
import { offsetPage } from "../paging/offset.ts";
import { basicPipeline, jobView, pipelineView } from "../views/pipeline-view.ts";
import { created, del, get, noContent, ok, post, put, raw, sessionOf, type Answer, type Call } from "./call.ts";
import { numberOf, projectFor, projectOf } from "./found.ts";
import { RawContent } from "./message.ts";
import { bool, hash, hashes, oneOf, optional, params, required, text, texts, time } from "./params.ts";

const one = "/projects/:id/pipelines/:pipeline_id";
const oneJob = "/projects/:id/jobs/:job_id";

export const pipelineRoutes = [
  get("/projects/:id/pipelines", list),
  get("/projects/:id/pipelines/latest", latest),
  post("/projects/:id/pipeline", create),
  get(one, (call) => ok(pipelineView(call.world, pipelineOf(call)))),
  del(one, remove),
  post(`${one}/retry`, (call) => changePipeline(call, retryPipeline)),
  post(`${one}/cancel`, (call) => changePipeline(call, cancelPipeline)),
  put(`${one}/metadata`, rename),
  get(`${one}/variables`, (call) => ok(pipelineFor(call).variables.map((variable) => ({ ...variable, raw: false })))),
  get(`${one}/jobs`, (call) => listJobs(call, pipelineOf(call).jobs)),
  get(`${one}/bridges`, (call) => listJobs(call, pipelineOf(call).jobs.slice(0, 0))),
  get(`${one}/test_report`, emptyTestReport),
  get("/projects/:id/jobs", (call) => listJobs(call, [...readable(call).jobs.values()])),
  get(oneJob, (call) => ok(jobView(call.world, jobOf(call)))),
  get(`${oneJob}/trace`, trace),
  post(`${oneJob}/retry`, retry),
  post(`${oneJob}/cancel`, cancel),
  post(`${oneJob}/play`, play),
  post(`${oneJob}/erase`, erase),
  get(`${oneJob}/artifacts`, artifacts),
];

/** Whoever may see the project may see its pipelines, where these are public. */
function readable(call: Call): Project {
  const project = projectOf(call);
  const role = projectRole(call.user, project);
  if (
    role < roles.reporter &&
    !(project.settings.public_jobs && (project.visibility !== "private" || role >= roles.guest))
  ) {
    throw forbidden();
  }
  return project;
}

function pipelineIn(project: Project, call: Call): Pipeline {
  const pipeline = project.pipelines.get(numberOf(call, "pipeline_id"));
  if (pipeline === undefined) throw notFound("Pipeline");
  return pipeline;
}

function pipelineOf(call: Call): Pipeline {
  return pipelineIn(readable(call), call);
}

function pipelineFor(call: Call): Pipeline {
  return pipelineIn(projectFor(call, roles.developer), call);
}

const statuses = oneOf(...jobStatuses);

const listParams = params({
  scope: optional(oneOf("running", "pending", "finished", "branches", "tags")),
  status: optional(statuses),
  source: optional(text),
  ref: optional(text),
  sha: optional(text),
  name: optional(text),
  username: optional(text),
  yaml_errors: optional(bool),
  updated_after: optional(time),
  updated_before: optional(time),
  created_after: optional(time),
  created_before: optional(time),
  order_by: optional(oneOf("id", "status", "ref", "updated_at", "user_id")),
  sort: optional(oneOf("asc", "desc")),
});

type Given = ReturnType<typeof listParams>;

function list(call: Call): Answer {
  const given = listParams(call.input);
  const wanted = [...readable(call).pipelines.values()].filter((pipeline) => isWanted(pipeline, given));
  const value = (pipeline: Pipeline): number | string => {
    switch (given.order_by) {
      case "status":
        return pipeline.status;
      case "ref":
        return pipeline.ref;
      case "updated_at":
        return pipeline.updatedAt;
      case "user_id":
        return pipeline.user.id;
      default:
        return pipeline.id;
    }
  };
  const sign = given.sort === "asc" ? 1 : -1;
  const sorted = wanted.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    return sign * (x === y ? a.id - b.id : x < y ? -1 : 1);
  });
  return offsetPage(call, sorted, (pipeline) => basicPipeline(call.world, pipeline));
}

function isWanted(pipeline: Pipeline, given: Given): boolean {
  const { project, ref, status } = pipeline;
  const { scope } = given;
  return (
    (scope === undefined ||
      (scope === "finished" && isFinished(status)) ||
      scope === status ||
      (scope === "branches" && project.repository.branches.has(ref)) ||
      (scope === "tags" && pipeline.isTag)) &&
    (given.status === undefined || status === given.status) &&
    (given.source === undefined || pipeline.source === given.source) &&
    (given.ref === undefined || ref === given.ref) &&
    (given.sha === undefined || pipeline.sha === given.sha) &&
    (given.name === undefined || pipeline.name === given.name) &&
    (given.username === undefined || pipeline.user.username === given.username) &&
    (given.updated_after === undefined || pipeline.updatedAt >= given.updated_after) &&
    (given.updated_before === undefined || pipeline.updatedAt <= given.updated_before) &&
    (given.created_after === undefined || pipeline.createdAt >= given.created_after) &&
    (given.created_before === undefined || pipeline.createdAt <= given.created_before)
  );
}

function latest(call: Call): Answer {
  const project = readable(call);
  const ref = text.parse(call.input["ref"]) ?? project.repository.defaultBranch ?? "";
  const head = resolveRef(project.repository, ref);
  const pipeline = [...project.pipelines.values()].findLast((item) => item.ref === ref && item.sha === head?.sha);
  if (pipeline === undefined) throw new Refusal(403, { message: "403 Forbidden" });
  return ok(pipelineView(call.world, pipeline));
}

const createParams = params({ ref: required(text), variables: optional(hashes), inputs: optional(hash) });

function create(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const { ref, variables } = createParams(call.input);
  const pipeline = createPipeline(sessionOf(call), project, {
    ref,
    source: "api",
    variables: (variables ?? []).map(({ key, value, variable_type: type }) => ({
      key: text.parse(key) ?? "",
      value: text.parse(value) ?? "",
      variable_type: type === "file" ? "file" : "env_var",
    })),
  });
  return created(pipelineView(call.world, pipeline!));
}

function remove(call: Call): Answer {
  const project = projectFor(call, roles.owner);
  const pipeline = pipelineIn(project, call);
  project.pipelines.delete(pipeline.id);
  for (const { id } of pipeline.jobs) project.jobs.delete(id);
  return noContent();
}

function changePipeline(call: Call, change: typeof retryPipeline): Answer {
  const pipeline = pipelineFor(call);
  change(sessionOf(call), pipeline);
  return created(pipelineView(call.world, pipeline));
}

const renameParams = params({ name: required(text) });

function rename(call: Call): Answer {
  const pipeline = pipelineFor(call);
  pipeline.name = renameParams(call.input).name;
  return ok(pipelineView(call.world, pipeline));
}

function emptyTestReport(call: Call): Answer {
  pipelineOf(call);
  return ok({
    total_time: 0,
    total_count: 0,
    success_count: 0,
    failed_count: 0,
    skipped_count: 0,
    error_count: 0,
    test_suites: [],
  });
}

const jobListParams = params({ scope: optional(texts), include_retried: optional(bool) });

/** Newest first; attempts that were repeated only when they are asked for. */
function listJobs(call: Call, jobs: readonly Job[]): Answer {
  const { scope, include_retried: withRetried } = jobListParams(call.input);
  for (const status of scope ?? []) {
    if (statuses.parse(status) === undefined) throw new Refusal(400, { error: "scope does not have a valid value" });
  }
  const wanted = jobs.filter(
    (job) => (withRetried === true || !job.isRetried) && (scope === undefined || scope.includes(job.status)),
  );
  return page(
    call,
    wanted.toSorted((a, b) => b.id - a.id),
    {
      orders: { id: ({ id }) => id },
      id: ({ id }) => id,
      style: "cursor",
      defaults: { orderBy: "id", sort: "desc" },
      view: (job) => jobView(call.world, job),
    },
  );
}

function jobIn(project: Project, call: Call): Job {
  const job = project.jobs.get(numberOf(call, "job_id"));
  if (job === undefined) throw new Refusal(404, { message: "404 Not Found" });
  return job;
}

function jobOf(call: Call): Job {
  return jobIn(readable(call), call);
}

function jobFor(call: Call): Job {
  return jobIn(projectFor(call, roles.developer), call);
}

function trace(call: Call): Answer {
  return raw(new RawContent(new TextEncoder().encode(jobOf(call).trace), "text/plain; charset=utf-8"));
}

function retry(call: Call): Answer {
  const job = jobFor(call);
  if (!isFinished(job.status) || job.isRetried) throw forbidden("Job is not retryable");
  return created(jobView(call.world, retryJob(sessionOf(call), job)));
}

function cancel(call: Call): Answer {
  const job = jobFor(call);
  cancelJob(sessionOf(call), job);
  return created(jobView(call.world, job));
}

function play(call: Call): Answer {
  const job = jobFor(call);
  if (job.status !== "manual" && job.status !== "scheduled")
    throw new Refusal(400, { message: "400 Bad request - Unplayable Job" });
  playJob(sessionOf(call), job);
  return ok(jobView(call.world, job));
}

function erase(call: Call): Answer {
  const job = jobFor(call);
  if (!isFinished(job.status)) throw forbidden("Job is not erasable!");
  Object.assign(job, { trace: "", artifactsFile: undefined, erasedAt: call.world.now() });
  return created(jobView(call.world, job));
}

function artifacts(call: Call): Answer {
  const { artifactsFile } = jobOf(call);
  if (artifactsFile === undefined) throw new Refusal(404, { message: "404 Not Found" });
  const headers = { "content-disposition": `attachment; filename="${artifactsFile.filename}"` };
  return raw(new RawContent(artifactsFile.content, "application/octet-stream"), headers);
}
