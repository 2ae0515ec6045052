/** The simulated GitLab on a socket. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { SimulatedGitLab } from "../simulated-gitlab.ts";
import type { GitLabResponse } from "../rest/message.ts";
import type { Control } from "./control.ts";

/** Bodies are kept in memory while they are read; GitLab takes no larger files by its API. */
const largestBody = 100 * 1024 * 1024;

export interface Served {
  gitlab: SimulatedGitLab;
  /** Answers what is not GitLab's, before GitLab is asked. */
  control?: Control;
}

export interface RunningServer {
  /** Without a slash at the end. */
  url: string;
  /** Resolves when nothing is open any more. */
  close(): Promise<void>;
}

/** Listens on the loopback interface; port 0 takes a free one. `make` gets the address, which the simulation writes into links. */
export async function serveGitLab(port: number, make: (url: string) => Served): Promise<RunningServer> {
  const server = createServer();
  await listen(server, port);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const served = await makeOrClose(server, () => make(url));
  server.on("request", (request, response) => {
    serve(served, request, response).catch((error: unknown) => fail(response, error));
  });
  return { url, close: () => close(server) };
}

/** A server that serves nothing would keep the process alive. */
async function makeOrClose(server: Server, make: () => Served): Promise<Served> {
  try {
    return make();
  } catch (error) {
    await close(server);
    throw error;
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve({ gitlab, control }: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return send(response, { status: 413, headers: {}, body: "413 Request Entity Too Large" });
  const method = request.method ?? "GET";
  const path = request.url ?? "/";
  const answer = control?.(method, path, body) ?? gitlab.handle({ method, path, headers: flatHeaders(request), body });
  if (answer.isDropped === true) return void setTimeout(() => response.destroy(), answer.delayMs ?? 0);
  if (answer.delayMs === undefined) send(response, answer);
  else setTimeout(() => send(response, answer), answer.delayMs);
}

/** A request that broke off, or a mistake of the simulation. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const reason = error instanceof Error ? error.message : "";
  const body = { message: `500 Internal Server Error: the simulated GitLab failed: ${reason}` };
  send(response, { status: 500, headers: { "content-type": "application/json" }, body });
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function flatHeaders({ headers }: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}

function send(response: ServerResponse, { status, headers, body }: GitLabResponse): void {
  const content =
    body === undefined || body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, headers);
  response.end(content);
}
