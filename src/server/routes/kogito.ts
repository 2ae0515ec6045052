/** Runs of workflows as Kogito's generated resources serve them: `POST /{workflowId}` and what goes with it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { hasEnded, type RunDetails } from "../../core/run.ts";
import { findWorkflow } from "../workflows/find-workflow.ts";
import { errorOf, instanceText, statusOfFailure } from "../workflows/kogito-answers.ts";
import { isCloudEvent, takeCloudEvents, type EventTaker } from "../workflows/kogito-events.ts";
import { readStartInput } from "../workflows/start-input.ts";
import { settledInTime, startRun } from "../workflows/start-workflow.ts";
import { starterOf } from "../workflows/starter.ts";

export interface KogitoOptions extends EventTaker {
  engine: Engine;
  projectName: (project: string) => string;
}

/** Of an input, or of an event. */
const kogitoBodyLimit = 8 * 1024 * 1024;

const params = Type.Object({ workflowId: Type.String({ minLength: 1, description: "The workflow's id." }) });
const instanceParams = Type.Object({
  ...params.properties,
  id: Type.String({ minLength: 1, description: "The run's id." }),
});

export const whichWorkflow = {
  project: Type.Optional(
    Type.String({ minLength: 1, description: "Where several projects have a workflow of this id: which." }),
  ),
  version: Type.Optional(Type.String({ minLength: 1, description: "Of the workflow; the newest unless said." })),
};
const startQuery = Type.Object({
  ...whichWorkflow,
  businessKey: Type.Optional(Type.String({ maxLength: 1000, description: "A name that other systems know." })),
});
const listQuery = Type.Object(whichWorkflow);

const instance = Type.Object({ id: Type.String(), workflowdata: Type.Unknown() });
const failed = Type.Object({ message: Type.String() });
const run = { description: "The run and its data.", content: { "application/json": { schema: instance } } };
const problem = (description: string) => ({ description, content: { "application/json": { schema: failed } } });
const tags = ["Kogito"];

type Params = { Params: Static<typeof params> };
type InstanceParams = { Params: Static<typeof instanceParams> };

export function kogitoRoutes(app: FastifyInstance, options: KogitoOptions): void {
  kogitoErrors(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: kogitoBodyLimit }, (_request, body, done) =>
    done(null, body),
  );
  startRoute(app, options);
  listRoute(app, options);
  showRoute(app, options);
  changeRoutes(app, options);
  endRoute(app, options);
  eventRoute(app, options);
}

/** Kogito's clients read `message`. */
export function kogitoErrors(app: FastifyInstance): void {
  const parent = app.errorHandler;
  app.setErrorHandler((thrown, request, reply) => {
    if (!(thrown instanceof AutoFlowError) || thrown.httpStatus >= 500) return parent(thrown as never, request, reply);
    const { code, message, hint, httpStatus } = thrown;
    const told =
      code === "WORKFLOW_INPUT_INVALID" ? `There are JsonSchema validation errors:\n${message}` : `${message}. ${hint}`;
    if (code === "AUTH_REQUIRED") void reply.header("www-authenticate", "Bearer");
    return reply
      .code(httpStatus)
      .type("application/json")
      .send(JSON.stringify({ message: told, code }));
  });
}

function bodyText(request: FastifyRequest): string {
  return request.body instanceof Uint8Array ? new TextDecoder().decode(request.body) : "";
}

function startRoute(app: FastifyInstance, options: KogitoOptions): void {
  const { engine, projectName } = options;
  const schema = {
    summary: "Start a workflow",
    description:
      "The body is its input, plain or as `workflowdata`; none is an empty object. Answers when the run waits for the first time or " +
      "has ended, with its data. A CloudEvent is taken as one. `Idempotency-Key`: the same key starts one run.",
    tags,
    params,
    querystring: startQuery,
    response: {
      201: run,
      202: { description: "The CloudEvent is on disk." },
      400: problem("The input does not fit, or a service answered with 400."),
      404: problem("There is no such workflow."),
      500: problem("The run failed."),
    },
  };
  const route = { schema, bodyLimit: kogitoBodyLimit };
  type Route = Params & { Querystring: Static<typeof startQuery> };
  app.post<Route>("/:workflowId", route, async (request, reply) => {
    if (isCloudEvent(request.headers)) return takeCloudEvents(request, reply, options);
    const { params: asked, query } = request;
    const found = findWorkflow(engine, questionOf(asked.workflowId, query, projectName));
    refuseStartFromNode(request);
    const input = readStartInput(bodyText(request));
    const starter = starterOf(request.headers, input.beside, query.businessKey);
    const key = request.headers["idempotency-key"];
    const started = await startRun(engine, found, { input, starter, key: typeof key === "string" ? key : undefined });
    const settled = await settledInTime(started.settled);
    const { runId } = started;
    if (settled?.state === "failed") {
      return reply
        .code(statusOfFailure(settled.error))
        .type("application/json")
        .send(JSON.stringify(errorOf(runId, settled.error)));
    }
    const data = settled === undefined ? (await engine.findRun(runId))?.data : settled.data;
    return reply
      .code(201)
      .header("location", `${request.protocol}://${request.host}/${encodeURIComponent(asked.workflowId)}/${runId}`)
      .type("application/json")
      .send(instanceText(runId, data));
  });
}

function refuseStartFromNode({ headers }: FastifyRequest): void {
  if (headers["x-kogito-startfromnode"] === undefined) return;
  throw new AutoFlowError("REQUEST_INVALID", "a run begins at its start: X-KOGITO-StartFromNode is not supported", {
    hint: "Start it, and trigger the node with POST /management/processes/{id}/instances/{run}/nodes/{node}.",
  });
}

