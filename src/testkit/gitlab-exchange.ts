/** The simulated GitLab in place of a network: requests of the gitlab action are answered in process, at once. */
import { Buffer } from "node:buffer";
import { STATUS_CODES } from "node:http";
import type { HttpAnswer, HttpExchange } from "../actions/http-exchange.ts";
import { HttpCallFailed } from "../actions/http-failure.ts";
import type { HttpRequest } from "../actions/http-input.ts";
import type { GitLabResponse } from "./gitlab/rest/message.ts";
import type { SimulatedGitLab } from "./gitlab/simulated-gitlab.ts";
import type { Wait } from "./http-stubs.ts";

const maxRedirects = 10;

/**
 * For `GitLabActionOptions.exchange`. A delay beyond the attempt's time is a timeout. `wait` lets time pass; without it none does.
 */
export function createSimulatedExchange(gitlab: Pick<SimulatedGitLab, "handle">, wait?: Wait): HttpExchange {
  return {
    async send(request, { timeoutMs }, signal) {
      const what = `${request.method} ${request.shownUrl}`;
      let { url } = request;
      for (let redirects = 0; ; redirects++) {
        if (signal.aborted) throw new HttpCallFailed("ACTION_INTERRUPTED", `${what} was aborted`, { retryable: true });
        const response = gitlab.handle(messageOf(request, url));
        const delayMs = response.delayMs ?? 0;
        if (delayMs > 0) await wait?.(Math.min(delayMs, timeoutMs), signal);
        if (delayMs >= timeoutMs) {
          throw new HttpCallFailed("HTTP_TIMEOUT", `${what} took longer than ${timeoutMs} ms`, { retryable: true });
        }
        if (response.isDropped === true) {
          throw new HttpCallFailed("HTTP_CONNECTION_FAILED", `no answer to ${what}: the connection broke`, {
            retryable: true,
          });
        }
        const target = redirectOf(response, url);
        if (target === undefined || redirects === maxRedirects) return answerOf(response);
        url = target;
      }
    },
    close() {},
  };
}

function messageOf({ method, headers, body }: HttpRequest, url: URL) {
  return {
    method,
    path: url.pathname + url.search,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])),
    body,
  };
}

function redirectOf({ status, headers }: GitLabResponse, from: URL): URL | undefined {
  const location = headers["location"];
  if (status < 300 || status > 399 || location === undefined) return undefined;
  return URL.parse(location, from.href) ?? undefined;
}

function answerOf({ status, headers, body }: GitLabResponse): HttpAnswer {
  return {
    statusCode: status,
    reason: STATUS_CODES[status] ?? "",
    headers: Object.entries(headers),
    body: bytesOf(body),
  };
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}
