/** Passes requests on to GitLab as they came, and its answers back. */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface Upstream {
  /** Its path, if it has one, is put before that of the request. */
  url: URL;
  agent: http.Agent;
}

/** What belongs to one connection (RFC 9110, section 7.6.1), and `Expect`, which has been answered. */
const connectionHeaders = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

export function createUpstream(url: string): Upstream {
  const parsed = new URL(url);
  const agent =
    parsed.protocol === "https:" ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
  return { url: parsed, agent };
}

/** `body`: what has been read of the request already, which is all of it; absent: it is streamed. */
export async function forward(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
  body?: Buffer,
): Promise<void> {
  const headers = forwardedHeaders(request);
  // A body whose length is not said is sent in chunks, as it came.
  if (request.headers["transfer-encoding"] !== undefined && body === undefined) {
    headers.push("Transfer-Encoding", "chunked");
  } else if (body !== undefined && body.length > 0 && request.headers["content-length"] === undefined) {
    headers.push("Content-Length", String(body.length));
  }
  const outgoing = send(upstream, request, headers);
  response.once("close", () => {
    if (!response.writableFinished) outgoing.destroy();
  });
  const answered = answerOf(outgoing);
  if (body !== undefined) outgoing.end(body);
  // GitLab may answer before it has read everything, and its answer counts.
  else pipeline(request, outgoing).catch(() => {});
  const answer = await answered;
  response.writeHead(answer.statusCode!, answer.statusMessage, withoutConnection(answer));
  await pipeline(answer, response);
}

function answerOf(outgoing: http.ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
  });
}

/** A WebSocket: after GitLab has agreed, bytes in both directions. */
export function forwardUpgrade(upstream: Upstream, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const headers = [...forwardedHeaders(request), "Connection", "Upgrade", "Upgrade", "websocket"];
  const outgoing = send(
    { ...upstream, agent: new (upstream.agent.constructor as typeof http.Agent)() },
    request,
    headers,
  );
  socket.on("error", () => outgoing.destroy());
  outgoing.on("error", () => socket.destroy());
  outgoing.once("response", (answer) => {
    socket.write(`${headOf(answer)}Connection: close\r\n\r\n`);
    answer.pipe(socket);
  });
  outgoing.once("upgrade", (answer, other, otherHead) => {
    socket.write(`${headOf(answer)}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    if (otherHead.length > 0) socket.write(otherHead);
    if (head.length > 0) other.write(head);
    other.on("error", () => socket.destroy());
    socket.on("error", () => other.destroy());
    other.on("close", () => socket.destroy());
    socket.on("close", () => other.destroy());
    other.pipe(socket).pipe(other);
  });
  outgoing.end();
}

function send({ url, agent }: Upstream, { method = "GET", url: target = "/" }: IncomingMessage, headers: string[]) {
  const path = url.pathname.replace(/\/$/, "") + target.replace(/^https?:\/\/[^/?]*/i, "");
  const { request } = url.protocol === "https:" ? https : http;
  const { hostname, port, protocol } = url;
  const host = hostname.replace(/^\[|\]$/g, "");
  return request({
    protocol,
    host,
    port,
    path,
    method,
    headers,
    agent,
    ...(protocol === "https:" && { servername: host }),
  });
}

function headOf(answer: IncomingMessage): string {
  const lines = pairsOf(withoutConnection(answer)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${lines.join("")}`;
}

function forwardedHeaders(request: IncomingMessage): string[] {
  const kept = pairsOf(withoutConnection(request)).filter(([name]) => name.toLowerCase() !== "x-forwarded-for");
  const before = request.headers["x-forwarded-for"];
  const from = [...(before === undefined ? [] : [before].flat()), request.socket.remoteAddress ?? "unknown"];
  return [...kept.flat(), "X-Forwarded-For", from.join(", ")];
}

/** Names and values in turn. */
function withoutConnection({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = new Set((headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase()));
  // Those cannot be made to vanish by naming them.
  for (const name of ["host", "content-length", "authorization", "private-token", "x-forwarded-for"])
    named.delete(name);
  return pairsOf(rawHeaders)
    .filter(([name]) => {
      const lower = name.toLowerCase();
      return !connectionHeaders.has(lower) && !named.has(lower);
    })
    .flat();
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i]!, flat[i + 1]!]);
  return pairs;
}
