/**
 * Sends an HTTP request and collects the answer, following redirects. Node's own client is used because it lets us choose the
 * address: a name is resolved here, what the policy refuses is left out, and the connection goes to what is left. So neither a
 * redirect nor a name that resolves differently the second time leads to a refused address.
 */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { createAddressGuard, portOf, unbracketed, whereOf } from "./address-guard.ts";
import type { AddressPolicy } from "./address-policy.ts";
import { connectionFailed, HttpCallFailed } from "./http-failure.ts";
import type { HttpHeader, HttpRequest } from "./http-input.ts";

export interface HttpAnswer {
  statusCode: number;
  reason: string;
  /** Name and value as they were received. */
  headers: [string, string][];
  body: Buffer;
}

export interface ExchangeLimits {
  /** For the whole exchange, redirects and body included. */
  timeoutMs: number;
  maxResponseBytes: number;
  /** Redirects are followed only to addresses that begin so; any other one is the answer. */
  within?: string;
}

export interface HttpExchange {
  /** Throws HttpCallFailed. An abort rejects at once with ACTION_INTERRUPTED. */
  send(request: HttpRequest, limits: ExchangeLimits, signal: AbortSignal): Promise<HttpAnswer>;
  /** Closes idle connections. */
  close(): void;
}

const maxRedirects = 10;

/** Connections are kept alive and shared; the numbers bound what one busy script can take from the others. */
const agentOptions = { keepAlive: true, maxSockets: 256, maxTotalSockets: 2048, maxFreeSockets: 64 };

export function createHttpExchange(policy: AddressPolicy): HttpExchange {
  const http = new HttpAgent(agentOptions);
  const https = new HttpsAgent(agentOptions);
  const guard = createAddressGuard(policy);

  async function send(request: HttpRequest, limits: ExchangeLimits, signal: AbortSignal): Promise<HttpAnswer> {
    using deadline = new Deadline(request, limits.timeoutMs, signal);
    let current: Hop = request;
    for (let redirects = 0; ; redirects++) {
      const message = await open(current, deadline);
      const next = redirectOf(current, message);
      if (next === undefined || !next.url.href.startsWith(limits.within ?? ""))
        return await collect(message, current, limits.maxResponseBytes, deadline);
      if (redirects === maxRedirects) {
        throw new HttpCallFailed("HTTP_TOO_MANY_REDIRECTS", `${request.shownUrl} redirected ${maxRedirects} times`, {
          retryable: false,
        });
      }
      current = next;
      message.destroy();
    }
  }

  /** A server may close an idle connection just as it is used again; that alone is tried once more at once, with a new one. */
  async function open(hop: Hop, deadline: Deadline): Promise<IncomingMessage> {
    guard.checkLiteral(hop.url);
    try {
      return await connect(hop, deadline);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return connect(hop, deadline, { afresh: true });
    }
  }

  function connect(hop: Hop, deadline: Deadline, { afresh = false } = {}): Promise<IncomingMessage> {
    return new Promise((fulfil, reject) => {
      const { url } = hop;
      const secure = url.protocol === "https:";
      const request: ClientRequest = (secure ? httpsRequest : httpRequest)({
        protocol: url.protocol,
        hostname: unbracketed(url.hostname),
        port: portOf(url),
        path: url.pathname + url.search,
        method: hop.method,
        headers: requestHeaders(hop),
        agent: afresh ? false : secure ? https : http,
        lookup: guard.lookup(portOf(url)),
      });
      deadline.watch(request, reject);
      request.once("response", fulfil);
      request.on("error", (error: NodeJS.ErrnoException) => {
        const stale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        reject(stale ? new StaleConnection() : connectionFailed(error, whereOf(url)));
      });
      request.end(hop.body);
    });
  }

  function close(): void {
    http.destroy();
    https.destroy();
  }

  return { send, close };
}

/** What one request of an exchange needs; a redirect makes another. */
type Hop = Pick<HttpRequest, "method" | "url" | "headers" | "body" | "bodyHasSecret">;

class StaleConnection extends Error {}

/** Ends whatever the exchange is at, when its time is up or it is aborted. */
class Deadline implements Disposable {
  private readonly signal: AbortSignal;
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort: () => void;
  private failure: HttpCallFailed | undefined;
  private current: { stream: ClientRequest | IncomingMessage; reject: (error: Error) => void } | undefined;

  constructor(request: HttpRequest, timeoutMs: number, signal: AbortSignal) {
    const what = `${request.method} ${request.shownUrl}`;
    this.signal = signal;
    this.timer = setTimeout(() => {
      this.end(new HttpCallFailed("HTTP_TIMEOUT", `${what} took longer than ${timeoutMs} ms`, { retryable: true }));
    }, timeoutMs);
    this.onAbort = () => this.end(new HttpCallFailed("ACTION_INTERRUPTED", `${what} was aborted`, { retryable: true }));
    signal.addEventListener("abort", this.onAbort, { once: true });
    if (signal.aborted) this.onAbort();
  }

