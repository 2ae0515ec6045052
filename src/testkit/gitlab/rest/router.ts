/** Finds the route of a request. */
import type { Call, Route } from "./call.ts";
import { Refusal } from "../operations/refusal.ts";

interface Branch {
  /** By the literal segment. */
  literal: Map<string, Branch>;
  /** Any segment. */
  any: Branch | undefined;
  /** By method. */
  routes: Map<string, { route: Route; names: string[] }>;
}

export interface Router {
  /** Every route: "GET /projects/:id". */
  names: readonly string[];
  /** The route, with what its names stand for. Throws 501 for what is not simulated. */
  find(method: string, segments: readonly string[]): { route: Route; ids: Call["ids"] };
}

export function createRouter(routes: readonly Route[]): Router {
  const root = emptyBranch();
  for (const route of routes) plant(root, route);
  return {
    names: routes.map(({ method, path }) => `${method} ${path}`),
    find(method, segments) {
      const ids: string[] = [];
      const branch = walk(root, segments, 0, method === "HEAD" ? "GET" : method, ids);
      if (branch === undefined) throw notSimulated(root, method, segments);
      const byName: Record<string, string> = {};
      for (let i = 0; i < ids.length; i++) byName[branch.names[i]!] = ids[i]!;
      return { route: branch.route, ids: byName };
    },
  };
}

function emptyBranch(): Branch {
  return { literal: new Map(), any: undefined, routes: new Map() };
}

function plant(root: Branch, route: Route): void {
  let at = root;
  const names: string[] = [];
  for (const segment of route.path.slice(1).split("/")) {
    if (segment.startsWith(":")) {
      names.push(segment.slice(1));
      at = at.any ??= emptyBranch();
    } else {
      let next = at.literal.get(segment);
      if (next === undefined) at.literal.set(segment, (next = emptyBranch()));
      at = next;
    }
  }
  if (at.routes.has(route.method)) throw new Error(`two routes for ${route.method} ${route.path}`);
  at.routes.set(route.method, { route, names });
}

/** Literal segments go first; where they lead nowhere, the named ones are tried. */
function walk(
  branch: Branch,
  segments: readonly string[],
  at: number,
  method: string,
  ids: string[],
): { route: Route; names: string[] } | undefined {
  if (at === segments.length) return branch.routes.get(method);
  const segment = segments[at]!;
  const literal = branch.literal.get(segment);
  if (literal !== undefined) {
    const found = walk(literal, segments, at + 1, method, ids);
    if (found !== undefined) return found;
  }
  if (branch.any === undefined || segment === "") return undefined;
  ids.push(segment);
  const found = walk(branch.any, segments, at + 1, method, ids);
  if (found === undefined) ids.pop();
  return found;
}

function notSimulated(root: Branch, method: string, segments: readonly string[]): Refusal {
  const name = `${method} /${routeName(root, segments).join("/")}`;
  return new Refusal(501, { message: `501 Not Implemented: the simulated GitLab has no ${name}` });
}

/** The path with ids replaced by names: what a person looks for in the documentation. */
function routeName(root: Branch, segments: readonly string[]): string[] {
  let at: Branch | undefined = root;
  return segments.map((segment) => {
    const literal: Branch | undefined = at?.literal.get(segment);
    const any: Branch | undefined = at?.any;
    at = literal ?? any;
    const looksLikeId = /^\d+$/.test(segment) || segment.includes("/") || /^[0-9a-f]{40}$/.test(segment);
    return literal === undefined && (looksLikeId || any !== undefined) ? ":id" : segment;
  });
}
