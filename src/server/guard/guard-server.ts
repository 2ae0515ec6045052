/** The guard: a reverse proxy before GitLab that asks rules about the changes it is told to guard, and passes all else through. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { AutoFlowError } from "../../core/errors.ts";
import type { Log } from "../../core/ports.ts";
import { askRules, type RulesServer } from "./ask-rules.ts";
import { createUpstream, forward, forwardUpgrade, type Upstream } from "./forward.ts";
import { AmbiguousPath, guardedChange, type GuardedChange, type GuardedRoute } from "./guarded-routes.ts";
import { readParameters, Unreadable } from "./parameters.ts";

export interface GuardOptions {
  listen: { host: string; port: number };
  /** Address of GitLab. */
  upstream: string;
  routes: readonly GuardedRoute[];
  rules: Omit<RulesServer, "log">;
  log: Log;
}

export interface Guard {
  /** Without a slash at its end. */
  url: string;
  /** Ends in good order: requests under way are answered. */
  close(): Promise<void>;
}

/** Of a change that is judged; others are not read. */
const largestBody = 10 * 1024 * 1024;

/** How long requests under way may take when the guard ends. */
const graceMs = 10_000;

/** Resolves when it listens. Throws LISTEN_FAILED. */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const { listen, log } = options;
  const upstream = createUpstream(options.upstream);
  const server = createServer(
    // An upload may take its time. Only WebSockets are tunnelled: in another protocol a request could pass unseen.
    { requestTimeout: 0, shouldUpgradeCallback: isWebSocket },
    (request, response) => {
      serve(options, upstream, request, response).catch((error: unknown) => failed(error, response, log));
    },
  );
  const tunnels = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    tunnels.add(socket);
    socket.once("close", () => tunnels.delete(socket));
    forwardUpgrade(upstream, request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(
        new AutoFlowError("LISTEN_FAILED", `cannot listen on ${listen.host}:${listen.port}: ${cause.message}`, {
          cause,
        }),
      );
    server.once("error", fail);
    server.listen(listen.port, listen.host, () => {
      server.off("error", fail);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          upstream.agent.destroy();
          resolve();
        });
        server.closeIdleConnections();
        for (const socket of tunnels) socket.destroy();
      }),
  };
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

async function serve(
  options: GuardOptions,
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const change = changeOf(options.routes, request);
  // Where a form could say that it stands for another method, it is read.
  const isDisguised =
    change === undefined && method === "POST" && guardedChange(options.routes, undefined, url) !== undefined;
  if (change === undefined && !isDisguised) return forward(upstream, request, response);
  const body = await readBody(request);
  const { "content-type": type, "content-encoding": encoding } = request.headers;
  const parameters = readParameters(url, { type, encoding }, body);
  if (Object.hasOwn(parameters, "_method")) throw new Unreadable(400, "_method is not for changes that are judged");
  if (change !== undefined && !(await mayPass(options, change, { method, parameters }, response))) return;
  await forward(upstream, request, response, body);
}

function changeOf(routes: readonly GuardedRoute[], request: IncomingMessage): GuardedChange | undefined {
  const { method = "GET", url = "/", rawHeaders } = request;
  const overrides = rawHeaders.some(
    (name, i) => i % 2 === 0 && name.toLowerCase().replaceAll("_", "-") === "x-http-method-override",
  );
  const isRead = method === "GET" || method === "HEAD" || method === "OPTIONS";
  if (!isRead && overrides && guardedChange(routes, undefined, url) !== undefined) {
    throw new Unreadable(400, "X-HTTP-Method-Override is not for changes that are judged");
  }
  return isRead ? undefined : guardedChange(routes, method, url);
}

/** Whether the rules allow it; else it has been answered. */
async function mayPass(
  { rules, log }: GuardOptions,
  change: GuardedChange,
  asked: { method: string; parameters: Record<string, unknown> },
  response: ServerResponse,
): Promise<boolean> {
  const answer = await askRules({ ...rules, log }, change, asked);
  const { project, route } = change;
  log.info("a change was judged", { project, type: route.type, decision: answer.decision });
  if (answer.decision === "allow") return true;
  const { reasons } = answer;
  if (answer.unanswered) refuse(response, 503, `503 Service Unavailable - ${reasons.join("; ")}`, { reasons });
  else refuse(response, 403, `403 Forbidden - ${reasons.join("; ")}`, { reasons });
  return false;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Unreadable(413, "the body of a change that is judged is larger than 10 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** As GitLab tells errors: an object with a message. */
function refuse(response: ServerResponse, status: number, message: string, more: object = {}): void {
  const body = JSON.stringify({ message, ...more });
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function failed(error: unknown, response: ServerResponse, log: Log): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  if (error instanceof Unreadable) return refuse(response, error.status, `${error.status} ${error.message}`);
  if (error instanceof AmbiguousPath) return refuse(response, 400, `400 ${error.message}`);
  log.warn("GitLab did not answer", { error: (error as Error).message });
  refuse(response, 502, "502 Bad Gateway - GitLab did not answer");
}
