/**
 * By route, how to know whether an earlier attempt of a write did its work. "Made" is what the token's user made with the same
 * fields since the call was first tried; "existing" is what has the name that may be there only once. The guide lists them
 * (docs/guides/gitlab-api.md), and what cannot be recognised.
 */
import { decoded } from "./gitlab-path.ts";
import type { GitLabRequest, Json } from "./gitlab-input.ts";
import { hasWanted, isNew, isObject, isUser, type JsonObject, type Looking } from "./looking.ts";

export interface RepeatRule {
  /** What an earlier attempt made. */
  made?: (looking: Looking) => Promise<Json | undefined>;
  /** Statuses that may say that it is there already. */
  refusals?: readonly number[];
  /** What is there already. */
  existing?: (looking: Looking) => Promise<Json | undefined>;
}

type Route = readonly [method: string, path: RegExp, rule: RepeatRule];

/** The rule for a write; undefined when there is none. */
export function ruleFor({ method, path }: GitLabRequest): RepeatRule | undefined {
  return routes.find(([of, pattern]) => of === method && pattern.test(path))?.[2];
}

/** A pattern of whole paths: `*` is a segment, `a|b` one of several. */
function at(path: string): RegExp {
  const segments = path.split("/").map((segment) => (segment === "*" ? "[^/]+" : `(?:${segment})`));
  return new RegExp(`^${segments.join("/")}$`);
}

/** The latest one by the same user, with the same fields, in a list that can be asked for the newest first. */
function latest(
  fields: readonly string[],
  options: {
    query?: (looking: Looking) => Record<string, string>;
    user?: string;
    at?: (path: string) => string;
    pages?: number;
  } = {},
): RepeatRule {
  return {
    made: async (looking) => {
      const owner = options.user === undefined ? undefined : await looking.owner();
      const path = options.at?.(looking.path) ?? looking.path;
      const items = await looking.list(path, options.query?.(looking) ?? {}, options.pages);
      return items.find(
        (item) =>
          isNew(looking, item) &&
          hasWanted(looking, item, fields) &&
          (options.user === undefined || isUser(item[options.user], owner)),
      );
    },
  };
}

const newestFirst = { order_by: "created_at", sort: "desc" };

/** Asked for more than is believed: until an answer tells, the instance's clock may differ from ours. */
function createdLately(looking: Looking): Record<string, string> {
  return { ...newestFirst, created_after: new Date(looking.since() - 15 * 60_000).toISOString() };
}

const mostPages = 20;

const discussion: RepeatRule = {
  made: async (looking) => {
    const owner = await looking.owner();
    const discussions = await looking.list(looking.path, {}, mostPages);
    return discussions.findLast(({ notes }) => {
      const first = Array.isArray(notes) ? notes[0] : undefined;
      return isObject(first) && isOwnNote(looking, first, owner);
    });
  },
};

/** A note in a discussion: the discussion is read. */
const reply: RepeatRule = {
  made: async (looking) => {
    const owner = await looking.owner();
    const found = await looking.read(looking.path.replace(/\/notes$/, ""));
    const notes = isObject(found) && Array.isArray(found["notes"]) ? found["notes"] : [];
    return notes.findLast((note) => isObject(note) && isOwnNote(looking, note, owner));
  },
};

function isOwnNote(looking: Looking, note: JsonObject, owner: JsonObject | undefined): boolean {
  return (
    note["system"] !== true &&
    isNew(looking, note) &&
    hasWanted(looking, note, ["body"]) &&
    isUser(note["author"], owner)
  );
}

const mergeRequest: RepeatRule = {
  ...latest(["source_branch", "target_branch"], {
    user: "author",
    query: (looking) => ({ ...branches(looking), ...createdLately(looking), state: "all", scope: "all" }),
  }),
  refusals: [409],
  existing: async (looking) => {
    const open = await looking.list(looking.path, { ...branches(looking), state: "opened", scope: "all" });
    return open.find((item) => hasWanted(looking, item, ["source_branch", "target_branch"]));
  },
};

function branches({ wanted }: Looking): Record<string, string> {
  return { source_branch: text(wanted["source_branch"]), target_branch: text(wanted["target_branch"]) };
}

