/** HTTP without a network: calls are answered by what a test has said of their addresses. */
import { Buffer } from "node:buffer";
import { STATUS_CODES } from "node:http";
import type { HttpAnswer, HttpExchange } from "../actions/http-exchange.ts";
import { HttpCallFailed } from "../actions/http-failure.ts";

/** How calls of some addresses are answered. */
export interface HttpStub {
  /** Every method when it is not given. */
  method?: string;
  /** "*" stands for anything but "/", "**" for anything. Without a "?" in it, the query of an address does not count. */
  url: string;
  /** Calls that it lets pass before it begins. */
  after?: number;
  /** How many it answers; all when it is not given. */
  times?: number;
  status?: number;
  /** As it is sent. */
  body?: string;
  headers?: [string, string][];
  /** The answer waits so long. */
  delayMs?: number;
  /** No answer: the connection is refused, breaks, or nothing comes before the attempt's time is over. */
  error?: "refused" | "reset" | "timeout";
}

interface Planned extends HttpStub {
  pattern: RegExp;
  seen: number;
}

/** Waits on the simulated clock; rejects when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export class HttpStubs implements HttpExchange {
  readonly #planned: Planned[] = [];
  readonly #wait: Wait;

  constructor(wait: Wait) {
    this.#wait = wait;
  }

  /** They are looked at in the order in which they were added; the first that fits, and is not used up, answers. */
  add(stub: HttpStub): void {
    this.#planned.push({ ...stub, pattern: patternOf(stub.url), seen: 0 });
  }

  async send(
    request: Parameters<HttpExchange["send"]>[0],
    { timeoutMs }: Parameters<HttpExchange["send"]>[1],
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const what = `${request.method} ${request.shownUrl}`;
    const stub = this.#planned.find((each) => fits(each, request.method, request.url.href) && isDue(each));
    if (stub === undefined) {
      throw new HttpCallFailed(
        "HTTP_CONNECTION_FAILED",
        `${what}: this test says nothing of this address; testing.http("${request.method}", …) does`,
        {
          retryable: false,
          details: { hint: "Say what it answers: testing.http(method, url, status = …, body = …)." },
        },
      );
    }
    const delayMs = stub.error === "timeout" ? timeoutMs : (stub.delayMs ?? 0);
    if (delayMs > 0) await this.#wait(Math.min(delayMs, timeoutMs), signal);
    if (delayMs >= timeoutMs) {
      throw new HttpCallFailed("HTTP_TIMEOUT", `${what} took longer than ${timeoutMs} ms`, { retryable: true });
    }
    if (stub.error !== undefined) {
      const why = stub.error === "refused" ? "the connection was refused" : "the connection broke";
      throw new HttpCallFailed("HTTP_CONNECTION_FAILED", `no answer from ${request.url.host}: ${why}`, {
        retryable: true,
        details: { cause: stub.error === "refused" ? "ECONNREFUSED" : "ECONNRESET" },
      });
    }
    const status = stub.status ?? 200;
    return {
      statusCode: status,
      reason: STATUS_CODES[status] ?? "",
      headers: stub.headers ?? [],
      body: Buffer.from(stub.body ?? ""),
    };
  }

  close(): void {}
}

function fits({ method, url, pattern }: Planned, asked: string, address: string): boolean {
  if (method !== undefined && method.toUpperCase() !== asked) return false;
  return pattern.test(url.includes("?") ? address : address.replace(/[?#].*$/s, ""));
}

/** Counts the call. */
function isDue(stub: Planned): boolean {
  const place = stub.seen++;
  const from = stub.after ?? 0;
  return place >= from && (stub.times === undefined || place < from + stub.times);
}

/** The regular expression of a pattern with "*" and "**". */
export function patternOf(text: string): RegExp {
  const parts = text
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]*" : RegExp.escape(part)));
  return new RegExp(`^${parts.join("")}$`, "s");
}
