/** What operators ask of workflows and their runs, as Kogito's management add-on serves it: `/management/processes`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type, type Static } from "typebox";
import type { OperatorCommand } from "../../core/arrival.ts";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { hasEnded, type RunDetails } from "../../core/run.ts";
import { findWorkflow, type WorkflowToRun } from "../workflows/find-workflow.ts";
import { errorOf, instanceText, kogitoState } from "../workflows/kogito-answers.ts";
import { visitsOf } from "../workflows/node-visits.ts";
import { readStartInput } from "../workflows/start-input.ts";
import { settledInTime } from "../workflows/start-workflow.ts";
import { abortRun, kogitoErrors, questionOf, requireRun, whichWorkflow } from "./kogito.ts";

export interface ManagementOptions {
  engine: Engine;
  projectName: (project: string) => string;
}

const prefix = "/management/processes";
const tags = ["Kogito management"];

const processParams = Type.Object({ processId: Type.String({ minLength: 1, description: "The workflow's id." }) });
const instanceParams = Type.Object({
  ...processParams.properties,
  processInstanceId: Type.String({ minLength: 1, description: "The run's id." }),
});
const nodeParams = Type.Object({
  ...instanceParams.properties,
  nodeId: Type.String({ minLength: 1, description: "The node's id." }),
});
const visitParams = Type.Object({
  ...instanceParams.properties,
  nodeInstanceId: Type.String({
    minLength: 1,
    description: "The id of a visit of a node, as `nodeInstances` lists it.",
  }),
});
const whichQuery = Type.Object(whichWorkflow);

type ProcessRoute = { Params: Static<typeof processParams>; Querystring: Static<typeof whichQuery> };
type InstanceRoute = { Params: Static<typeof instanceParams> };
type NodeRoute = { Params: Static<typeof nodeParams> };
type VisitRoute = { Params: Static<typeof visitParams> };

const json = (description: string, schema: object) => ({
  description,
  content: { "application/json": { schema } },
});
const text = Type.String();
const messageSchema = Type.Object({ message: text });
const errorSchema = Type.Object({ id: text, failedNodeId: text, message: text, errorCode: Type.Optional(text) });
const runSchema = Type.Object({ id: text, workflowdata: Type.Unknown() });
const notFound = json("There is no such thing.", messageSchema);

export function managementRoutes(app: FastifyInstance, options: ManagementOptions): void {
  kogitoErrors(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  processRoutes(app, options);
  instanceRoutes(app, options);
  commandRoutes(app, options);
}

function processRoutes(app: FastifyInstance, { engine, projectName }: ManagementOptions): void {
  const find = ({ params, query }: Pick<FastifyRequest<ProcessRoute>, "params" | "query">): WorkflowToRun =>
    findWorkflow(engine, questionOf(params.processId, query, projectName));
  const asked = { tags, params: processParams, querystring: whichQuery };

  const list = { summary: "List the ids of workflows", tags, response: { 200: json("Sorted.", Type.Array(text)) } };
  app.get(prefix, { schema: list }, () => {
    return [...new Set(engine.activeWorkflows().map(({ workflow }) => workflow.name))].toSorted();
  });

  const definition = Type.Object({ id: text, name: text, version: text, type: text }, { additionalProperties: true });
  const show = {
    summary: "Show a workflow",
    ...asked,
    response: { 200: json("With its schemas.", definition), 404: notFound },
  };
  app.get<ProcessRoute>(`${prefix}/:processId`, { schema: show }, (request) => definitionOf(find(request)));

  const source = {
    summary: "Show a workflow as its author wrote it",
    ...asked,
    response: { 200: { description: "The file.", content: { "text/plain": { schema: text } } }, 404: notFound },
  };
  app.get<ProcessRoute>(`${prefix}/:processId/source`, { schema: source }, async (request, reply) => {
    const found = await engine.workflowSource(find(request));
    if (found === undefined) throw new AutoFlowError("NOT_FOUND", "the text of this workflow is not kept");
    const isJson = /\.json$/i.test(found.path.replace(/#.*$/, ""));
    return reply.type(isJson ? "application/json" : "application/yaml").send(found.text);
  });

  const node = Type.Object({ id: text, name: text, type: text, uniqueId: text }, { additionalProperties: true });
  const nodes = {
    summary: "List the nodes of a workflow",
    ...asked,
    response: { 200: json("In order.", Type.Array(node)), 404: notFound },
  };
  app.get<ProcessRoute>(`${prefix}/:processId/nodes`, { schema: nodes }, (request) =>
    find(request).workflow.graph.nodes.map(({ id, name, type, parent }) => ({
      id,
      name,
      type,
      uniqueId: id,
      nodeDefinitionId: id,
      metadata: parent === undefined ? {} : { parent },
    })),
  );
}

function definitionOf({ workflow, path, project, activeSince }: WorkflowToRun): object {
  const { name, version, title, description, annotations, inputSchema, outputSchema } = workflow;
  const parsed = (schema: typeof inputSchema): unknown =>
    schema === undefined ? undefined : JSON.parse(schema.documents[schema.path] ?? "null");
  return {
    id: name,
    name: title ?? name,
    version,
    type: "SW",
    description,
    annotations,
    inputSchema: parsed(inputSchema),
    outputSchema: parsed(outputSchema),
    project,
    path,
    activeSince,
  };
}

const mostListed = 1000;

function instanceRoutes(app: FastifyInstance, { engine }: ManagementOptions): void {
  const asked = { tags, params: instanceParams };
  const summarySchema = Type.Object({ id: text, state: Type.Integer() }, { additionalProperties: true });

  const list = {
    summary: "List the runs of a workflow, newest first",
    tags,
    params: processParams,
    response: { 200: json("At most 1000.", Type.Array(summarySchema)), 404: notFound },
  };
  app.get<{ Params: Static<typeof processParams> }>(
    `${prefix}/:processId/instances`,
    { schema: list },
    async ({ params }) => {
      findWorkflow(engine, { name: params.processId });
      const { runs } = await engine.searchRuns({
        where: { kind: "compare", field: "name", operator: "eq", value: params.processId },
        orderBy: { field: "createdAt", descending: true },
        limit: mostListed,
      });
      return runs.map(({ version, name, starter, ...run }) =>
        summaryOf({ ...run, name, version, businessKey: starter?.businessKey }),
      );
    },
  );

  const show = { summary: "Show a run", ...asked, response: { 200: json("The run.", summarySchema), 404: notFound } };
  app.get<InstanceRoute>(`${prefix}/:processId/instances/:processInstanceId`, { schema: show }, async ({ params }) => {
    const { workflow, starter, ...run } = await find(params);
    return summaryOf({ ...run, ...workflow!, businessKey: starter?.businessKey });
  });

  const error = {
    summary: "Show why a run failed",
    ...asked,
    response: {
      200: json("Where and why.", errorSchema),
      400: json("It has not failed.", messageSchema),
      404: notFound,
    },
  };
  app.get<InstanceRoute>(
    `${prefix}/:processId/instances/:processInstanceId/error`,
    { schema: error },
    async ({ params }) => {
      const run = await find(params);
      requireFailed(run);
      return errorOf(run.id, run.error);
    },
  );

  const visit = Type.Object(
    { nodeInstanceId: text, nodeId: text, name: text, state: text },
    { additionalProperties: true },
  );
  const nodeInstances = {
    summary: "List the nodes that a run is in",
    ...asked,
    response: { 200: json("None between nodes.", Type.Array(visit)), 404: notFound },
  };
  const route = `${prefix}/:processId/instances/:processInstanceId/nodeInstances`;
  app.get<InstanceRoute>(route, { schema: nodeInstances }, async ({ params }) => {
    const { id } = await find(params);
    const open = (await visitsOf(engine, id)).filter(({ left }) => left === undefined);
    return open.map(({ id: nodeInstanceId, node, name, type, entered, error: failure }) => ({
      nodeInstanceId,
      nodeId: node,
      name,
      type,
      state: failure === undefined ? "ACTIVE" : "ERROR",
      triggerTime: new Date(entered).toISOString(),
      ...(failure !== undefined && { errorMessage: failure }),
    }));
  });

  function find({ processId, processInstanceId }: Static<typeof instanceParams>): Promise<RunDetails> {
    return requireRun(engine, processId, processInstanceId);
  }
}

interface Summary extends Pick<
  RunDetails,
  "id" | "project" | "state" | "createdAt" | "updatedAt" | "endedAt" | "error"
> {
  name: string;
  version: string;
  businessKey: string | undefined;
}

function summaryOf({
  id,
  name,
  version,
  project,
  state,
  createdAt,
  updatedAt,
  endedAt,
  error,
  businessKey,
}: Summary): object {
  const time = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : new Date(ms).toISOString();
  return {
    id,
    processId: name,
    processVersion: version,
    project,
    state: kogitoState(state),
    businessKey,
    start: time(createdAt),
    lastUpdate: time(updatedAt),
    end: time(endedAt),
    error: error === undefined || state !== "failed" ? undefined : errorOf(id, error),
  };
}

function requireFailed({ id, state }: RunDetails): void {
  if (state === "failed") return;
  throw new AutoFlowError("REQUEST_INVALID", `the run ${id} is not in error`, { hint: `It is ${state}.` });
}

function commandRoutes(app: FastifyInstance, { engine }: ManagementOptions): void {
  const instances = `${prefix}/:processId/instances/:processInstanceId`;
  const response = {
    200: json("The run and its data.", runSchema),
    400: json("The run is not in error, or failed again.", Type.Union([errorSchema, messageSchema])),
    404: notFound,
    409: json("The run has ended.", messageSchema),
  };

  for (const [word, name, summary] of [
    ["retrigger", "retry", "Repeat the node at which a run failed, and go on"],
    ["skip", "skip", "Go on behind the node at which a run failed"],
  ] as const) {
    const schema = { summary, tags, params: instanceParams, response };
    app.post<InstanceRoute>(`${instances}/${word}`, { schema }, async ({ params, body }, reply) => {
      const run = await requireRun(engine, params.processId, params.processInstanceId);
      requireFailed(run);
      return command(run, { name, payload: payloadOf(body) }, reply);
    });
  }

  const trigger = { summary: "Start a node of a run", tags, params: nodeParams, response };
  app.post<NodeRoute>(`${instances}/nodes/:nodeId`, { schema: trigger }, async ({ params }, reply) => {
    const run = await requireRun(engine, params.processId, params.processInstanceId);
    requireNode(run, params.nodeId);
    return command(run, { name: "enter", node: params.nodeId, payload: "null" }, reply);
  });

  for (const [method, name, summary] of [
    ["POST", "retry", "Repeat a node that a run is in"],
    ["DELETE", "leave", "Break a node off that a run is in"],
  ] as const) {
    app.route<VisitRoute>({
      method,
      url: `${instances}/nodeInstances/:nodeInstanceId`,
      schema: { summary, tags, params: visitParams, response },
      handler: async ({ params }, reply) => {
        const run = await requireRun(engine, params.processId, params.processInstanceId);
        const visits = await visitsOf(engine, run.id);
        const visit = visits.find(({ id, left }) => id === params.nodeInstanceId && left === undefined);
        if (visit === undefined) {
          throw new AutoFlowError("NOT_FOUND", `the run ${run.id} is in no node instance ${params.nodeInstanceId}`, {
            hint: "See nodeInstances.",
          });
        }
        return command(run, { name, node: visit.node, payload: "null" }, reply);
      },
    });
  }

  const abort = { summary: "Abort a run", tags, params: instanceParams, response };
  app.delete<InstanceRoute>(instances, { schema: abort }, async ({ params }, reply) => {
    const run = await requireRun(engine, params.processId, params.processInstanceId);
    const { data } = await abortRun(engine, run);
    return reply.type("application/json").send(instanceText(run.id, data));
  });

  /** A run that fails again is answered with 400 and the error. */
  async function command(run: RunDetails, asked: OperatorCommand, reply: FastifyReply): Promise<FastifyReply> {
    if (hasEnded(run.state) && run.state !== "failed") {
      throw new AutoFlowError("RUN_ALREADY_ENDED", `the run ${run.id} has ended: ${run.state}`);
    }
    const { settled } = await engine.commandRun(run.id, asked);
    const after = await settledInTime(settled);
    void reply.type("application/json");
    if (after?.state === "failed") return reply.code(400).send(JSON.stringify(errorOf(run.id, after.error)));
    return reply.send(instanceText(run.id, after?.data ?? run.data));
  }

  function requireNode({ workflow }: RunDetails, node: string): void {
    const known = engine.activeWorkflows(workflow?.name).find((each) => each.workflow.version === workflow?.version);
    if (known === undefined || known.workflow.graph.nodes.some(({ id }) => id === node)) return;
    throw new AutoFlowError("NOT_FOUND", `the workflow has no node ${JSON.stringify(node)}`, { hint: "See nodes." });
  }
}

/** Data that a command puts in place, when the request has some. */
function payloadOf(body: unknown): string {
  return typeof body === "string" && body.trim() !== "" ? readStartInput(body).text : "null";
}
