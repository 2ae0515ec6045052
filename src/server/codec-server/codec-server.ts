/** Temporal's remote codec protocol on a listener of its own: what lets Temporal's web app and CLI read what is encrypted. */
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { PayloadCodec } from "@temporalio/common";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from "fastify";
import { isLoopbackHost } from "../../config/config.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { hostName } from "../access.ts";
import { problemContentType, toAutoFlowError, toProblem } from "../problem.ts";
import { createAuthorizer, type Authorizer } from "./authorize.ts";
import { followCertificate, readCertificate, type CertificateFiles } from "./certificate.ts";
import { answerPreflight, checkOrigin } from "./cross-origin.ts";
import { createIdentityProvider } from "./identity-provider.ts";
import { changePayloads } from "./payload-json.ts";
import { createRefusalLog } from "./refusals.ts";

export interface CodecServerOptions {
  /** Port 0 takes a free one. Beyond this machine only with `authentication`. */
  listen: { host: string; port: number };
  /** Where `/encode` and `/decode` are below, such as `/autoflow/codec-server`. */
  path: string;
  /** HTTPS; the files are read again when they change. */
  tls?: CertificateFiles | undefined;
  /** Compression and encryption, with the keys that workers have. */
  codec: PayloadCodec;
  /** Requests that name another namespace are refused; any is served when absent. */
  namespace?: string | undefined;
  /** Address of Temporal's web app, whose pages may ask; no page may when absent. */
  webUiUrl?: string | undefined;
  authentication?: CodecServerAuthentication | undefined;
  log: Log;
  clock: Pick<Clock, "now">;
  /** How often the files of `tls` are looked at. Default 30 s. */
  certificateCheckMs?: number | undefined;
}

export interface CodecServerAuthentication {
  /** The provider's discovery document (`…/.well-known/openid-configuration`), or its issuer. */
  oidcUrl: string;
  /** Compared without regard to case. */
  authorizedUserEmails: readonly string[];
  /** Who a token may be meant for. Any of the provider's tokens is taken when absent. */
  audience?: readonly string[] | undefined;
  /** Claims that may hold the address. Default: `email`, and that of Temporal Cloud. */
  emailClaims?: readonly string[] | undefined;
  /** After a fetch of the provider's keys, an unknown key id asks for them again only after so long. Default 30 s. */
  keysCooldownMs?: number | undefined;
}

export interface CodecServer {
  /** With scheme, port and path: what the web app and the CLI are given. */
  url: string;
  /** Lets requests under way finish, for 5 seconds. */
  close(): Promise<void>;
}

/** A page of the web app asks for what is on it; the CLI for a history, in messages of at most 4 MiB. */
const bodyLimit = 16 * 1024 * 1024;
const requestTimeoutMs = 30_000;
const certificateCheckByDefault = 30_000;
const closeGraceMs = 5000;

/**
 * Listens. Throws CONFIG_INVALID when what it was given cannot be, or would serve others than this machine without asking who they
 * are, and LISTEN_FAILED.
 */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const { listen, log, tls } = options;
  checkReach(options);
  const prefix = normalPath(options.path);
  const webOrigin = originOf(options.webUiUrl);
  const authorize = authorizer(options);

  const pair = tls === undefined ? undefined : readCertificate(tls);
  const app = Fastify({
    logger: false,
    bodyLimit,
    serverFactory: (handler) => {
      const common = { requestTimeout: requestTimeoutMs };
      return pair === undefined
        ? createHttpServer(common, handler)
        : createHttpsServer({ ...common, ...pair }, handler);
    },
  });
  app.removeContentTypeParser("text/plain");
  handleErrors(app, options);
  app.addHook("onRequest", (request, reply, done) => {
    void reply.header("cache-control", "no-store");
    checkOrigin(request, reply, webOrigin);
    done();
  });
  for (const path of new Set(["/healthz", `${prefix}/healthz`])) app.get(path, () => ({ status: "ok" }));
  codecRoutes(app, prefix, options, authorize);

  const stopFollowing =
    tls === undefined
      ? undefined
      : followCertificate(app.server as unknown as Parameters<typeof followCertificate>[0], tls, {
          everyMs: options.certificateCheckMs ?? certificateCheckByDefault,
          log,
        });
  const address = await listenOn(app, listen);
  const url = `${tls === undefined ? "http" : "https"}://${address}${prefix}`;
  if (tls === undefined && !isLoopbackHost(listen.host)) {
    log.warn("the codec server has no certificate: what it decrypts, and tokens, cross the network in the clear", {
      url,
      hint: "Give listen.certificate_file and listen.key_file, or let only a proxy that encrypts reach it.",
    });
  }
  log.info("the codec server listens", { url, authentication: authorize === undefined ? "none" : "oidc" });
  return {
    url,
    async close() {
      stopFollowing?.();
      const cutOff = setTimeout(() => app.server.closeAllConnections(), closeGraceMs);
      await app.close();
      clearTimeout(cutOff);
    },
  };
}

