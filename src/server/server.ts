/** The HTTP server: webhooks in, the API, health and metrics. */
import swagger from "@fastify/swagger";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import Fastify, { type FastifyInstance } from "fastify";
import type { WebhookSource } from "../config/config.ts";
import type { Engine } from "../core/engine.ts";
import { AutoFlowError } from "../core/errors.ts";
import type { NewEvent } from "../core/event.ts";
import type { Clock, Log, Random } from "../core/ports.ts";
import type { Directory } from "../core/directory.ts";
import { createAccessCheck } from "./access.ts";
import type { Metrics } from "./metrics.ts";
import { openapiOptions } from "./openapi.ts";
import { problemContentType, toAutoFlowError, toProblem } from "./problem.ts";
import { createRefusalLog } from "./refusal-log.ts";
import type { SourceProblem } from "./definition-sources.ts";
import { definitionRoutes } from "./routes/definitions.ts";
import { driverRoutes } from "./routes/drivers.ts";
import { eventRoutes } from "./routes/events.ts";
import { flagRoutes } from "./routes/flags.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { kogitoRoutes } from "./routes/kogito.ts";
import { orchestratorInstanceRoutes } from "./routes/orchestrator-instances.ts";
import { orchestratorWorkflowRoutes } from "./routes/orchestrator-workflows.ts";
import { managementRoutes } from "./routes/process-management.ts";
import { runCommandRoutes } from "./routes/run-commands.ts";
import { taskRoutes } from "./routes/tasks.ts";
import { runRoutes } from "./routes/runs.ts";
import { validationRoutes } from "./routes/validation.ts";
import type { Validator } from "./validation/validator.ts";
import { workflowRoutes } from "./routes/workflows.ts";
import { webhookRoutes, webhookVerifiers } from "./routes/webhooks.ts";

export interface ServerOptions {
  engine: Engine;
  /** The host it will listen on: without a token, requests for other names are refused. */
  host: string;
  apiToken: string | undefined;
  sources: ReadonlyMap<string, WebhookSource>;
  /** The name under which the engine knows a project, for any of its names. */
  projectName: (project: string) => string;
  /** Who may answer tasks that are for members of groups. */
  directory: Directory;
  /** Asks rules about changes. */
  validator: Validator;
  metrics: Metrics;
  log: Log;
  clock: Pick<Clock, "now">;
  random: Random;
  version: string;
  /** Projects that are polled too: none when absent. */
  isPolled?: (project: string) => boolean;
  /** Told of every event that was accepted as new. */
  onEvent?: (event: NewEvent) => void;
  /** Scripts that could not be looked for, shown with the definitions. */
  sourceProblems?: () => SourceProblem[];
}

/** A request must have come in whole within this time. */
const requestTimeoutMs = 60_000;

/** A body of the API; webhooks, events and drivers may be larger. */
const apiBodyLimit = 1024 * 1024;

