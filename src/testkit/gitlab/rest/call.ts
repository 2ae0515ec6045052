/** One request on its way through a route. */
import type { Token } from "../model/token.ts";
import type { User } from "../model/user.ts";
import type { Session, World } from "../model/world.ts";
import { unauthorized } from "../operations/refusal.ts";
import type { RawContent } from "./message.ts";

export interface Call {
  world: World;
  method: string;
  /** Below /api/v4/, as it was written, without the query. */
  path: string;
  /** The parts of the path that the route names, decoded. */
  ids: Record<string, string>;
  /** Query and body together, nested as GitLab nests them. */
  input: Record<string, unknown>;
  /** The query alone, for links to other pages. */
  query: [string, string][];
  user: User | undefined;
  token: Token | undefined;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

export interface Route {
  method: string;
  /** "/projects/:id/issues/:issue_iid" */
  path: string;
  handle: (call: Call) => Answer;
}

export function get(path: string, handle: Route["handle"]): Route {
  return { method: "GET", path, handle };
}
export function post(path: string, handle: Route["handle"]): Route {
  return { method: "POST", path, handle };
}
export function put(path: string, handle: Route["handle"]): Route {
  return { method: "PUT", path, handle };
}
export function patch(path: string, handle: Route["handle"]): Route {
  return { method: "PATCH", path, handle };
}
export function del(path: string, handle: Route["handle"]): Route {
  return { method: "DELETE", path, handle };
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}
export function created(body: unknown): Answer {
  return { status: 201, body };
}
export function accepted(body: unknown): Answer {
  return { status: 202, body };
}
export function noContent(): Answer {
  return { status: 204, body: undefined };
}
/** Nothing had to be done. */
export function notModified(): Answer {
  return { status: 304, body: undefined };
}
export function raw(content: RawContent, headers: Record<string, string> = {}): Answer {
  return { status: 200, headers, body: content };
}

/** The world with the user who asks. Throws 401 without one. */
export function sessionOf(call: Call): Session {
  if (call.user === undefined) throw unauthorized();
  return { world: call.world, user: call.user };
}

/** The user who asks. Throws 401 without one. */
export function requireUser(call: Call): User {
  if (call.user === undefined) throw unauthorized();
  return call.user;
}

/** Finds for those only who sign in, also where the project is public. Throws 401. */
export function signedIn<T>(find: (call: Call) => T): (call: Call) => T {
  return (call) => {
    requireUser(call);
    return find(call);
  };
}
