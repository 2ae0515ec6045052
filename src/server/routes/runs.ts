/** Runs: what there is, and what may be asked of one. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { maxMailboxBytes } from "../../core/arrival.ts";
import { runStates, type RunState } from "../../core/run.ts";
import { pageOf, pageQuery, runDetailsSchema, runParams, runSummarySchema } from "../schemas.ts";

export function runRoutes(app: FastifyInstance, engine: Engine, projectName: (project: string) => string): void {
  listRoute(app, engine, projectName);
  showRoute(app, engine);
  cancelRoute(app, engine);
  resumeRoute(app, engine);
  app.register((scope, _options, done) => {
    signalRoute(scope, engine);
    done();
  });
}

const listQuery = Type.Object({
  project: Type.Optional(Type.String({ minLength: 1 })),
  state: Type.Optional(Type.String({ description: `Some of ${runStates.join(", ")}, separated by commas.` })),
  definition: Type.Optional(Type.String({ minLength: 1, description: "Path of the definition inside its project." })),
  ...pageQuery,
});

function listRoute(app: FastifyInstance, engine: Engine, projectName: (project: string) => string): void {
  const schema = {
    summary: "List runs, newest first",
    tags: ["runs"],
    querystring: listQuery,
    response: { 200: pageOf(runSummarySchema) },
  };
  app.get<{ Querystring: Static<typeof listQuery> }>("/runs", { schema }, ({ query }) => {
    const { state, project, ...rest } = query;
    return engine.listRuns({
      ...rest,
      ...(project !== undefined && { project: projectName(project) }),
      ...(state !== undefined && { states: parseStates(state) }),
    });
  });
}

function parseStates(text: string): RunState[] {
  return text.split(",").map((name) => {
    const state = runStates.find((known) => known === name.trim());
    if (state !== undefined) return state;
    throw new AutoFlowError("REQUEST_INVALID", `there is no state ${JSON.stringify(name)}`, {
      hint: `States are ${runStates.join(", ")}.`,
    });
  });
}

type RunParams = { Params: Static<typeof runParams> };

function showRoute(app: FastifyInstance, engine: Engine): void {
  const schema = { summary: "Show a run", tags: ["runs"], params: runParams, response: { 200: runDetailsSchema } };
  app.get<RunParams>("/runs/:id", { schema }, async ({ params }) => {
    const run = await engine.findRun(params.id);
    if (run === undefined) throw noSuchRun(params.id);
    return run;
  });
}

const cancelBody = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 1000, description: "For people; it is in the run's history." })) },
  { additionalProperties: false },
);

const done = Type.Null({ description: "It is on disk." });

function cancelRoute(app: FastifyInstance, engine: Engine): void {
  const schema = {
    summary: "Ask a run to end",
    description: "Every wait unwinds and clean-up runs; asked a second time, it ends at once.",
    tags: ["runs"],
    params: runParams,
    body: cancelBody,
    response: { 204: done },
  };
  app.post<RunParams & { Body: Static<typeof cancelBody> }>("/runs/:id/cancel", { schema }, async (request, reply) => {
    await engine.cancelRun(request.params.id, request.body.reason ?? "cancelled by an operator");
    return reply.code(204).send();
  });
}

function resumeRoute(app: FastifyInstance, engine: Engine): void {
  const schema = {
    summary: "Let a suspended run continue",
    tags: ["runs"],
    params: runParams,
    response: { 204: done },
  };
  app.post<RunParams>("/runs/:id/resume", { schema }, async (request, reply) => {
    await engine.resumeRun(request.params.id);
    return reply.code(204).send();
  });
}

const signalParams = Type.Object({
  ...runParams.properties,
  name: Type.String({ minLength: 1, description: "The signal's name." }),
});

/** The payload is handed on as the text it is: numbers stay what they were. */
function signalRoute(app: FastifyInstance, engine: Engine): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "string", bodyLimit: maxMailboxBytes },
    (_request, body, parsed) => parsed(null, body),
  );
  const schema = {
    summary: "Send a run a named message",
    description: "The body is any JSON value; none is null.",
    tags: ["runs"],
    params: signalParams,
    response: { 204: done },
  };
  const options = { schema, bodyLimit: maxMailboxBytes };
  app.post<{ Params: Static<typeof signalParams> }>("/runs/:id/signals/:name", options, async (request, reply) => {
    const { id, name } = request.params;
    const payload = typeof request.body === "string" && request.body !== "" ? request.body : "null";
    if (!(await engine.signalRun(id, name, payload))) throw await notSignalled(engine, id);
    return reply.code(204).send();
  });
}

async function notSignalled(engine: Engine, id: string): Promise<AutoFlowError> {
  const run = await engine.findRun(id);
  if (run === undefined) return noSuchRun(id);
  return new AutoFlowError("RUN_ALREADY_ENDED", `the run ${id} has ended: ${run.state}`);
}

function noSuchRun(id: string): AutoFlowError {
  return new AutoFlowError("NOT_FOUND", `there is no run ${JSON.stringify(id)}`);
}