function codecRoutes(
  app: FastifyInstance,
  prefix: string,
  { codec, namespace, listen, log }: CodecServerOptions,
  authorize: Authorizer | undefined,
): void {
  const people = new WeakMap<FastifyRequest, string>();
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    checkNamespace(request, namespace);
    if (authorize === undefined) checkLocalName(request, listen.host);
    else people.set(request, (await authorize(request.headers)).email);
  };
  for (const operation of ["encode", "decode"] as const) {
    const path = `${prefix}/${operation}`;
    app.options(path, answerPreflight);
    app.post(path, { onRequest }, async (request) => {
      const answer = await changePayloads(request.body, (payloads) => codec[operation](payloads));
      log.info(`the codec server served ${operation}`, {
        requestId: request.id,
        person: people.get(request),
        namespace: request.headers["x-namespace"],
        payloads: answer.payloads.length,
      });
      return answer;
    });
  }
}

/** Without authentication it is for programs of this machine, and for no page under a name that resolves to it. */
function checkLocalName({ headers: { host = "" } }: FastifyRequest, listenHost: string): void {
  const name = hostName(host);
  if (isLoopbackHost(name) || name === listenHost) return;
  throw new AutoFlowError("CODEC_ACCESS_DENIED", `the request is for the host ${JSON.stringify(host.slice(0, 200))}`);
}

function checkNamespace({ headers }: FastifyRequest, namespace: string | undefined): void {
  const asked = headers["x-namespace"];
  // Temporal's CLI sends an empty one when it was not told any.
  if (namespace === undefined || asked === undefined || asked === "" || asked === namespace) return;
  const got = JSON.stringify(String(asked).slice(0, 200));
  throw new AutoFlowError(
    "CODEC_ACCESS_DENIED",
    `the request is for the namespace ${got}, and this server has ${namespace}`,
  );
}

function checkReach({ listen, authentication }: CodecServerOptions): void {
  if (authentication !== undefined || isLoopbackHost(listen.host)) return;
  throw new AutoFlowError(
    "CONFIG_INVALID",
    `the codec server would decrypt for whoever reaches ${listen.host}:${listen.port}`,
    { hint: "Set temporal_oidc_url and authorized_user_emails, or let it listen on 127.0.0.1." },
  );
}

function authorizer({ authentication, clock, log }: CodecServerOptions): Authorizer | undefined {
  if (authentication === undefined) return undefined;
  const { oidcUrl, authorizedUserEmails, audience, emailClaims, keysCooldownMs } = authentication;
  if (authorizedUserEmails.length === 0) log.warn("the codec server serves nobody: authorized_user_emails is empty");
  return createAuthorizer({
    provider: createIdentityProvider({ url: oidcUrl, clock, keysCooldownMs }),
    authorizedEmails: authorizedUserEmails,
    audience,
    emailClaims,
    clock,
  });
}

function handleErrors(app: FastifyInstance, { log, clock }: CodecServerOptions): void {
  const refused = createRefusalLog(log, clock);
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = toAutoFlowError(thrown);
    // The protocol wants 400 where a payload of the request cannot be decoded; that is no failure of this server.
    const status = /^CODEC_(KEY|PAYLOAD)_/.test(error.code) ? 400 : error.httpStatus;
    const { method, ip: from, id: requestId, headers } = request;
    const url = request.url.split("?")[0]!;
    const namespace = headers["x-namespace"]?.toString().slice(0, 200);
    refused({ requestId, method, url, from, origin: headers.origin?.slice(0, 200), namespace }, error);
    if (error.code === "INTERNAL_ERROR") log.error("the codec server failed", { requestId, error: error.cause });
    if (status === 401) void reply.header("www-authenticate", 'Bearer error="invalid_token"');
    const problem = JSON.stringify({ ...toProblem(error, requestId), status });
    void reply.code(status).type(problemContentType).send(problem);
  });
  app.setNotFoundHandler((request) => {
    throw new AutoFlowError("NOT_FOUND", `there is no ${request.method} ${request.url.split("?")[0]}`, {
      hint: "The codec server has POST …/encode and …/decode below its path, and GET /healthz.",
    });
  });
}

/** Begins with a slash and ends without one; the root is empty. */
function normalPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((part) => `/${part}`).join("");
}

function originOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.parse(url);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed.origin;
  throw new AutoFlowError("CONFIG_INVALID", `temporal_web_ui_url ${JSON.stringify(url)} is no http or https URL`);
}

async function listenOn(app: FastifyInstance, { host, port }: CodecServerOptions["listen"]): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const message = `the codec server cannot listen on ${host}:${port}: ${(cause as Error).message}`;
    throw new AutoFlowError("LISTEN_FAILED", message, { cause });
  }
  const bound = app.server.address();
  const boundPort = typeof bound === "object" && bound !== null ? bound.port : port;
  return `${host.includes(":") ? `[${host}]` : host}:${boundPort}`;
}
