/**
 * What the simulation can be told beside GitLab's own API, below `/-/simulation/`: what becomes of jobs and pipelines, that time
 * passes, how to fail, and what hooks were sent. It takes no token: the server listens on the loopback interface only.
 */
import { parseDuration } from "../../../core/duration.ts";
import { jobStatuses } from "../model/pipeline.ts";
import { finishJob, finishPipeline } from "../operations/job-outcomes.ts";
import { badParameter, notFound, Refusal } from "../operations/refusal.ts";
import { bodyInput } from "../rest/input.ts";
import type { GitLabResponse } from "../rest/message.ts";
import { router } from "../rest/routes.ts";
import { bool, decimal, hash, integer, oneOf, optional, params, required, text } from "../rest/params.ts";
import type { SimulatedGitLab } from "../simulated-gitlab.ts";
import type { Delivery } from "../webhooks/delivery.ts";
import { isoTime } from "../views/times.ts";
import { jobView, pipelineView } from "../views/pipeline-view.ts";
import type { MovableClock } from "./movable-clock.ts";

const prefix = "/-/simulation/";

export interface ControlParts {
  gitlab: SimulatedGitLab;
  clock: MovableClock;
  /** What was sent, oldest first. */
  deliveries: readonly Delivery[];
}

/** Answers what is meant for it; undefined for everything else. */
export type Control = (method: string, path: string, body: unknown) => GitLabResponse | undefined;

export function createControl(parts: ControlParts): Control {
  return (method, path, body) => {
    if (!path.startsWith(prefix)) return undefined;
    try {
      return json(200, act(parts, `${method} ${path.slice(prefix.length)}`, bodyInput(body, "application/json")));
    } catch (error) {
      if (error instanceof Refusal) return json(error.status, error.body);
      throw error;
    }
  };
}

function json(status: number, body: unknown): GitLabResponse {
  return { status, headers: { "content-type": "application/json" }, body };
}

type Input = Record<string, unknown>;

function act(parts: ControlParts, request: string, input: Input): unknown {
  const numbered = /^POST (jobs|pipelines)\/(\d+)$/.exec(request);
  if (numbered?.[1] === "jobs") return setJob(parts, Number(numbered[2]), input);
  if (numbered?.[1] === "pipelines") return setPipeline(parts, Number(numbered[2]), input);
  switch (request) {
    case "GET routes":
      return router.names;
    case "GET clock":
      return { now: isoTime(parts.clock.now()) };
    case "POST clock":
      return advance(parts, input);
    case "POST faults":
      parts.gitlab.faults.add(faultOf(input));
      return {};
    case "DELETE faults":
      parts.gitlab.faults.clear();
      return {};
    case "PUT rate_limit":
      return limitRate(parts, input);
    case "GET deliveries":
      return parts.deliveries.map(({ hook, headers, body, event }) => ({
        url: hook.url,
        headers,
        body,
        response_status: event.responseStatus ?? null,
      }));
    default:
      throw notFound(`${prefix}${request.split(" ")[1]}`);
  }
}

const statusParams = params({
  status: required(oneOf(...jobStatuses)),
  failure_reason: optional(text),
  trace: optional(text),
});

function setJob({ gitlab }: ControlParts, id: number, input: Input): unknown {
  const { status, failure_reason: reason, trace } = statusParams(input);
  for (const project of gitlab.world.projects.values()) {
    const job = project.jobs.get(id);
    if (job === undefined) continue;
    if (trace !== undefined) job.trace = trace;
    gitlab.change((world) => finishJob({ world, user: job.user }, job, status, reason));
    return jobView(gitlab.world, job);
  }
  throw notFound("Job");
}

function setPipeline({ gitlab }: ControlParts, id: number, input: Input): unknown {
  const { status } = statusParams(input);
  for (const project of gitlab.world.projects.values()) {
    const pipeline = project.pipelines.get(id);
    if (pipeline === undefined) continue;
    gitlab.change((world) => finishPipeline({ world, user: pipeline.user }, pipeline, status));
    return pipelineView(gitlab.world, pipeline);
  }
  throw notFound("Pipeline");
}

const advanceParams = params({ advance: required(text) });

function advance({ clock }: ControlParts, input: Input): unknown {
  const given = advanceParams(input).advance;
  try {
    clock.advance(parseDuration(given));
  } catch {
    throw badParameter(`advance is "${given}": write a duration such as "1h30m" or "7d"`);
  }
  return { now: isoTime(clock.now()) };
}

const faultParams = params({
  method: optional(text),
  path: optional(text),
  after: optional(integer),
  times: optional(integer),
  status: optional(integer),
  body: optional({ parse: (raw) => raw }),
  headers: optional(hash),
  delay_ms: optional(integer),
  drop: optional(oneOf("before", "after")),
});

function faultOf(input: Input): Parameters<SimulatedGitLab["faults"]["add"]>[0] {
  const { delay_ms: delayMs, headers, ...given } = faultParams(input);
  const fault = { ...given, delayMs, headers: headers as Record<string, string> | undefined };
  return Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== undefined));
}

const limitParams = params({ requests: optional(integer), period: optional(decimal), none: optional(bool) });

function limitRate({ gitlab }: ControlParts, input: Input): unknown {
  const { requests, period } = limitParams(input);
  gitlab.limitRate(requests === undefined ? undefined : { requests, period: period ?? 60 });
  return {};
}
