/** CloudEvents on Kogito's routes. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";
import { parseCloudEvents } from "../../events/cloudevents.ts";
import { defaultProject, everyProject } from "./find-workflow.ts";

export interface EventTaker {
  engine: Engine;
  projectName: (project: string) => string;
  /** Told of every event that was accepted as new. */
  onEvent: (event: NewEvent) => void;
}

/** Whether a request is a CloudEvent, in any of the modes of its HTTP binding. */
export function isCloudEvent(headers: FastifyRequest["headers"]): boolean {
  return headers["ce-specversion"] !== undefined || /^\s*application\/cloudevents/i.test(headers["content-type"] ?? "");
}

/** Which run an event is for. */
const runAttribute = "kogitoprocrefid";

/** Answers 202 once they are on disk. */
export async function takeCloudEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  { engine, projectName, onEvent }: EventTaker,
): Promise<FastifyReply> {
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const { project } = request.query as { project?: string };
  const known = project === undefined ? undefined : projectName(project);
  const parsed = parseCloudEvents(request.headers, body, known ?? "");
  const events = await Promise.all(
    parsed.map(async (event) => (known === undefined ? { ...event, project: await projectOf(engine, event) } : event)),
  );
  const results = events.length === 0 ? [] : await engine.appendEvents(events);
  for (const [i, { duplicate }] of results.entries()) if (!duplicate) onEvent(events[i]!);
  return reply.code(202).send();
}

/** That of the run it is for, or else the only one that has workflows. */
async function projectOf(engine: Engine, { attributes }: NewEvent): Promise<string> {
  const runId = attributes.extensions?.[runAttribute];
  const run = typeof runId === "string" ? await engine.findRun(runId) : undefined;
  if (run !== undefined) return run.project;
  const projects = new Set(
    engine.activeWorkflows().map((each) => (each.project === everyProject ? defaultProject : each.project)),
  );
  const [only, ...others] = projects;
  if (only !== undefined && others.length === 0) return only;
  throw new AutoFlowError("REQUEST_INVALID", "the event may be for several projects, or for none", {
    hint: projects.size === 0 ? "There are no workflows." : `Add ?project= with one of ${[...projects].join(", ")}.`,
  });
}