const commit: RepeatRule = {
  made: async (looking) => commitMade(looking, { ref_name: text(looking.wanted["branch"]) }),
};

/** Changes to a file are commits. */
const file: RepeatRule = {
  made: async (looking) => {
    const filePath = decoded(looking.segments[4]!);
    const branch = text(looking.wanted["branch"]);
    const made = await commitMade(looking, { ref_name: branch, path: filePath });
    return made === undefined ? undefined : { file_path: filePath, branch };
  },
};

async function commitMade(looking: Looking, query: Record<string, string>): Promise<JsonObject | undefined> {
  const [projects, project] = looking.segments;
  const since = new Date(looking.since() - 15 * 60_000).toISOString();
  const commits = await looking.list(`${projects}/${project}/repository/commits`, { ...query, since });
  const message = text(looking.wanted["commit_message"]).trim();
  return commits.find((one) => isNew(looking, one) && text(one["message"]).trim() === message);
}

const alreadyThere: readonly number[] = [400, 404, 409, 422];

/** What is found at the path of the list and its name. */
function named(field: string, query?: (looking: Looking) => Record<string, string>): RepeatRule {
  return {
    refusals: alreadyThere,
    existing: async (looking) => {
      const name = text(looking.wanted[field]);
      if (name === "") return undefined;
      return looking.read(`${looking.path}/${encodeURIComponent(name)}`, query?.(looking));
    },
  };
}

/** What a list has under a name. */
function listed(
  fields: readonly string[],
  query: (looking: Looking) => Record<string, string>,
  user?: string,
): RepeatRule {
  return {
    refusals: alreadyThere,
    existing: async (looking) => {
      const items = await looking.list(looking.path, query(looking));
      const owner = user === undefined ? undefined : await looking.owner();
      return items.find(
        (item) => hasWanted(looking, item, fields) && (user === undefined || isUser(item[user], owner)),
      );
    },
  };
}

/** A change of one object that is refused once it is done: what it was done to, when it is as it should be. */
function done(
  refusals: readonly number[],
  path: (path: string) => string,
  isDone: (found: JsonObject) => boolean,
): RepeatRule {
  return {
    refusals,
    existing: async (looking) => {
      const found = await looking.read(path(looking.path));
      return isObject(found) && isDone(found) ? found : undefined;
    },
  };
}

/** The answer of a link is both issues. */
const issueLink: RepeatRule = {
  refusals: [409],
  existing: async (looking) => {
    const links = await looking.list(looking.path);
    const target = links.find((item) => text(item["iid"]) === text(looking.wanted["target_issue_iid"]));
    const source = await looking.read(withoutLast(looking.path));
    if (target === undefined || source === undefined) return undefined;
    return { source_issue: source, target_issue: target, link_type: target["link_type"] ?? null };
  },
};

/** A status cannot be set to what it is. */
const commitStatus: RepeatRule = {
  refusals: [400],
  existing: async (looking) => {
    const [projects, project, , sha] = looking.segments;
    const name = text(looking.wanted["name"] ?? looking.wanted["context"] ?? "default");
    const statuses = await looking.list(`${projects}/${project}/repository/commits/${sha}/statuses`, { name });
    return statuses.find((item) => item["name"] === name && item["status"] === looking.wanted["state"]);
  },
};

/** A project has its path in its namespace alone. */
const project: RepeatRule = {
  refusals: alreadyThere,
  existing: async (looking) => {
    const { wanted } = looking;
    const path = text(wanted["path"] ?? wanted["name"]);
    const found = await looking.list("projects", { search: path, membership: "true" });
    const owner = await looking.owner();
    return found.find((item) => {
      const inNamespace =
        wanted["namespace_id"] === undefined ||
        (isObject(item["namespace"]) && text(item["namespace"]["id"]) === text(wanted["namespace_id"]));
      return inNamespace && hasWanted(looking, item, ["path", "name"]) && item["creator_id"] === owner?.["id"];
    });
  },
};

const withoutLast = (path: string): string => path.replace(/\/[^/]+$/, "");

const waitsForSomebody = new Set<Json | undefined>(["manual", "scheduled"]);

