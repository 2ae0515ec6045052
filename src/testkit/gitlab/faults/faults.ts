/** How the simulated GitLab fails when it is told to: statuses, delays, lost answers. */
import type { GitLabRequest, GitLabResponse } from "../rest/message.ts";

/** One way to fail, for the requests that it names. */
export interface Fault {
  /** Every method when it is not given. */
  method?: string;
  /** A path below /api/v4 with "*" for any segment and "**" for any end: "projects/*\/issues", "projects/**". Everything when it is not given. */
  path?: string;
  /** Requests that it lets pass before it begins. */
  after?: number;
  /** How many it hits; all when it is not given. */
  times?: number;
  /** The answer instead of GitLab's. */
  status?: number;
  /** Its body; `{"message": "<status> <reason>"}` when it is not given. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The answer waits so long. */
  delayMs?: number;
  /** The connection ends without an answer: "before" anything is done, or "after" it is done. */
  drop?: "before" | "after";
}

export interface Faults {
  /** Adds one; the result takes it away again. */
  add(fault: Fault): () => void;
  clear(): void;
  /** Answers a request, with what its faults do to it. Faults are looked at in the order in which they were added; the first that fits counts. */
  around(request: GitLabRequest, answer: () => GitLabResponse): GitLabResponse;
}

interface Planned extends Fault {
  pattern: RegExp | undefined;
  seen: number;
}

export function createFaults(): Faults {
  let planned: Planned[] = [];

  function find(request: GitLabRequest): Planned | undefined {
    return planned.find((fault) => fits(fault, request) && isDue(fault));
  }

  return {
    add(fault) {
      const one: Planned = { ...fault, pattern: patternOf(fault.path), seen: 0 };
      planned.push(one);
      return () => {
        planned = planned.filter((other) => other !== one);
      };
    },
    clear() {
      planned = [];
    },
    around(request, answer) {
      const fault = planned.length === 0 ? undefined : find(request);
      return fault === undefined ? answer() : fail(fault, answer);
    },
  };
}

function patternOf(path: string | undefined): RegExp | undefined {
  if (path === undefined) return undefined;
  const segments = path.replace(/^\/?(?:api\/v4\/)?/, "").split("/");
  const source = segments.map((segment) =>
    segment === "**" ? ".*" : segment === "*" ? "[^/]+" : RegExp.escape(segment),
  );
  return new RegExp(`^/api/v4/${source.join("/")}$`);
}

function fits({ method, pattern }: Planned, request: GitLabRequest): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  return pattern === undefined || pattern.test(request.path.replace(/\?.*$/s, ""));
}

/** Counts the request. */
function isDue(fault: Planned): boolean {
  const place = fault.seen++;
  const from = fault.after ?? 0;
  return place >= from && (fault.times === undefined || place < from + fault.times);
}

function fail(fault: Planned, answer: () => GitLabResponse): GitLabResponse {
  if (fault.drop === "before") return dropped(fault.delayMs);
  if (fault.drop === "after") {
    answer();
    return dropped(fault.delayMs);
  }
  const response = fault.status === undefined ? answer() : failed(fault, fault.status);
  if (fault.delayMs !== undefined) response.delayMs = fault.delayMs;
  return response;
}

function dropped(delayMs: number | undefined): GitLabResponse {
  return { status: 0, headers: {}, body: undefined, isDropped: true, ...(delayMs !== undefined && { delayMs }) };
}

function failed(fault: Planned, status: number): GitLabResponse {
  const body = fault.body ?? { message: `${status} ${reasons[status] ?? "Error"}` };
  const type = typeof body === "string" ? "text/plain" : "application/json";
  return { status, headers: { "content-type": type, ...fault.headers }, body: structuredClone(body) };
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  408: "Request Timeout",
  409: "Conflict",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};
