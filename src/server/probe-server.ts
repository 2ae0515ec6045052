/** The HTTP server of a process that only computes runs: health for a platform, and metrics. */
import Fastify, { type FastifyInstance } from "fastify";
import { createAccessCheck } from "./access.ts";
import type { Metrics } from "./metrics.ts";
import { problemContentType, toAutoFlowError, toProblem } from "./problem.ts";
import { healthRoutes, type HealthSource } from "./routes/health.ts";

export interface ProbeServerOptions {
  engine: HealthSource;
  /** The host it will listen on: without a token, requests for other names are refused. */
  host: string;
  /** For /metrics; health may be asked by anyone. */
  apiToken: string | undefined;
  metrics: Metrics;
  version: string;
}

/** A server that is ready to listen, or to be asked with `inject`. */
export async function createProbeServer(options: ProbeServerOptions): Promise<FastifyInstance> {
  const { engine, metrics, version } = options;
  const closing = new AbortController();
  const app = Fastify({ logger: false });
  app.addHook("preClose", (done) => {
    closing.abort();
    done();
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = toAutoFlowError(thrown);
    if (error.code === "AUTH_REQUIRED") void reply.header("www-authenticate", "Bearer");
    void reply
      .code(error.httpStatus)
      .type(problemContentType)
      .send(JSON.stringify(toProblem(error, request.id)));
  });
  healthRoutes(app, { engine, version, closing: closing.signal });
  await app.register((scope, _options, done) => {
    const check = createAccessCheck(options);
    scope.addHook("onRequest", (request, _reply, checked) => {
      check(request);
      checked();
    });
    scope.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
    done();
  });
  return app;
}