  /** `stream` is what is to be destroyed at the end, `reject` who is told. */
  watch(stream: ClientRequest | IncomingMessage, reject: (error: Error) => void): void {
    this.current = { stream, reject };
    if (this.failure !== undefined) this.end(this.failure);
  }

  private end(failure: HttpCallFailed): void {
    this.failure = failure;
    // First the reason: destroying makes the stream tell an error of its own.
    this.current?.reject(failure);
    this.current?.stream.destroy();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
    this.signal.removeEventListener("abort", this.onAbort);
  }
}

/**
 * The request that a redirect asks for (RFC 9110, section 15.4), or undefined when the message is the answer. Credentials do
 * not go to another origin: headers that hold secrets or are known for it are left out, and a body with secrets is not sent
 * there at all, so that the redirect itself is the answer.
 */
function redirectOf(hop: Hop, message: IncomingMessage): Hop | undefined {
  const status = message.statusCode ?? 0;
  const { location } = message.headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const url = URL.parse(location, hop.url.href);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  url.username = "";
  url.password = "";
  url.hash = "";
  const becomesGet = (status === 303 && hop.method !== "HEAD") || (status <= 302 && hop.method === "POST");
  const sameOrigin = url.origin === hop.url.origin;
  if (!sameOrigin && !becomesGet && hop.bodyHasSecret) return undefined;
  const headers = sameOrigin ? hop.headers : hop.headers.filter((header) => !isCredential(header));
  if (!becomesGet) return { ...hop, url, headers };
  const withoutBody = headers.filter(({ name }) => !/^content-/i.test(name));
  return { method: "GET", url, headers: withoutBody, body: undefined, bodyHasSecret: false };
}

const credentialHeaders = new Set(["authorization", "cookie", "host", "job-token", "private-token", "x-api-key"]);

function isCredential({ name, hasSecret }: HttpHeader): boolean {
  return hasSecret || credentialHeaders.has(name.toLowerCase());
}

function collect(message: IncomingMessage, hop: Hop, maxBytes: number, deadline: Deadline): Promise<HttpAnswer> {
  const tooLarge = () =>
    new HttpCallFailed(
      "HTTP_RESPONSE_TOO_LARGE",
      `the answer of ${whereOf(hop.url)} is larger than ${maxBytes} bytes`,
      {
        retryable: false,
      },
    );
  return new Promise((fulfil, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    deadline.watch(message, reject);
    message.on("error", (error) => reject(connectionFailed(error, whereOf(hop.url))));
    message.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= maxBytes) return;
      reject(tooLarge());
      message.destroy();
    });
    message.on("end", () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
      const answer = {
        statusCode: message.statusCode ?? 0,
        reason: message.statusMessage ?? "",
        headers: headerPairs(message.rawHeaders),
        body,
      };
      const encoding = message.headers["content-encoding"]?.trim().toLowerCase();
      if (encoding === undefined || encoding === "identity" || body.length === 0) fulfil(answer);
      else decompress(answer, encoding, maxBytes).then(fulfil, () => reject(tooLarge()));
    });
  });
}

const decoders: Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  zstd: promisify(zstdDecompress),
};

/** The answer with its body decompressed; as it is when the encoding is unknown or the body not encoded so. */
async function decompress(answer: HttpAnswer, encoding: string, maxOutputLength: number): Promise<HttpAnswer> {
  const decoder = decoders[encoding];
  if (decoder === undefined) return answer;
  try {
    const body = await decoder(answer.body, { maxOutputLength });
    const headers = answer.headers.filter(([name]) => !/^content-(encoding|length)$/i.test(name));
    return { ...answer, headers, body };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw error;
    return answer;
  }
}

function headerPairs(raw: string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i]!, raw[i + 1]!]);
  return pairs;
}

/** Node tells the length of a body by itself only for methods that usually have one, and not for DELETE. */
function requestHeaders({ headers, body }: Hop): Record<string, string | string[] | number> {
  const named = headerObject(headers);
  return body === undefined ? named : { ...named, "content-length": body.length };
}

/** Headers by name, as Node wants them; a name given twice, however written, is sent twice. */
function headerObject(headers: readonly HttpHeader[]): Record<string, string | string[]> {
  const result = Object.create(null) as Record<string, string | string[]>;
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    const earlier = result[key];
    result[key] = earlier === undefined ? value : [earlier, value].flat();
  }
  return result;
}