const routes: readonly Route[] = [
  [
    "POST",
    at("projects/*/issues"),
    latest(["title", "issue_type"], {
      user: "author",
      query: (looking) => ({ ...createdLately(looking), scope: "all" }),
    }),
  ],
  ["POST", at("groups/*/epics"), latest(["title"], { user: "author", query: createdLately })],
  ["POST", at("projects/*/merge_requests"), mergeRequest],
  [
    "POST",
    at("projects|groups/*/issues|merge_requests|snippets|epics/*/notes"),
    latest(["body"], { user: "author", query: () => newestFirst }),
  ],
  ["POST", at("projects|groups/*/issues|merge_requests|snippets|epics/*/discussions"), discussion],
  ["POST", at("projects|groups/*/issues|merge_requests|snippets|epics/*/discussions/*/notes"), reply],
  ["POST", at("projects/*/repository/commits/*/discussions"), discussion],
  ["POST", at("projects/*/repository/commits/*/discussions/*/notes"), reply],
  [
    "POST",
    at("projects/*/repository/commits/*/comments"),
    latest(["note", "path", "line"], { user: "author", pages: mostPages }),
  ],
  ["POST", at("projects/*/repository/commits"), commit],
  ["POST", at("projects/*/repository/files/*"), file],
  ["PUT", at("projects/*/repository/files/*"), file],
  ["DELETE", at("projects/*/repository/files/*"), file],
  ["POST", at("projects/*/snippets"), latest(["title"], { user: "author" })],
  ["POST", at("projects|groups/*/hooks"), latest(["url"], { pages: mostPages })],
  [
    "POST",
    at("projects/*/pipeline"),
    latest(["ref"], { at: (path) => `${path}s`, query: ({ wanted }) => ({ ref: text(wanted["ref"]), source: "api" }) }),
  ],
  ["POST", at("projects/*/merge_requests/*/pipelines"), latest([])],
  ["POST", at("projects/*/pipeline_schedules"), latest(["description", "ref"], { user: "owner", pages: mostPages })],
  ["POST", at("projects/*/triggers"), latest(["description"], { user: "owner", pages: mostPages })],
  [
    "POST",
    at("projects/*/deployments"),
    latest(["sha", "ref"], {
      user: "user",
      query: ({ wanted }) => ({ ...newestFirst, environment: text(wanted["environment"]) }),
    }),
  ],
  ["POST", at("projects|groups/*/labels"), listed(["name"], ({ wanted }) => ({ search: text(wanted["name"]) }))],
  ["POST", at("projects|groups/*/milestones"), listed(["title"], ({ wanted }) => ({ title: text(wanted["title"]) }))],
  ["POST", at("projects/*/environments"), listed(["name"], ({ wanted }) => ({ name: text(wanted["name"]) }))],
  ["POST", at("projects|groups/*/*/*/award_emoji"), listed(["name"], () => ({}), "user")],
  ["POST", at("projects|groups/*/members"), named("user_id")],
  [
    "POST",
    at("projects|groups/*/variables"),
    named("key", ({ wanted }) =>
      wanted["environment_scope"] === undefined
        ? {}
        : { "filter[environment_scope]": text(wanted["environment_scope"]) },
    ),
  ],
  ["POST", at("projects/*/repository/branches"), named("branch")],
  ["POST", at("projects/*/repository/tags"), named("tag_name")],
  ["POST", at("projects/*/releases"), named("tag_name")],
  ["POST", at("projects/*/protected_branches|protected_tags|protected_environments|feature_flags"), named("name")],
  ["POST", at("projects/*/issues/*/links"), issueLink],
  ["POST", at("projects/*/statuses/*"), commitStatus],
  ["POST", at("projects"), project],
  ["POST", at("groups"), listed(["path", "parent_id"], ({ wanted }) => ({ search: text(wanted["path"]) }))],
  [
    "POST",
    at("projects/*/merge_requests/*/approve"),
    done(
      [401],
      (path) => path.replace(/approve$/, "approvals"),
      (found) => found["user_has_approved"] === true,
    ),
  ],
  [
    "PUT",
    at("projects/*/merge_requests/*/merge"),
    done([405, 406, 422], withoutLast, (found) => found["state"] === "merged"),
  ],
  [
    "POST",
    at("projects/*/jobs/*/play"),
    done([400, 403], withoutLast, (found) => !waitsForSomebody.has(found["status"])),
  ],
];

function text(value: Json | undefined): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}
