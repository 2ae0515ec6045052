/** Workflows: what there is, how one looks, and starting it. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { mermaidOf } from "../../languages/serverless-workflow/diagram/mermaid.ts";
import { overlayOf } from "../../languages/serverless-workflow/diagram/overlay.ts";
import { svgOf } from "../../languages/serverless-workflow/diagram/svg.ts";
import { overviewSchema, overviewsOf } from "../orchestrator/overview.ts";
import { workflowSchema } from "../schemas.ts";
import { findWorkflow, type WorkflowToRun } from "../workflows/find-workflow.ts";
import { memberText } from "../workflows/start-input.ts";
import { startRun } from "../workflows/start-workflow.ts";
import { starterOf } from "../workflows/starter.ts";
import { questionOf, requireRun, whichWorkflow } from "./kogito.ts";

export interface WorkflowOptions {
  engine: Engine;
  projectName: (project: string) => string;
}

const tags = ["workflows"];
const params = Type.Object({ name: Type.String({ minLength: 1, description: "The workflow's id." }) });
const whichQuery = Type.Object(whichWorkflow);

type Route = { Params: Static<typeof params>; Querystring: Static<typeof whichQuery> };

const activeSchema = Type.Object(
  {
    project: Type.String(),
    path: Type.String({ description: "Of the definition inside its project." }),
    activeSince: Type.Integer({ description: "In ms since 1970." }),
    workflow: workflowSchema,
  },
  { additionalProperties: false },
);

export function workflowRoutes(app: FastifyInstance, options: WorkflowOptions): void {
  listRoute(app, options);
  showRoutes(app, options);
  diagramRoute(app, options);
  startRoute(app, options);
}

function listRoute(app: FastifyInstance, { engine, projectName }: WorkflowOptions): void {
  const querystring = Type.Object({ project: whichWorkflow.project });
  const schema = {
    summary: "List workflows with what became of their runs",
    tags,
    querystring,
    response: { 200: Type.Object({ items: Type.Array(overviewSchema) }, { additionalProperties: false }) },
  };
  app.get<{ Querystring: Static<typeof querystring> }>("/workflows", { schema }, async ({ query: { project } }) => {
    const items = await overviewsOf(engine, project === undefined ? undefined : projectName(project));
    return { items: items.toSorted((a, b) => (a.workflowId < b.workflowId ? -1 : 1)) };
  });
}

function showRoutes(app: FastifyInstance, { engine, projectName }: WorkflowOptions): void {
  const asked = { tags, params, querystring: whichQuery };
  const find = (name: string, query: Static<typeof whichQuery>): WorkflowToRun =>
    findWorkflow(engine, questionOf(name, query, projectName));

  const show = { summary: "Show a workflow with its schemas and its graph", ...asked, response: { 200: activeSchema } };
  app.get<Route>("/workflows/:name", { schema: show }, (request) => {
    const { project, path, activeSince, workflow } = find(request.params.name, request.query);
    return { project, path, activeSince, workflow };
  });

  const text = { description: "The file.", content: { "text/plain": { schema: Type.String() } } };
  const source = { summary: "Show a workflow as its author wrote it", ...asked, response: { 200: text } };
  app.get<Route>("/workflows/:name/source", { schema: source }, async (request, reply) => {
    const found = await engine.workflowSource(find(request.params.name, request.query));
    if (found === undefined) throw new AutoFlowError("NOT_FOUND", "the text of this workflow is not kept");
    return reply.type("text/plain; charset=utf-8").send(found.text);
  });
}

function diagramRoute(app: FastifyInstance, { engine, projectName }: WorkflowOptions): void {
  const querystring = Type.Object({
    ...whichWorkflow,
    format: Type.Optional(Type.Enum(["svg", "mermaid"], { default: "svg" })),
    run: Type.Optional(Type.String({ minLength: 1, description: "A run of it, to show where it stands." })),
  });
  const schema = {
    summary: "Draw a workflow, and where a run of it stands",
    tags,
    params,
    querystring,
    response: {
      200: { description: "The picture.", content: { "image/svg+xml": { schema: Type.String() } } },
    },
  };
  type Drawn = { Params: Static<typeof params>; Querystring: Static<typeof querystring> };
  app.get<Drawn>("/workflows/:name/diagram", { schema }, async ({ params: { name }, query }, reply) => {
    const run = query.run === undefined ? undefined : await requireRun(engine, name, query.run);
    const version = query.version ?? run?.workflow?.version;
    const found = findWorkflow(engine, questionOf(name, { ...query, version }, projectName));
    const overlay = run === undefined ? undefined : overlayOf(await engine.nodesOf(run.id));
    const { graph } = found.workflow;
    if (query.format === "mermaid") return reply.type("text/plain; charset=utf-8").send(mermaidOf(graph, overlay));
    const title = found.workflow.title ?? name;
    return reply.type("image/svg+xml").send(svgOf(graph, { title, ...(overlay !== undefined && { overlay }) }));
  });
}

const startBody = Type.Object(
  {
    input: Type.Optional(Type.Object({}, { additionalProperties: true })),
    businessKey: Type.Optional(Type.String({ maxLength: 1000 })),
    initiatorEntity: Type.Optional(Type.String({ maxLength: 1000 })),
    targetEntity: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  { additionalProperties: false },
);

const startedSchema = Type.Object(
  { runId: Type.String(), created: Type.Boolean({ description: "false: the key has started this run before." }) },
  { additionalProperties: false },
);

function startRoute(app: FastifyInstance, { engine, projectName }: WorkflowOptions): void {
  const schema = {
    summary: "Start a workflow",
    description: "Answers once the run is on disk. `Idempotency-Key`: the same key starts one run.",
    tags,
    params,
    querystring: whichQuery,
    body: startBody,
    response: { 200: startedSchema, 201: startedSchema },
  };
  const texts = new WeakMap<object, string>();
  app.register((scope, _options, done) => {
    keepBodyText(scope, texts);
    type Start = Route & { Body: Static<typeof startBody> };
    scope.post<Start>(
      "/workflows/:name/runs",
      { schema },
      async ({ params: { name }, query, body, headers }, reply) => {
        const found = findWorkflow(engine, questionOf(name, query, projectName));
        const { input, businessKey, ...beside } = body;
        const text = input === undefined ? "{}" : memberText(texts.get(body) ?? JSON.stringify(body), "input");
        const key = headers["idempotency-key"];
        const { runId, created } = await startRun(engine, found, {
          input: { text, value: input ?? {} },
          starter: starterOf(headers, beside, businessKey),
          key: typeof key === "string" ? key : undefined,
        });
        return reply.code(created ? 201 : 200).send({ runId, created });
      },
    );
    done();
  });
}

/** Parses JSON and keeps its text by the parsed body: numbers of an input stay as they were sent. */
export function keepBodyText(app: FastifyInstance, texts: WeakMap<object, string>): void {
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    if (text === "") return done(null, undefined);
    try {
      const body = JSON.parse(text as string) as unknown;
      if (typeof body === "object" && body !== null) texts.set(body, text as string);
      done(null, body);
    } catch (cause) {
      const message = `the body is not valid JSON: ${(cause as Error).message}`;
      done(new AutoFlowError("REQUEST_JSON_MALFORMED", message, { cause }));
    }
  });
}
