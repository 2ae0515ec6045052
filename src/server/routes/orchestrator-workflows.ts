/** Workflows as the Orchestrator's page asks for them. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { type Filter, invalid } from "../orchestrator/filter.ts";
import { passes, order } from "../orchestrator/object-filter.ts";
import { overviewSchema, overviewsOf, type Overview } from "../orchestrator/overview.ts";
import { pageOf, pageSchema, readSearch, searchSchema, type Search } from "../orchestrator/search-request.ts";
import { findWorkflow } from "../workflows/find-workflow.ts";
import { memberText } from "../workflows/start-input.ts";
import { startRun } from "../workflows/start-workflow.ts";
import { starterOf } from "../workflows/starter.ts";
import { questionOf, requireRun, whichWorkflow } from "./kogito.ts";
import { keepBodyText } from "./workflows.ts";

export interface OrchestratorOptions {
  engine: Engine;
  projectName: (project: string) => string;
}

export const orchestratorTags = ["Orchestrator"];

const tags = orchestratorTags;
const params = Type.Object({ workflowId: Type.String({ minLength: 1 }) });
const whichQuery = Type.Object(whichWorkflow);
const projectQuery = Type.Object({ project: whichWorkflow.project });
const overviewList = Type.Object(
  { overviews: Type.Array(overviewSchema), paginationInfo: pageSchema },
  { additionalProperties: false },
);

type WorkflowRoute = { Params: Static<typeof params>; Querystring: Static<typeof whichQuery> };
type OverviewRoute = { Body: Static<typeof searchSchema>; Querystring: Static<typeof projectQuery> };

export function orchestratorWorkflowRoutes(app: FastifyInstance, options: OrchestratorOptions): void {
  overviewRoutes(app, options);
  workflowRoutes(app, options);
  executeRoute(app, options);
}

function overviewRoutes(app: FastifyInstance, { engine, projectName }: OrchestratorOptions): void {
  const list = {
    summary: "List workflows with what became of their runs",
    tags,
    body: searchSchema,
    querystring: projectQuery,
    response: { 200: overviewList },
  };
  const nameOf = (project: string | undefined): string | undefined => project && projectName(project);
  app.post<OverviewRoute>("/v2/workflows/overview", { schema: list }, async ({ body, query }) =>
    page(readSearch(body), await overviewsOf(engine, nameOf(query.project))),
  );

  const entityBody = Type.Object(
    {
      ...searchSchema.properties,
      targetEntity: Type.Optional(Type.String()),
      annotationWorkflowIds: Type.Optional(
        Type.Array(Type.String(), { description: "Of the entity's annotation `orchestrator.io/workflows`." }),
      ),
    },
    { additionalProperties: true },
  );
  const ofEntity = { ...list, summary: "List the workflows of an entity", body: entityBody };
  app.post<{ Body: Static<typeof entityBody>; Querystring: Static<typeof projectQuery> }>(
    "/v2/workflows/overview/entity",
    { schema: ofEntity },
    async ({ body, query }) => {
      const { annotationWorkflowIds: ids = [] } = body;
      const all = await overviewsOf(engine, nameOf(query.project));
      return page(
        readSearch(body),
        all.filter(({ workflowId }) => ids.includes(workflowId)),
      );
    },
  );

  const show = { summary: "Show a workflow", tags, params, querystring: whichQuery, response: { 200: overviewSchema } };
  app.get<WorkflowRoute>("/v2/workflows/:workflowId/overview", { schema: show }, async ({ params: asked, query }) => {
    const { project } = findWorkflow(engine, questionOf(asked.workflowId, query, projectName));
    const all = await overviewsOf(engine, project === "*" ? undefined : project);
    return all.find((each) => each.workflowId === asked.workflowId && each.project === project);
  });
}

/** Filters and orders call a workflow's id as the Data Index does, too. */
function searchable(overview: Overview): Record<string, unknown> {
  return { ...overview, id: overview.workflowId, processId: overview.workflowId };
}

const searchFields = new Set(["id", "processId", ...Object.keys(overviewSchema.properties)]);

/** A member of one that is an object is a field too: "workflowRunStats.error". Throws REQUEST_INVALID. */
function requireFields({ filter, orderBy }: Search): void {
  const names = [...(filter === undefined ? [] : fieldsOf(filter)), ...(orderBy === undefined ? [] : [orderBy])];
  const unknown = names.find((name) => !searchFields.has(name.split(".")[0]!));
  if (unknown === undefined) return;
  const known = [...searchFields].join(", ");
  throw invalid(`there is no field ${JSON.stringify(unknown)} of workflows: it has to be one of ${known}`);
}

function fieldsOf(filter: Filter): string[] {
  return filter.kind === "field" ? [filter.field] : filter.filters.flatMap(fieldsOf);
}

