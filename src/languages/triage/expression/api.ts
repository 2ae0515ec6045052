/** What an expression can ask a resource: the names that the gem has, and the objects that they answer with. */
import { isObject, type Json, type JsonObject, member, numberOf as jsonNumber, textOf as jsonText } from "../json.ts";
import type { ResourceType } from "../model.ts";
import type { LookupKind, Lookups } from "../plan/lookup.ts";
import { labelNames, notesPathOf, type Resource } from "../plan/resource.ts";
import { dayOf, momentOf } from "./operators.ts";
import { parseTime } from "./parse-time.ts";
import { ApiObject, fromJson, Hash, type Value } from "./values.ts";

/** Where names are asked: a resource, and the answers there are. */
export interface ApiScope {
  type: ResourceType;
  resource: Resource;
  /** Path of where the resource was found; "" for what it refers to. */
  source: string;
  lookups: Lookups;
  /** Epoch ms. */
  now: number;
}

interface ApiName {
  types: readonly ResourceType[];
  /** Members of the resource that it reads. */
  keys: readonly string[];
  /** Throws Missing. */
  value: (scope: ApiScope) => Value;
  /** It tells nothing of the resource. */
  isPublic?: true;
}

const issuables: readonly ResourceType[] = ["epics", "issues", "merge_requests"];
const all: readonly ResourceType[] = [...issuables, "branches"];
const inProjects: readonly ResourceType[] = ["issues", "merge_requests"];