/**
 * A server that is ready to listen, or to be asked with `inject`. `close` lets requests under way finish and breaks streams, so
 * that their clients come back. Throws CONFIG_INVALID when a source's signing token is none.
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { engine, projectName, log, metrics, version, onEvent = () => {} } = options;
  const verifiers = webhookVerifiers(options.sources);
  const closing = new AbortController();
  const app = Fastify({
    logger: false,
    bodyLimit: apiBodyLimit,
    genReqId: requestIds(options.random),
    requestIdHeader: false,
    requestTimeout: requestTimeoutMs,
    routerOptions: { maxParamLength: 1000 },
  });
  app.setValidatorCompiler(createValidatorCompiler());
  // The schemas of answers describe them; that they are kept is tested, not enforced on each answer.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  handleErrors(app, log, options.clock);
  app.addHook("preClose", (done) => {
    closing.abort();
    done();
  });

  await app.register(swagger, openapiOptions(version));
  await app.register((scope, _options, done) => {
    const { clock, isPolled = () => false } = options;
    webhookRoutes(scope, { engine, verifiers, clock, isPolled, onEvent });
    done();
  });
  await app.register((scope, _options, done) => {
    healthRoutes(scope, { engine, version, closing: closing.signal });
    done();
  });
  await app.register((scope, _options, done) => {
    guard(scope, options);
    scope.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.text(engine)),
    );
    scope.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
    done();
  });
  await app.register(
    (scope, _options, done) => {
      guard(scope, options);
      apiRoutes(scope, options, closing.signal);
      done();
    },
    { prefix: "/api/v1" },
  );
  await app.register(
    (scope, _options, done) => {
      guard(scope, options);
      scope.removeContentTypeParser("text/plain");
      takeMissingBodyAsEmpty(scope);
      takeEmptyTextAsMissingBody(scope);
      orchestratorWorkflowRoutes(scope, { engine, projectName });
      orchestratorInstanceRoutes(scope, { engine, projectName });
      done();
    },
    { prefix: "/api/orchestrator" },
  );
  for (const addRoutes of [kogitoRoutes, managementRoutes]) {
    await app.register((scope, _options, done) => {
      guard(scope, options);
      addRoutes(scope, { engine, projectName, onEvent });
      done();
    });
  }
  return app;
}

function apiRoutes(scope: FastifyInstance, options: ServerOptions, closing: AbortSignal): void {
  const { engine, projectName, clock, directory, validator, metrics, log } = options;
  const { onEvent = () => {}, sourceProblems = () => [] } = options;
  scope.removeContentTypeParser("text/plain");
  takeMissingBodyAsEmpty(scope);
  eventRoutes(scope, { engine, projectName, onEvent });
  runRoutes(scope, engine, projectName);
  taskRoutes(scope, { engine, directory, projectName, clock });
  validationRoutes(scope, { validator, metrics });
  runCommandRoutes(scope, engine);
  workflowRoutes(scope, { engine, projectName });
  const onError = (error: unknown): void => log.error("a history stream broke", { error });
  historyRoutes(scope, { engine, metrics, closing, onError });
  definitionRoutes(scope, { engine, projectName, sourceProblems });
  flagRoutes(scope, engine, projectName);
  scope.register((drivers, _options, done) => {
    driverRoutes(drivers, engine, projectName);
    done();
  });
}

function guard(scope: FastifyInstance, { apiToken, host }: ServerOptions): void {
  const check = createAccessCheck({ apiToken, host });
  scope.addHook("onRequest", (request, reply, done) => {
    void reply.header("x-request-id", request.id);
    check(request);
    done();
  });
}

/** A POST without a body is one with all fields absent. */
function takeMissingBodyAsEmpty(scope: FastifyInstance): void {
  scope.addHook("preValidation", (request, _reply, done) => {
    if (request.routeOptions.schema?.body !== undefined) request.body ??= {};
    done();
  });
}

/** The Orchestrator's clients say that they send JSON also where they send nothing. */
function takeEmptyTextAsMissingBody(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser("error", "error");
  scope.removeContentTypeParser("application/json");
  scope.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, text, done) => {
    if (text === "") return done(null, undefined);
    return parse(request, text, done);
  });
}

function handleErrors(app: FastifyInstance, log: Log, clock: Pick<Clock, "now">): void {
  const refused = createRefusalLog(log, clock);
  app.setErrorHandler((thrown, request, reply) => {
    const error = toAutoFlowError(thrown);
    const { method, ip, id: requestId } = request;
    const url = request.url.split("?")[0]!;
    if (error.httpStatus >= 500) log.error("a request failed", { requestId, method, url, error: error.cause ?? error });
    else if (url.startsWith("/webhooks/")) refused({ requestId, url, from: ip }, error);
    if (error.code === "AUTH_REQUIRED") void reply.header("www-authenticate", "Bearer");
    // The rest of the body is read and thrown away: a sender whose connection is closed meanwhile never sees the answer.
    if (error.code === "REQUEST_TOO_LARGE") void reply.removeHeader("connection");
    void reply
      .code(error.httpStatus)
      .type(problemContentType)
      .send(JSON.stringify(toProblem(error, request.id)));
  });
  app.setNotFoundHandler((request) => {
    throw new AutoFlowError("NOT_FOUND", `there is no ${request.method} ${request.url.split("?")[0]}`, {
      hint: "See /openapi.json for what there is.",
    });
  });
}

/**
 * Path and query come as text and are read as the schema wants; a body must be as the schema says. A route's schemas are compiled
 * when it is first asked, which spares the start of the server those of all routes.
 */
function createValidatorCompiler() {
  const common = { strict: false, allErrors: false };
  const asText = new Ajv({ ...common, coerceTypes: true });
  const asJson = new Ajv(common);
  return ({ schema, httpPart }: { schema: object; httpPart?: string }) => {
    let check: ValidateFunction | undefined;
    return (data: unknown): true | { error: ErrorObject[] } => {
      check ??= (httpPart === "body" ? asJson : asText).compile(schema);
      return check(data) || { error: check.errors! };
    };
  };
}

/** Ids that tell one request from all others, cheaply: random for the process, counted within it. */
function requestIds(random: Random): () => string {
  const process = Buffer.from(random.bytes(6)).toString("base64url");
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}
