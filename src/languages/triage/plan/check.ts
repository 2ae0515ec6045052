/** Decides a condition of a resource by what the API tells of it. */
import { member, listOf, numberOf, textOf, type Json } from "../json.ts";
import type {
  Condition,
  DateCondition,
  LabelsCondition,
  MemberCondition,
  ResourceType,
  TextCondition,
} from "../model.ts";
import { dateBound, dayMs, isOfDays } from "./listing.ts";
import type { Lookups } from "./lookup.ts";
import { segment } from "./request.ts";
import { labelNames, notesPathOf, ownerPathOf, type Resource } from "./resource.ts";

/** What a decision depends on beside the condition and the resource. */
export interface World {
  type: ResourceType;
  /** Path of where the resource was found. */
  source: string;
  /** Epoch ms that conditions on dates count from. */
  time: number;
  lookups: Lookups;
  /** All conditions of the rule. */
  conditions: readonly Condition[];
  /** Whether an expression holds for the resource. */
  holds(condition: Condition & { key: "ruby" }): boolean;
  /** Whether a name matches. */
  matches(condition: Condition & { key: "name" }, name: string): boolean;
}

/** Throws Missing, and what expressions throw. */
export function check(condition: Condition, resource: Resource, world: World): boolean {
  switch (condition.key) {
    case "date":
      return checkDate(condition, resource, world.time);
    case "labels":
      return checkLabels(condition, resource);
    case "forbidden_labels":
      return !labelNames(resource).some((label) => condition.labels.includes(label));
    case "no_additional_labels":
      return checkNoOthers(condition.value, resource, world);
    case "votes":
      return compare(numberOf(resource[condition.attribute]) ?? 0, condition);
    case "discussions":
      return compare(discussionCount(condition.attribute, resource, world), condition);
    case "author_member":
    case "assignee_member":
      return checkMembers(condition, resource, world);
    case "draft":
      return (resource["draft"] ?? resource["work_in_progress"] ?? false) === condition.value;
    case "protected":
      return (resource["protected"] ?? false) === condition.value;
    case "name":
      return world.matches(condition, textOf(resource["name"]) ?? "");
    case "ruby":
      return world.holds(condition);
    default:
      return checkText(condition, resource, world);
  }
}

/** Members of a resource that a condition looks at; "all" for whatever an expression may name. */
export function keysOf(condition: Condition): readonly string[] {
  switch (condition.key) {
    case "date":
      return condition.attribute.endsWith("ed_date") ? ["commit"] : [condition.attribute];
    case "labels":
    case "forbidden_labels":
    case "no_additional_labels":
      return ["labels"];
    case "votes":
      return [condition.attribute];
    case "discussions":
      return ["user_notes_count"];
    case "author_member":
    case "author_username":
      return ["author"];
    case "assignee_member":
      return ["assignee", "assignees"];
    case "draft":
      return ["draft", "work_in_progress"];
    case "reviewer_id":
      return ["reviewers"];
    case "ruby":
      return [];
    default:
      return [condition.key];
  }
}

function checkDate(date: DateCondition, resource: Resource, now: number): boolean {
  const { attribute, condition, unit } = date;
  const text = textOf(attribute.endsWith("ed_date") ? member(resource, "commit", attribute) : resource[attribute]);
  const at = text === undefined ? Number.NaN : Date.parse(text);
  const bound = dateBound(date, now);
  if (condition === "older_than") return at < bound;
  // gitlab-triage compares days where GitLab does not decide; GitLab's own bounds belong to what they bound.
  const isOwn = date.local || (attribute !== "created_at" && attribute !== "updated_at");
  return at >= (isOwn && isOfDays(unit) ? bound + dayMs : bound);
}

function checkLabels({ labels }: LabelsCondition, resource: Resource): boolean {
  const names = labelNames(resource);
  return labels.every((label) => {
    const word = label.toLowerCase();
    if (word === "none") return names.length === 0;
    return word === "any" ? names.length > 0 : names.includes(label);
  });
}

function checkNoOthers(value: boolean, resource: Resource, { conditions }: World): boolean {
  if (!value) return true;
  const expected = conditions.find((condition) => condition.key === "labels")?.labels ?? [];
  return labelNames(resource).every((label) => expected.includes(label));
}

function compare(
  value: number,
  { condition, threshold }: { condition: "less_than" | "greater_than"; threshold: number },
): boolean {
  return condition === "less_than" ? value < threshold : value > threshold;
}

function discussionCount(attribute: "threads" | "notes", resource: Resource, world: World): number {
  const notes = numberOf(resource["user_notes_count"]);
  if (attribute === "notes" && notes !== undefined) return notes;
  // Without notes there is nothing to ask for.
  if (notes === 0) return 0;
  const { type, source, lookups } = world;
  return lookups.list("discussions", `${notesPathOf(type, resource, source)}/discussions`).length;
}

function checkMembers(condition: MemberCondition, resource: Resource, { lookups }: World): boolean {
  const { key, source, sourceId } = condition;
  const members = lookups.list("members", `${source}s/${segment(sourceId)}/members`);
  const user = key === "author_member" ? resource["author"] : assigneeOf(resource);
  const id = numberOf(member(user, "id"));
  if (id === undefined) return false;
  return members.includes(id) === (condition.condition === "member_of");
}

/** The first one counts. */
function assigneeOf(resource: Resource): Json | undefined {
  return listOf(resource["assignees"])[0] ?? resource["assignee"];
}

function checkText({ key, value }: TextCondition, resource: Resource, world: World): boolean {
  const word = value.toLowerCase();
  switch (key) {
    case "milestone":
      return checkMilestone(value, resource, world);
    case "iteration":
      return checkChoice(word, value, textOf(member(resource, "iteration", "title")));
    case "state":
      return value === "all" || resource["state"] === value;
    case "author_username":
      return textOf(member(resource, "author", "username"))?.toLowerCase() === word;
    case "weight":
      return checkChoice(word, value, numberOf(resource["weight"])?.toString());
    case "health_status":
      return checkChoice(word, value, textOf(resource["health_status"]));
    case "reviewer_id": {
      const ids = listOf(resource["reviewers"]).map((reviewer) => numberOf(member(reviewer, "id"))?.toString());
      if (word === "none") return ids.length === 0;
      return word === "any" ? ids.length > 0 : ids.includes(value);
    }
    default:
      return resource[key] === value;
  }
}

/** What is wanted: none, any, or this value. */
function checkChoice(word: string, wanted: string, value: string | undefined): boolean {
  if (word === "none") return value === undefined;
  return word === "any" ? value !== undefined : value === wanted;
}

function checkMilestone(value: string, resource: Resource, world: World): boolean {
  const { type, source, time, lookups } = world;
  const word = value.toLowerCase();
  const milestone = resource["milestone"] ?? null;
  const today = new Date(time).toISOString().slice(0, 10);
  if (word === "started") {
    const start = textOf(member(milestone, "start_date"));
    return member(milestone, "state") === "active" && start !== undefined && start <= today;
  }
  if (word !== "upcoming") return checkChoice(word, value, textOf(member(milestone, "title")));
  if (milestone === null) return false;
  const dueDate = (one: Json): string => textOf(member(one, "due_date")) ?? "";
  const coming = lookups
    .list("milestones", `${ownerPathOf(type, resource, source)}/milestones`)
    .filter((one) => dueDate(one) > today)
    .toSorted((a, b) => (dueDate(a) < dueDate(b) ? -1 : 1));
  return coming.length > 0 && member(coming[0], "id") === member(milestone, "id");
}