export const apiNames: ReadonlyMap<string, ApiName> = new Map<string, ApiName>([
  ["resource", { types: all, keys: [], value: resourceHash }],
  [
    "author",
    { types: issuables, keys: ["author"], value: ({ resource }) => plain(member(resource, "author", "username")) },
  ],
  ["state", { types: issuables, keys: ["state"], value: ({ resource }) => plain(resource["state"]) }],
  [
    "milestone",
    { types: inProjects, keys: ["milestone"], value: ({ resource }) => object("milestone", resource["milestone"]) },
  ],
  ["labels", { types: issuables, keys: ["labels"], value: ({ resource }) => labelNames(resource).map(bareLabel) }],
  ["labels_with_details", { types: issuables, keys: ["labels"], value: detailedLabels }],
  ["labels_chronologically", { types: issuables, keys: ["labels"], value: addedLabels }],
  [
    "label_events",
    { types: issuables, keys: [], value: (scope) => events(scope).map((one) => new ApiObject("label_event", one)) },
  ],
  [
    "instance_version",
    {
      types: all,
      keys: [],
      value: ({ lookups }) => object("version", lookups.get("version", "version")),
      isPublic: true,
    },
  ],
  [
    "project_path",
    {
      types: issuables,
      keys: ["references"],
      value: ({ resource }) => fullReference(resource).replace(/[#!&]\d+$/, ""),
      isPublic: true,
    },
  ],
  [
    "full_resource_reference",
    { types: issuables, keys: ["references"], value: ({ resource }) => fullReference(resource), isPublic: true },
  ],
  [
    "merge_requests_count",
    {
      types: ["issues"],
      keys: ["merge_requests_count"],
      value: ({ resource }) => plain(resource["merge_requests_count"]),
    },
  ],
  ["related_merge_requests", listName("issues", "merge_request", "merge_requests", "related_merge_requests")],
  ["closed_by", listName("issues", "merge_request", "merge_requests", "closed_by")],
  ["linked_issues", listName("issues", "issue", "issues", "links")],
  ["closes_issues", listName("merge_requests", "issue", "issues", "closes_issues")],
  ["due_date", { types: ["issues", "epics"], keys: ["due_date"], value: ({ resource }) => day(resource["due_date"]) }],
  ["first_contribution?", { types: ["merge_requests"], keys: [], value: isFirstContribution }],
]);

function listName(type: ResourceType, kind: ApiObject["kind"], lookup: LookupKind, below: string): ApiName {
  return {
    types: [type],
    keys: [],
    value: ({ resource, source, lookups }) =>
      lookups
        .list(lookup, `${notesPathOf(type, resource, source)}/${below}`)
        .filter(isObject)
        .map((one) => new ApiObject(kind, one)),
  };
}

function plain(value: Json | undefined): Value {
  return value === undefined ? null : fromJson(value);
}

function object(kind: ApiObject["kind"], value: Json | undefined): Value {
  return isObject(value) ? new ApiObject(kind, value) : null;
}

function day(value: Json | undefined): Value {
  const text = jsonText(value);
  return text === undefined ? null : dayOf(parseTime(text));
}

function moment(value: Json | undefined): Value {
  const text = jsonText(value);
  return text === undefined ? null : momentOf(parseTime(text));
}

function resourceHash({ resource, type }: ApiScope): Value {
  const hash = fromJson({ ...resource, type });
  return hash instanceof Hash ? hash : null;
}

function fullReference(resource: Resource): string {
  return jsonText(member(resource, "references", "full")) ?? "";
}

function bareLabel(name: string): ApiObject {
  return new ApiObject("label", { name });
}

/** Those that an event has added, the newest first; none is known by what its project knows of it alone. */
function detailedLabels(scope: ApiScope): Value {
  return addedLabels(scope).toReversed();
}

/** Oldest first. */
function events({ type, resource, source, lookups }: ApiScope): JsonObject[] {
  return lookups.list("label_events", `${notesPathOf(type, resource, source)}/resource_label_events`).filter(isObject);
}

function addedLabels(scope: ApiScope): ApiObject[] {
  const added = new Map<string, JsonObject>();
  for (const event of events(scope)) {
    const { label } = event;
    const name = jsonText(member(label, "name"));
    const time = jsonText(event["created_at"]);
    if (event["action"] !== "add" || !isObject(label) || name === undefined || time === undefined) continue;
    added.set(name, { ...label, added_at: time });
  }
  const names = new Set(labelNames(scope.resource));
  const time = (label: JsonObject): number => Date.parse(jsonText(label["added_at"]) ?? "");
  return [...added]
    .filter(([name]) => names.has(name))
    .map(([, label]) => label)
    .toSorted((a, b) => time(a) - time(b))
    .map((label) => new ApiObject("label", label));
}

function isFirstContribution({ resource, source, lookups }: ApiScope): Value {
  return (
    member(lookups.get("resource", notesPathOf("merge_requests", resource, source)), "first_contribution") === true
  );
}

/** What a method of an object of the API answers; undefined when it has none of that name. Throws Missing. */
export function askObject(self: ApiObject, name: string, scope: ApiScope): Value | undefined {
  if (self.kind === "issue" || self.kind === "merge_request") {
    const type = self.kind === "issue" ? "issues" : "merge_requests";
    if (name === "link_type") return plain(self.data["link_type"]);
    const known = apiNames.get(name);
    return known?.types.includes(type) === true
      ? known.value({ ...scope, type, resource: self.data, source: "" })
      : undefined;
  }
  if (name === "resource") return fromJson(self.data);
  return objectMethods[self.kind][name]?.(self.data, scope);
}

type Reader = (data: JsonObject, scope: ApiScope) => Value;

const read = (...keys: string[]): Record<string, Reader> =>
  Object.fromEntries(keys.map((key) => [key, (data: JsonObject) => plain(data[key])]));

const objectMethods: Record<Exclude<ApiObject["kind"], "issue" | "merge_request">, Record<string, Reader>> = {
  milestone: {
    ...read("id", "iid", "project_id", "group_id", "title", "description", "state", "web_url"),
    due_date: (data) => day(data["due_date"]),
    start_date: (data) => day(data["start_date"]),
    created_at: (data) => moment(data["created_at"]),
    updated_at: (data) => moment(data["updated_at"]),
    succ: nextMilestone,
    "active?": (data) => data["state"] === "active",
    "closed?": (data) => data["state"] === "closed",
    "started?": isStarted,
    "expired?": isExpired,
    "in_progress?": (data, scope) => isStarted(data, scope) && !isExpired(data, scope),
  },
  label: {
    ...read("id", "name", "description", "color", "text_color", "priority", "project_id", "group_id"),
    added_at: (data) => moment(data["added_at"]),
  },
  label_event: {
    ...read("id", "resource_type", "resource_id", "action"),
    created_at: (data) => moment(data["created_at"]),
    label: (data) => object("label", data["label"]),
    user: (data) => plain(data["user"]),
    author: (data) => plain(member(data, "user", "username")),
  },
  version: {
    ...read("version", "revision"),
    version_short: (data) => (jsonText(data["version"]) ?? "").split(".").slice(0, 2).join("."),
  },
};

/** Names of the methods that objects of the API have. */
export const objectMethodNames: ReadonlySet<string> = new Set([
  ...Object.values(objectMethods).flatMap((methods) => Object.keys(methods)),
  ...apiNames.keys(),
  "link_type",
]);

function today({ now }: ApiScope): string {
  return new Date(now).toISOString().slice(0, 10);
}

function isStarted(data: JsonObject, scope: ApiScope): boolean {
  const start = jsonText(data["start_date"]);
  return start !== undefined && start <= today(scope);
}

function isExpired(data: JsonObject, scope: ApiScope): boolean {
  const due = jsonText(data["due_date"]);
  return due !== undefined && due < today(scope);
}

/** The next one of those that are active, in the order in which they start. */
function nextMilestone(data: JsonObject, { lookups }: ApiScope): Value {
  const group = jsonNumber(data["group_id"]);
  const owner = group === undefined ? `projects/${jsonNumber(data["project_id"]) ?? 0}` : `groups/${group}`;
  const start = (one: JsonObject): string => jsonText(one["start_date"]) ?? "";
  const active = lookups
    .list("milestones", `${owner}/milestones`)
    .filter(isObject)
    .filter((one) => start(one) !== "")
    .toSorted((a, b) => (start(a) < start(b) ? -1 : Number(start(a) > start(b))));
  const at = active.findIndex((one) => one["id"] === data["id"]);
  return at < 0 ? null : object("milestone", active[at + 1]);
}
