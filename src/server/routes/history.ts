/** A run's history, as pages and as a stream. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { streamHistory } from "../history-stream.ts";
import type { Metrics } from "../metrics.ts";
import { historyEntrySchema, pageOf, runParams } from "../schemas.ts";

export interface HistoryOptions {
  engine: Engine;
  metrics: Pick<Metrics, "streams">;
  /** Aborts when the server closes. */
  closing: AbortSignal;
  /** Told when a stream broke for a reason of ours. */
  onError: (error: unknown) => void;
}

export function historyRoutes(app: FastifyInstance, options: HistoryOptions): void {
  pageRoute(app, options.engine);
  streamRoute(app, options);
}

const pageQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, description: "Only entries after this one." })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
});

type RunParams = { Params: Static<typeof runParams> };

function pageRoute(app: FastifyInstance, engine: Engine): void {
  const schema = {
    summary: "What a run did",
    tags: ["runs"],
    params: runParams,
    querystring: pageQuery,
    response: { 200: pageOf(historyEntrySchema) },
  };
  app.get<RunParams & { Querystring: Static<typeof pageQuery> }>("/runs/:id/history", { schema }, async (request) => {
    const { after = 0, limit = 200 } = request.query;
    const items = await engine.history(request.params.id, { after, limit });
    const last = items.at(-1);
    return { items, ...(last !== undefined && items.length === limit && { next: String(last.seq) }) };
  });
}

const streamQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, description: "Only entries after this one; Last-Event-ID wins." })),
});

function streamRoute(app: FastifyInstance, { engine, metrics, closing, onError }: HistoryOptions): void {
  const schema = {
    summary: "Follow what a run does",
    description:
      "Server-sent events: one for each entry, its id the entry's `seq`, its data the entry as JSON. Ends when the run has. " +
      "A client that lost its connection continues with Last-Event-ID.",
    tags: ["runs"],
    params: runParams,
    querystring: streamQuery,
    produces: ["text/event-stream"],
  };
  app.get<RunParams & { Querystring: Static<typeof streamQuery> }>(
    "/runs/:id/history/stream",
    { schema, exposeHeadRoute: false },
    async (request, reply) => {
      const runId = request.params.id;
      const lastId = Number(request.headers["last-event-id"]);
      const after = Number.isSafeInteger(lastId) && lastId >= 0 ? lastId : (request.query.after ?? 0);
      if ((await engine.findRun(runId)) === undefined) {
        throw new AutoFlowError("NOT_FOUND", `there is no run ${JSON.stringify(runId)}`);
      }
      reply.hijack();
      metrics.streams.inc();
      try {
        await streamHistory(engine, reply.raw, { runId, after, signal: closing });
      } catch (error) {
        onError(error);
      } finally {
        metrics.streams.dec();
      }
    },
  );
}