/** By name unless another order is asked for. */
function page(search: Search, all: readonly Overview[]): Static<typeof overviewList> {
  requireFields(search);
  const { filter, orderBy = "name", descending, offset, pageSize } = search;
  const found = filter === undefined ? all : all.filter((each) => passes(searchable(each), filter));
  const value = (each: Overview): unknown => searchable(each)[orderBy];
  const sorted = found.toSorted((a, b) => (order(value(a), value(b)) || 0) * (descending ? -1 : 1));
  return { overviews: sorted.slice(offset, offset + pageSize), paginationInfo: pageOf(search, found.length) };
}

function workflowRoutes(app: FastifyInstance, { engine, projectName }: OrchestratorOptions): void {
  const source = {
    summary: "Show a workflow as its author wrote it",
    tags,
    params,
    querystring: whichQuery,
    response: { 200: { description: "The file.", content: { "text/plain": { schema: Type.String() } } } },
  };
  app.get<WorkflowRoute>("/v2/workflows/:workflowId/source", { schema: source }, async (request, reply) => {
    const found = findWorkflow(engine, questionOf(request.params.workflowId, request.query, projectName));
    const text = await engine.workflowSource(found);
    if (text === undefined) throw new AutoFlowError("NOT_FOUND", "the text of this workflow is not kept");
    return reply.type("text/plain; charset=utf-8").send(text.text);
  });

  const schemaQuery = Type.Object({
    ...whichWorkflow,
    instanceId: Type.Optional(Type.String({ minLength: 1, description: "A run whose input is wanted as well." })),
  });
  const inputSchema = {
    summary: "Show the schema of a workflow's input, and the input of a run",
    tags,
    params,
    querystring: schemaQuery,
    response: {
      200: Type.Object(
        { inputSchema: Type.Optional(Type.Unknown()), data: Type.Optional(Type.Unknown()) },
        { additionalProperties: false },
      ),
    },
  };
  type SchemaRoute = { Params: Static<typeof params>; Querystring: Static<typeof schemaQuery> };
  app.get<SchemaRoute>(
    "/v2/workflows/:workflowId/inputSchema",
    { schema: inputSchema },
    async ({ params: asked, query }) => {
      const { workflow } = findWorkflow(engine, questionOf(asked.workflowId, query, projectName));
      const run =
        query.instanceId === undefined ? undefined : await requireRun(engine, workflow.name, query.instanceId);
      const schema = workflow.inputSchema;
      return {
        ...(schema !== undefined && { inputSchema: JSON.parse(schema.documents[schema.path] ?? "{}") as unknown }),
        ...(run?.input !== undefined && { data: JSON.parse(run.input) as unknown }),
      };
    },
  );

  const ping = {
    summary: "Whether a workflow can be started",
    tags,
    params,
    querystring: whichQuery,
    response: { 200: Type.Boolean() },
  };
  app.get<WorkflowRoute>(
    "/v2/workflows/:workflowId/pingWorkflowService",
    { schema: ping },
    ({ params: asked, query }, reply) => {
      findWorkflow(engine, questionOf(asked.workflowId, query, projectName));
      return reply.type("application/json").send("true");
    },
  );
}

const executeBody = Type.Object(
  {
    inputData: Type.Optional(Type.Object({}, { additionalProperties: true })),
    targetEntity: Type.Optional(Type.String({ maxLength: 1000 })),
    initiatorEntity: Type.Optional(Type.String({ maxLength: 1000 })),
    businessKey: Type.Optional(Type.String({ maxLength: 1000 })),
    authTokens: Type.Optional(
      Type.Array(Type.Object({ provider: Type.String(), token: Type.String() }, { additionalProperties: true }), {
        description: "They are credentials and are not kept: a run has those of its configuration.",
      }),
    ),
  },
  { additionalProperties: true },
);

function executeRoute(app: FastifyInstance, { engine, projectName }: OrchestratorOptions): void {
  app.register((scope, _options, done) => {
    const bodyTexts = new WeakMap<object, string>();
    keepBodyText(scope, bodyTexts);
    const schema = {
      summary: "Start a workflow",
      description: "Answers once the run is on disk. `Idempotency-Key`: the same key starts one run.",
      tags,
      params,
      querystring: whichQuery,
      body: executeBody,
      response: { 200: Type.Object({ id: Type.String() }, { additionalProperties: false }) },
    };
    type Route = WorkflowRoute & { Body: Static<typeof executeBody> };
    scope.post<Route>(
      "/v2/workflows/:workflowId/execute",
      { schema },
      async ({ params: asked, query, body, headers }) => {
        const found = findWorkflow(engine, questionOf(asked.workflowId, query, projectName));
        const { inputData = {}, authTokens: _, businessKey, ...beside } = body;
        const text =
          body.inputData === undefined ? "{}" : memberText(bodyTexts.get(body) ?? JSON.stringify(body), "inputData");
        const key = headers["idempotency-key"];
        const { runId } = await startRun(engine, found, {
          input: { text, value: inputData },
          starter: starterOf(headers, beside, businessKey),
          key: typeof key === "string" ? key : undefined,
        });
        return { id: runId };
      },
    );
    done();
  });
}
