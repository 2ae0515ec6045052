/** Which requests of the GitLab API are asked about, and what they are called in rules. */

/** A route of GitLab's REST API of which rules are asked. */
export interface GuardedRoute {
  methods: readonly string[];
  /** Below `/api/v4/`: "projects/:id/members/:user_id"; `:id` is the project. */
  path: string;
  /** Of the change, for `on_validate(type=…)`. */
  type: string;
}

/** What a request changes. */
export interface GuardedChange {
  route: GuardedRoute;
  /** Number or full path. */
  project: string;
  /** The other ids in the path by name. */
  ids: Record<string, string>;
}

export const defaultGuardedRoutes: readonly GuardedRoute[] = [
  { methods: ["PUT"], path: "projects/:id", type: "gitlab.project.update" },
  { methods: ["DELETE"], path: "projects/:id", type: "gitlab.project.delete" },
  { methods: ["POST"], path: "projects/:id/archive", type: "gitlab.project.archive" },
  { methods: ["POST"], path: "projects/:id/unarchive", type: "gitlab.project.unarchive" },
  { methods: ["PUT"], path: "projects/:id/transfer", type: "gitlab.project.transfer" },
  { methods: ["POST"], path: "projects/:id/share", type: "gitlab.project.share" },
  { methods: ["DELETE"], path: "projects/:id/share/:group_id", type: "gitlab.project.unshare" },
  ...collection("protected_branches", ":name", "gitlab.protected_branch"),
  ...collection("protected_tags", ":name", "gitlab.protected_tag"),
  ...collection("protected_environments", ":name", "gitlab.protected_environment"),
  ...collection("members", ":user_id", "gitlab.member"),
  ...collection("approval_rules", ":approval_rule_id", "gitlab.approval_rule"),
  { methods: ["POST"], path: "projects/:id/approvals", type: "gitlab.approvals.update" },
  { methods: ["POST", "PUT", "DELETE"], path: "projects/:id/push_rule", type: "gitlab.push_rule.update" },
];

function collection(name: string, id: string, type: string): GuardedRoute[] {
  return [
    { methods: ["POST"], path: `projects/:id/${name}`, type: `${type}.create` },
    { methods: ["PUT", "PATCH"], path: `projects/:id/${name}/${id}`, type: `${type}.update` },
    { methods: ["DELETE"], path: `projects/:id/${name}/${id}`, type: `${type}.delete` },
  ];
}

/** A path that may mean something else to GitLab than it does here. */
export class AmbiguousPath extends Error {}

/**
 * What a request changes that is asked about; undefined for all others. `target` is the request's, with or without an origin.
 * `method` undefined: by the path alone. Throws AmbiguousPath.
 */
export function guardedChange(
  routes: readonly GuardedRoute[],
  method: string | undefined,
  target: string,
): GuardedChange | undefined {
  const segments = apiSegments(target);
  if (segments === undefined) return undefined;
  for (const route of routes) {
    if (method !== undefined && !route.methods.includes(method)) continue;
    const ids = matched(route.path.split("/"), segments);
    if (ids === undefined) continue;
    const { id = "", ...others } = ids;
    return { route, project: id, ids: others };
  }
  return undefined;
}

/** The decoded segments below `/api/v4`, wherever that is; undefined for a path that is not of the API. */
function apiSegments(target: string): string[] | undefined {
  const [path = ""] = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").split(/[?#]/, 1);
  const raw = path.split("/").filter((segment) => segment !== "");
  const segments = raw.map((segment) => decoded(segment));
  const at = segments.findIndex((segment, i) => segment === "api" && segments[i + 1] === "v4");
  const seems = segments.some((segment) => segment === "." || segment === ".." || segment?.includes("\\"));
  if (seems || (at >= 0 && segments.includes(undefined))) throw new AmbiguousPath("the path can be read in two ways");
  return at < 0 ? undefined : (segments as string[]).slice(at + 2);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** The last segment may have an ending that names a format: "members.json". */
function matched(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const ids: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i]!;
    const isLast = i === pattern.length - 1;
    if (part.startsWith(":")) ids[part.slice(1)] = segment;
    else if (segment !== part && !(isLast && segment.startsWith(`${part}.`))) return undefined;
  }
  return ids;
}
