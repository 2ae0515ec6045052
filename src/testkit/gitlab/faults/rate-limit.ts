/** GitLab's rate limit: so many requests of a token in a period. */
import type { GitLabRequest, GitLabResponse } from "../rest/message.ts";

export interface RateLimit {
  /** Requests in a period. */
  requests: number;
  /** Seconds. */
  period: number;
}

/** Counts requests by their token; past the limit the answer is 429. */
export function rateLimiter(
  limit: RateLimit,
  now: () => number,
): (request: GitLabRequest, answer: () => GitLabResponse) => GitLabResponse {
  const windows = new Map<string, { start: number; count: number }>();
  return (request, answer) => {
    const at = now();
    const start = Math.floor(at / 1000 / limit.period) * limit.period;
    const headers = request.headers ?? {};
    const who = headers["private-token"] ?? headers["authorization"] ?? "";
    let window = windows.get(who);
    if (window === undefined || window.start !== start) windows.set(who, (window = { start, count: 0 }));
    window.count++;
    const reset = start + limit.period;
    const told = limitHeaders(limit, window.count, reset);
    if (window.count <= limit.requests) {
      const response = answer();
      Object.assign(response.headers, told);
      return response;
    }
    const retryAfter = String(Math.max(1, Math.ceil(reset - at / 1000)));
    return {
      status: 429,
      headers: { ...told, "retry-after": retryAfter, "content-type": "text/plain" },
      body: "Retry later\n",
    };
  };
}

function limitHeaders({ requests, period }: RateLimit, count: number, reset: number): Record<string, string> {
  return {
    "ratelimit-limit": String(Math.round((requests * 60) / period)),
    "ratelimit-name": "throttle_authenticated_api",
    "ratelimit-observed": String(count),
    "ratelimit-remaining": String(Math.max(0, requests - count)),
    "ratelimit-reset": String(reset),
    "ratelimit-resettime": new Date(reset * 1000).toUTCString(),
  };
}
