/** Which requests find the resources of a rule, and which of its conditions GitLab does not decide. */
import type { Condition, DateCondition, IntervalUnit, ResourceType, Rule, TextCondition } from "../model.ts";
import { addInterval, isoTime } from "./intervals.ts";
import { type GitLabRequest, type Query, segment } from "./request.ts";

/** Where a run looks. */
export interface Source {
  kind: "projects" | "groups" | "all";
  /** Number or full path, or ":id" for the run's project; "" for all. */
  id: string;
}

export interface Listing {
  request: GitLabRequest;
  /** Conditions that are decided here. */
  local: Condition[];
  /** Whether what matches comes in the order of the limit, so that the first ones are enough. */
  isOrdered: boolean;
}

/** The path that the source's own things are below. */
export function sourcePath({ kind, id }: Source): string {
  return kind === "all" ? "" : `${kind}/${segment(id)}`;
}

/** Why there is nothing of a type in a source; undefined when there is. */
export function notInSource(type: ResourceType, { kind }: Source): string | undefined {
  if (type === "epics" && kind !== "groups") return "epics are in groups: name one with --source groups --source-id";
  if (type === "branches" && kind !== "projects") return "branches are in projects: name one with --source-id";
  return undefined;
}

const pageSize = 100;

/** `time` is what conditions on dates count from. With `asksAll` GitLab decides nothing, so that each condition's answer is known. */
export function listingOf(
  rule: Rule,
  conditions: readonly Condition[],
  { type, source, time, asksAll }: { type: ResourceType; source: Source; time: number; asksAll: boolean },
): Listing {
  const query: Query = [];
  const local: Condition[] = [];
  for (const condition of conditions) {
    const asked = asksAll ? undefined : parameters(condition, type, time);
    if (asked !== undefined) query.push(...asked.query);
    if (asked === undefined || asked.isLoose === true) local.push(condition);
  }
  if (type === "branches") return { request: get(branchesPath(source), query), local, isOrdered: false };
  if (rule.limit !== undefined) {
    query.push(["order_by", "created_at"], ["sort", rule.limit.order === "oldest" ? "asc" : "desc"]);
  }
  if (source.kind === "all") query.unshift(["scope", "all"]);
  const few = local.length === 0 && rule.limit !== undefined ? Math.min(rule.limit.count, pageSize) : pageSize;
  const path = source.kind === "all" ? type : `${sourcePath(source)}/${type}`;
  return { request: get(path, query, few), local, isOrdered: rule.limit !== undefined };
}

function branchesPath(source: Source): string {
  return `${sourcePath(source)}/repository/branches`;
}

function get(path: string, query: Query, perPage = pageSize): GitLabRequest {
  return { method: "GET", path, query: [["per_page", String(perPage)], ...query] };
}

interface Asked {
  query: Query;
  /** GitLab leaves too many, or older releases do not know the parameter: what is left is looked at again. */
  isLoose?: boolean;
}

/** The parameters that make GitLab decide a condition; undefined when it cannot. */
function parameters(condition: Condition, type: ResourceType, time: number): Asked | undefined {
  switch (condition.key) {
    case "date":
      return dateParameters(condition, type, time);
    case "labels":
      return { query: [["labels", joined(condition)]] };
    case "forbidden_labels":
      return { query: [["not[labels]", joined(condition)]], isLoose: true };
    case "draft":
      return { query: [["wip", condition.value ? "yes" : "no"]] };
    case "name":
      return nameParameters(condition.pattern);
    case "votes":
    case "discussions":
    case "author_member":
    case "assignee_member":
    case "protected":
    case "no_additional_labels":
    case "ruby":
      return undefined;
    default:
      return textParameters(condition, type);
  }
}

function joined({ labels }: { labels: string[] }): string {
  return labels.join(",");
}

function dateParameters(date: DateCondition, type: ResourceType, time: number): Asked | undefined {
  if (date.local || type === "branches") return undefined;
  const at = isoTime(dateBound(date, time));
  const side = date.condition === "older_than" ? "before" : "after";
  const name = date.attribute.replace(/_at$/, "");
  return { query: [[`${name}_${side}`, at]], ...(date.attribute === "merged_at" && { isLoose: true }) };
}

/** The point in time that a condition compares with: days and what is longer count from the beginning of a day, in UTC. */
export function dateBound({ unit, interval }: DateCondition, time: number): number {
  const bound = addInterval(time, unit, -interval);
  return isOfDays(unit) ? bound - (((bound % dayMs) + dayMs) % dayMs) : bound;
}

export const dayMs = 86_400_000;

export function isOfDays(unit: IntervalUnit): boolean {
  return unit !== "minutes" && unit !== "hours";
}

/** Words that stand for no or any value; they are GitLab's, whatever their case. */
function asWord(value: string): string | undefined {
  const lower = value.toLowerCase();
  return ["none", "any", "upcoming", "started"].includes(lower) ? lower[0]!.toUpperCase() + lower.slice(1) : undefined;
}

function textParameters(condition: TextCondition, type: ResourceType): Asked | undefined {
  const { key, value } = condition;
  const word = asWord(value);
  switch (key) {
    case "milestone":
      if (word === undefined) return { query: [["milestone", value]] };
      if (type === "issues") return { query: [["milestone_id", word]] };
      return word === "None" || word === "Any" ? { query: [["milestone", word]] } : undefined;
    case "iteration":
      return { query: [word === "None" || word === "Any" ? ["iteration_id", word] : ["iteration_title", value]] };
    case "state":
      return { query: value === "all" ? [] : [["state", value]] };
    case "weight":
    case "health_status":
    case "reviewer_id":
      return { query: [[key, word ?? value]] };
    default:
      return { query: [[key, value]] };
  }
}

/** GitLab can look for names that begin with a text. */
function nameParameters(pattern: string): Asked | undefined {
  const [, prefix] = /^(?:\^|\\A)([\w/-]+)(?![?*{+\w/-])/.exec(pattern) ?? [];
  if (prefix === undefined || pattern.includes("|") || pattern.includes("(?")) return undefined;
  return { query: [["search", `^${prefix}`]], isLoose: true };
}
