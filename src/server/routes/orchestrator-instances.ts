/** Runs of workflows as the Orchestrator's page asks for them. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { HistoryEntry, RunDetails } from "../../core/run.ts";
import type { RunCondition } from "../../core/workflows.ts";
import { instanceOf, instanceSchema, listedInstance, type InstanceContext } from "../orchestrator/instance.ts";
import { runCondition, runField } from "../orchestrator/run-filter.ts";
import { pageOf, pageSchema, readSearch, searchSchema } from "../orchestrator/search-request.ts";
import { instanceStates } from "../orchestrator/states.ts";
import { visitsOf } from "../workflows/node-visits.ts";
import { settledInTime } from "../workflows/start-workflow.ts";
import { abortRun, requireRun } from "./kogito.ts";
import { orchestratorTags as tags, type OrchestratorOptions } from "./orchestrator-workflows.ts";

const workflowParams = Type.Object({ workflowId: Type.String({ minLength: 1 }) });
const instanceParams = Type.Object({ instanceId: Type.String({ minLength: 1 }) });
const instanceList = Type.Object(
  { items: Type.Array(instanceSchema), paginationInfo: pageSchema },
  { additionalProperties: false },
);

type InstanceRoute = { Params: Static<typeof instanceParams> };

export function orchestratorInstanceRoutes(app: FastifyInstance, { engine }: OrchestratorOptions): void {
  searchRoutes(app, engine);
  showRoutes(app, engine);
  commandRoutes(app, engine);
}

function contextOf(engine: Engine, request: Pick<FastifyRequest, "protocol" | "host">): InstanceContext {
  return { engine, url: `${request.protocol}://${request.host}` };
}

function searchRoutes(app: FastifyInstance, engine: Engine): void {
  const all = {
    summary: "Search runs of workflows, newest first unless another order is asked for",
    tags,
    body: searchSchema,
    response: { 200: instanceList },
  };
  app.post<{ Body: Static<typeof searchSchema> }>("/v2/workflows/instances", { schema: all }, (request) =>
    search(request, []),
  );

  const ofOne = { ...all, summary: "Search runs of one workflow", params: workflowParams };
  type Route = { Body: Static<typeof searchSchema>; Params: Static<typeof workflowParams> };
  app.post<Route>("/v2/workflows/:workflowId/instances", { schema: ofOne }, (request) => {
    const { workflowId: value } = request.params;
    return search(request, [{ kind: "compare", field: "name", operator: "eq", value }]);
  });

  async function search(
    request: Pick<FastifyRequest<{ Body: Static<typeof searchSchema> }>, "body" | "protocol" | "host">,
    conditions: RunCondition[],
  ): Promise<Static<typeof instanceList>> {
    const asked = readSearch(request.body);
    const { filter, offset, pageSize, orderBy, descending } = asked;
    const of = filter === undefined ? conditions : [...conditions, runCondition(filter)];
    const { runs, total } = await engine.searchRuns({
      ...(of.length > 0 && { where: of.length === 1 ? of[0]! : { kind: "and", of } }),
      orderBy:
        orderBy === undefined ? { field: "createdAt", descending: true } : { field: runField(orderBy), descending },
      offset,
      limit: pageSize,
    });
    const context = contextOf(engine, request);
    return { items: runs.map((run) => listedInstance(run, context)), paginationInfo: pageOf(asked, total) };
  }
}

async function requireInstance(engine: Engine, id: string): Promise<RunDetails> {
  const run = await engine.findRun(id);
  if (run?.workflow !== undefined) return run;
  throw new AutoFlowError("NOT_FOUND", `there is no run ${JSON.stringify(id)} of a workflow`);
}

const maxLogEntries = 500;

function showRoutes(app: FastifyInstance, engine: Engine): void {
  const statuses = {
    summary: "List the states of runs",
    tags,
    response: { 200: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })) },
  };
  app.get("/v2/workflows/instances/statuses", { schema: statuses }, () =>
    instanceStates.map((state) => ({ key: state[0] + state.slice(1).toLowerCase(), value: state })),
  );

  const show = {
    summary: "Show a run with its nodes",
    tags,
    params: instanceParams,
    response: { 200: instanceSchema },
  };
  app.get<InstanceRoute>("/v2/workflows/instances/:instanceId", { schema: show }, async (request) => {
    const run = await requireInstance(engine, request.params.instanceId);
    return instanceOf(run, await visitsOf(engine, run.id), contextOf(engine, request));
  });

  const logSchema = Type.Object({
    id: Type.String(),
    timestamp: Type.String(),
    level: Type.String(),
    log: Type.String(),
  });
  const logs = {
    summary: "Show what a run did, line by line",
    tags,
    params: instanceParams,
    response: { 200: Type.Object({ instanceId: Type.String(), logs: Type.Array(logSchema) }) },
  };
  app.get<InstanceRoute>("/v2/workflows/instances/:instanceId/logs", { schema: logs }, async ({ params }) => {
    const { id: instanceId } = await requireInstance(engine, params.instanceId);
    const entries: HistoryEntry[] = [];
    for (let more = true; more;) {
      const some = await engine.history(instanceId, { after: entries.at(-1)?.seq ?? 0, limit: maxLogEntries });
      entries.push(...some);
      more = some.length > 0 && entries.length < maxLogEntries * 20;
    }
    return {
      instanceId,
      logs: entries.map(({ seq, time, level = "info", text }) => ({
        id: String(seq),
        timestamp: new Date(time).toISOString(),
        level,
        log: text,
      })),
    };
  });
}

const retriggerBody = Type.Object(
  {
    inputData: Type.Optional(
      Type.Object({}, { additionalProperties: true, description: "Data in place of the run's." }),
    ),
    workflowdata: Type.Optional(Type.Object({}, { additionalProperties: true, description: "The same." })),
    nodeId: Type.Optional(
      Type.String({ minLength: 1, description: "The node to repeat; the failed one unless said." }),
    ),
    authTokens: Type.Optional(Type.Array(Type.Unknown(), { description: "They are not kept." })),
  },
  { additionalProperties: true },
);

function commandRoutes(app: FastifyInstance, engine: Engine): void {
  const idSchema = Type.Object({ id: Type.String(), state: Type.String() }, { additionalProperties: false });
  const params = Type.Object({ ...workflowParams.properties, ...instanceParams.properties });
  const retrigger = {
    summary: "Let a failed run go on from where it failed, with edited data if there are some",
    tags,
    params,
    body: retriggerBody,
    response: { 200: idSchema },
  };
  type Route = { Params: Static<typeof params>; Body: Static<typeof retriggerBody> };
  app.post<Route>(
    "/v2/workflows/:workflowId/:instanceId/retrigger",
    { schema: retrigger },
    async ({ params: asked, body }) => {
      const run = await requireRun(engine, asked.workflowId, asked.instanceId);
      if (run.state !== "failed") {
        throw new AutoFlowError("REQUEST_INVALID", `the run ${run.id} has not failed: it is ${run.state}`, {
          hint: "Start the workflow again, or wait.",
        });
      }
      const data = body.workflowdata ?? body.inputData;
      const { settled } = await engine.commandRun(run.id, {
        name: "retry",
        payload: data === undefined ? "null" : JSON.stringify(data),
        ...(body.nodeId !== undefined && { node: body.nodeId }),
      });
      const after = await settledInTime(settled);
      if (after?.state === "failed") {
        const message = after.error?.message ?? "it failed";
        throw new AutoFlowError("REQUEST_INVALID", `the run ${run.id} failed again: ${message}`, {
          hint: "Mend what the message says, or edit the data.",
        });
      }
      return { id: run.id, state: "ACTIVE" };
    },
  );

  const abort = { summary: "Abort a run", tags, params: instanceParams, response: { 200: idSchema } };
  app.delete<InstanceRoute>(
    "/v2/workflows/instances/:instanceId/abort",
    { schema: abort },
    async ({ params: asked }) => {
      const run = await requireInstance(engine, asked.instanceId);
      await abortRun(engine, run);
      return { id: run.id, state: "ABORTED" };
    },
  );
}
