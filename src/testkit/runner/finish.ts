/** The verbs that say what becomes of pipelines and jobs, which nothing runs, as runners would. */
import type { WireValue } from "../../core/wire.ts";
import { isFinished, type Job, type JobStatus, type Pipeline } from "../gitlab/model/pipeline.ts";
import type { World } from "../gitlab/model/world.ts";
import { finishJob as finishOneJob, finishPipeline as finishWholePipeline } from "../gitlab/operations/job-outcomes.ts";
import { jobView, pipelineView } from "../gitlab/views/pipeline-view.ts";
import type { Simulation, TestWorld } from "../simulation.ts";
import { type Given, invalid, oneOf, optionalText } from "./given.ts";

interface Context {
  simulation: Simulation;
  world: TestWorld;
}

const endings = ["success", "failed", "canceled", "skipped", "running"] as const;

/** `testing.finish_pipeline`: the pipeline, as GitLab's API has it. */
export function finishPipeline(context: Context, given: Given): WireValue {
  const { gitlab } = context.world.project;
  const status = oneOf(given["status"], "status", endings) ?? "success";
  const pipeline = pipelineOf(gitlab.world, given["pipeline"]);
  requireOpen(`pipeline ${pipeline.id}`, pipeline.status);
  note(context, `pipeline ${pipeline.id} of ${pipeline.ref} -> ${status}`);
  gitlab.change((world) => finishWholePipeline({ world, user: pipeline.user }, pipeline, status));
  return plainOf(pipelineView(gitlab.world, pipeline));
}

/** `testing.finish_job`: the job, as GitLab's API has it. */
export function finishJob(context: Context, given: Given): WireValue {
  const { gitlab } = context.world.project;
  const status = oneOf(given["status"], "status", endings) ?? "success";
  const job = jobOf(gitlab.world, given["job"]);
  requireOpen(`job ${job.id} (${job.name})`, job.status);
  const reason = optionalText(given["reason"], "reason");
  job.trace = optionalText(given["trace"], "trace") ?? job.trace;
  note(context, `job ${job.id} (${job.name}) -> ${status}`);
  gitlab.change((world) => finishOneJob({ world, user: job.user }, job, status, reason));
  return plainOf(jobView(gitlab.world, job));
}

/** By its id, or the newest one. */
function pipelineOf(world: World, given: WireValue | undefined): Pipeline {
  const pipelines = [...world.projects.values()].flatMap((project) => [...project.pipelines.values()]);
  const newest = pipelines.toSorted((a, b) => a.id - b.id).at(-1);
  if (newest === undefined) {
    throw invalid("there is no pipeline yet: a push makes one when the project has a .gitlab-ci.yml with jobs");
  }
  if (given === null || given === undefined) return newest;
  const id = idOf(given, "pipeline");
  const found = pipelines.find((pipeline) => pipeline.id === id);
  if (found === undefined) throw invalid(`there is no pipeline ${id}: the newest one is ${newest.id}`);
  return found;
}

/** By its id, or the newest one of a name. */
function jobOf(world: World, given: WireValue | undefined): Job {
  const jobs = [...world.projects.values()].flatMap((project) => [...project.jobs.values()]);
  const wanted = typeof given === "string" ? given : idOf(given, "job");
  const found = jobs
    .filter(({ id, name }) => id === wanted || name === wanted)
    .toSorted((a, b) => a.id - b.id)
    .at(-1);
  if (found !== undefined) return found;
  const names = [...new Set(jobs.map(({ name }) => name))].join(", ");
  throw invalid(`there is no job ${wanted}: ${names === "" ? "there are none yet" : `there are ${names}`}`);
}

/** Of a number, or a record as GitLab tells it. */
function idOf(given: WireValue | undefined, name: string): number {
  const id = typeof given === "object" && given !== null && "id" in given ? given["id"] : given;
  if (typeof id === "number") return id;
  throw invalid(`${name} must be a number or a record with an id, got ${JSON.stringify(given)}`);
}

function requireOpen(what: string, status: JobStatus): void {
  if (isFinished(status)) throw invalid(`${what} has ended already: ${status}`);
}

function note({ simulation, world }: Context, text: string): void {
  world.project.moments.push({ at: simulation.clock.now(), text: `test: ${text}` });
}

function plainOf(view: Record<string, unknown>): WireValue {
  return JSON.parse(JSON.stringify(view)) as WireValue;
}
