/** Sends requests to a GitLab instance with a project's token, as fast as the instance takes them. */
import type { GitLabInstanceAccess } from "../../core/action.ts";
import type { Failure } from "../../core/failure.ts";
import type { Clock } from "../../core/ports.ts";
import { createHttpExchange, type HttpAnswer, type HttpExchange } from "../http-exchange.ts";
import { HttpCallFailed } from "../http-failure.ts";
import type { HttpHeader } from "../http-input.ts";
import { type GitLabRequest, isWrite, type Json } from "./gitlab-input.ts";
import { type AnswerHeaders, createRateLimits } from "./rate-limits.ts";

export interface GitLabAnswer {
  statusCode: number;
  reason: string;
  /** A name that came several times has its values joined with ", ". */
  headers: AnswerHeaders;
  /** Parsed JSON, the text when it is not JSON, bytes when it is no text; null when there is none. */
  body: Json | Uint8Array;
  /** Epoch ms by the instance's clock when it answered; undefined when it does not tell. */
  date: number | undefined;
}

/** What all requests of one attempt share. */
export interface Attempt {
  access: GitLabInstanceAccess;
  idempotencyKey: string;
  /** Epoch ms. */
  endsAt: number;
  signal: AbortSignal;
}

export interface GitLabClient {
  /** Any status is an answer. Throws HttpCallFailed and GitLabHeldBack. */
  send(request: GitLabRequest, attempt: Attempt): Promise<GitLabAnswer>;
  /** Closes idle connections. */
  close(): void;
}

export interface GitLabClientOptions {
  clock: Clock;
  maxResponseBytes: number;
  userAgent: string;
  /** What sends requests; sockets when absent. */
  exchange?: HttpExchange | undefined;
}

/** The instance takes no more calls for now; nothing was sent. */
export class GitLabHeldBack extends Error {
  readonly failure: Failure;
  constructor(what: string, waitMs: number) {
    super(`${what} was not sent`);
    this.failure = {
      type: "gitlab",
      code: "GITLAB_RATE_LIMITED",
      message: `${what} was not sent: the limit of GitLab's API is used up for ${Math.ceil(waitMs / 1000)} s`,
      retryable: true,
      retryAfterMs: waitMs,
    };
  }
}

/** The instance is configured by the operator and requests go nowhere else, so every address will do. */
const anyAddress = { refusal: () => undefined };

export function createGitLabClient(options: GitLabClientOptions): GitLabClient {
  const { clock, maxResponseBytes, userAgent, exchange = createHttpExchange(anyAddress) } = options;
  const now = (): number => clock.now();
  const limits = createRateLimits(now);

  async function send(request: GitLabRequest, attempt: Attempt): Promise<GitLabAnswer> {
    const { access, endsAt, signal } = attempt;
    const what = `${request.method} ${request.path}`;
    const key = `${access.url} ${access.token ?? ""}`;
    await pass(what, limits.waitFor(key), attempt);
    const base = `${access.url}/api/v4/`;
    const { headers, body } = payloadOf(request);
    if (access.token !== undefined) headers.push({ name: "private-token", value: access.token, hasSecret: true });
    headers.push(plain("user-agent", userAgent), plain("accept", "application/json, */*;q=0.5"));
    if (isWrite(request.method)) headers.push(plain("idempotency-key", attempt.idempotencyKey));
    const answer = await exchange.send(
      {
        method: request.method,
        url: new URL(base + request.path + queryText(request.query)),
        shownUrl: request.path,
        headers,
        body,
        bodyHasSecret: true,
        retryOn: new Set(),
        auth: undefined,
      },
      { timeoutMs: Math.max(1, endsAt - now()), maxResponseBytes, within: base },
      signal,
    );
    const read = readAnswer(answer);
    limits.note(key, read.headers);
    return read;
  }

  /** Waits until the limit begins anew, when that is within the attempt's time. */
  function pass(what: string, waitMs: number, { endsAt, signal }: Attempt): Promise<void> | undefined {
    if (waitMs === 0) return undefined;
    if (now() + waitMs >= endsAt) throw new GitLabHeldBack(what, waitMs);
    return new Promise((fulfil, reject) => {
      const timer = clock.setTimer(waitMs, done);
      function interrupted(): void {
        timer.cancel();
        reject(new HttpCallFailed("ACTION_INTERRUPTED", `${what} was aborted`, { retryable: true }));
      }
      function done(): void {
        signal.removeEventListener("abort", interrupted);
        fulfil();
      }
      signal.addEventListener("abort", interrupted, { once: true });
      if (signal.aborted) interrupted();
    });
  }

  return { send, close: () => exchange.close() };
}

function plain(name: string, value: string): HttpHeader {
  return { name, value, hasSecret: false };
}

function payloadOf({ body }: GitLabRequest): { headers: HttpHeader[]; body: Buffer | undefined } {
  if (body === undefined) return { headers: [], body: undefined };
  return { headers: [plain("content-type", "application/json")], body: Buffer.from(jsonText(body)) };
}

/** JSON whose integers are as long as they were. */
function jsonText(value: Json): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "bigint" ? rawJSON(member.toString()) : member,
  );
}

/** TypeScript does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (this: void, text: string) => unknown };

function queryText(query: readonly [string, string][]): string {
  return query.length === 0 ? "" : `?${new URLSearchParams(query as [string, string][]).toString()}`;
}

function readAnswer({ statusCode, reason, headers, body }: HttpAnswer): GitLabAnswer {
  const byName = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = byName.get(key);
    byName.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  const date = Date.parse(byName.get("date") ?? "");
  return {
    statusCode,
    reason,
    headers: byName,
    body: readBody(body, byName.get("content-type") ?? ""),
    date: Number.isNaN(date) ? undefined : date,
  };
}

/** Parsed JSON, the text when it is not JSON, bytes when it is no text; null when there is none. */
export function readBody(body: Uint8Array, contentType: string): Json | Uint8Array {
  if (body.length === 0) return null;
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return body;
  }
  if (!/^application\/([a-z0-9.+-]+\+)?json\b/i.test(contentType)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