export function questionOf(
  name: string,
  { project, version }: { project?: string | undefined; version?: string | undefined },
  projectName: (project: string) => string,
): { name: string; project?: string; version?: string } {
  return {
    name,
    ...(project !== undefined && { project: projectName(project) }),
    ...(version !== undefined && { version }),
  };
}

const mostListed = 1000;

function listRoute(app: FastifyInstance, { engine, projectName }: KogitoOptions): void {
  const schema = {
    summary: "List the runs of a workflow that have not ended, and those that failed",
    tags,
    params,
    querystring: listQuery,
    response: {
      200: { description: "At most 1000.", content: { "application/json": { schema: Type.Array(instance) } } },
      404: problem("There is no such workflow."),
    },
  };
  type Route = Params & { Querystring: Static<typeof listQuery> };
  app.get<Route>("/:workflowId", { schema }, async ({ params: { workflowId }, query }, reply) => {
    const question = questionOf(workflowId, query, projectName);
    findWorkflow(engine, question);
    const { runs } = await engine.searchRuns({
      where: {
        kind: "and",
        of: [
          { kind: "compare", field: "name", operator: "eq", value: workflowId },
          { kind: "not", of: { kind: "in", field: "state", values: ["succeeded", "cancelled"] } },
          ...(question.project === undefined ? [] : [equal("project", question.project)]),
          ...(question.version === undefined ? [] : [equal("version", question.version)]),
        ],
      },
      orderBy: { field: "createdAt", descending: false },
      limit: mostListed,
    });
    return reply.type("application/json").send(`[${runs.map(({ id, data }) => instanceText(id, data)).join(",")}]`);
  });
}

function equal(field: "project" | "version", value: string) {
  return { kind: "compare", field, operator: "eq", value } as const;
}

/** Throws NOT_FOUND when there is no such run of the workflow. */
export async function requireRun(engine: Engine, workflowId: string, id: string): Promise<RunDetails> {
  const found = await engine.findRun(id);
  if (found?.workflow?.name === workflowId) return found;
  throw new AutoFlowError("NOT_FOUND", `there is no run ${JSON.stringify(id)} of the workflow ${workflowId}`);
}

function showRoute(app: FastifyInstance, { engine }: KogitoOptions): void {
  const schema = {
    summary: "Show a run's data, also after its end",
    tags,
    params: instanceParams,
    response: { 200: run, 404: problem("There is no such run.") },
  };
  app.get<InstanceParams>("/:workflowId/:id", { schema }, async ({ params: { workflowId, id } }, reply) => {
    const { data } = await requireRun(engine, workflowId, id);
    return reply.type("application/json").send(instanceText(id, data));
  });
}

function changeRoutes(app: FastifyInstance, { engine }: KogitoOptions): void {
  for (const [method, name, summary] of [
    ["PATCH", "merge", "Merge into the data of a run"],
    ["PUT", "data", "Put other data in place of a run's"],
  ] as const) {
    const schema = {
      summary,
      tags,
      params: instanceParams,
      response: { 200: run, 404: problem("There is no such run."), 409: problem("The run has ended.") },
    };
    const handler = async ({ params: asked, ...request }: FastifyRequest<InstanceParams>, reply: FastifyReply) => {
      const { workflowId, id } = asked;
      const { data } = await requireRun(engine, workflowId, id);
      const { text } = readStartInput(bodyText(request as FastifyRequest));
      const { settled } = await engine.commandRun(id, { name, payload: text });
      const after = await settledInTime(settled);
      return reply.type("application/json").send(instanceText(id, after?.data ?? data));
    };
    app.route<InstanceParams>({ method, url: "/:workflowId/:id", schema, handler, bodyLimit: kogitoBodyLimit });
  }
}

function endRoute(app: FastifyInstance, { engine }: KogitoOptions): void {
  const schema = {
    summary: "Abort a run",
    tags,
    params: instanceParams,
    response: { 200: run, 404: problem("There is no such run, or it has ended.") },
  };
  app.delete<InstanceParams>("/:workflowId/:id", { schema }, async ({ params: { workflowId, id } }, reply) => {
    const { data } = await abortRun(engine, await requireRun(engine, workflowId, id));
    return reply.type("application/json").send(instanceText(id, data));
  });
}

/** Ends a run, also one that failed and could be repaired. Throws NOT_FOUND when it has ended for good. */
export async function abortRun(
  engine: Engine,
  { id, state, repairable, data }: RunDetails,
): Promise<{ data?: string }> {
  if (hasEnded(state) && repairable !== true) {
    throw new AutoFlowError("NOT_FOUND", `the run ${id} has ended: ${state}`, { hint: "There is nothing to abort." });
  }
  await engine.cancelRun(id, "aborted by an operator");
  return data === undefined ? {} : { data };
}

function eventRoute(app: FastifyInstance, options: KogitoOptions): void {
  const schema = {
    summary: "Send CloudEvents to workflows",
    description:
      "In binary, structured or batched mode, here or under any path that is no route: it reaches the runs that wait for it. One with the " +
      "extension `kogitoprocrefid` is for that run only. The project is `?project=`, or that run's, or the only one that has workflows.",
    tags,
    querystring: Type.Object({ project: whichWorkflow.project }),
    response: { 202: { description: "It is on disk." }, 400: problem("It is no CloudEvent.") },
  };
  app.post("/", { schema, bodyLimit: kogitoBodyLimit }, (request, reply) => takeCloudEvents(request, reply, options));
}
