/** What the API tells of an epic, an issue, a merge request or a branch, and where its own things are. */
import { isObject, type Json, type JsonObject, listOf, member, numberOf, pick, textOf } from "../json.ts";
import type { ResourceType } from "../model.ts";
import { segment } from "./request.ts";

/** As much of the API's object as is needed. */
export type Resource = JsonObject;

/** Members that every resource keeps: its names, and whether others may read of it. */
export const identityKeys = ["id", "iid", "project_id", "group_id", "name", "references", "confidential"] as const;

/**
 * The path of a resource itself. `source` is where it was found: a project names its own things by it, so that they are asked for as
 * what was asked for; branches do not say where they are.
 */
export function pathOf(type: ResourceType, resource: Resource, source: string): string {
  const owner = ownerPathOf(type, resource, source);
  switch (type) {
    case "epics":
      return `${owner}/epics/${idOf(resource, "iid")}`;
    case "branches":
      return `${owner}/repository/branches/${segment(textOf(resource["name"]) ?? "")}`;
    default:
      return `${owner}/${type}/${idOf(resource, "iid")}`;
  }
}

/** The path below which its notes and discussions are: those of epics go by their id. */
export function notesPathOf(type: ResourceType, resource: Resource, source: string): string {
  if (type !== "epics") return pathOf(type, resource, source);
  return `${ownerPathOf(type, resource, source)}/epics/${idOf(resource, "id")}`;
}

/** The path of the project or group that its labels and milestones belong to. */
export function ownerPathOf(type: ResourceType, resource: Resource, source: string): string {
  if (type === "epics") return `groups/${idOf(resource, "group_id")}`;
  return source.startsWith("projects/") ? source : `projects/${idOf(resource, "project_id")}`;
}

function idOf(resource: Resource, key: string): number {
  return numberOf(resource[key]) ?? 0;
}

/** Members that are users: of these the names are enough. */
const userKeys = ["author", "assignee", "assignees", "reviewers", "closed_by", "merged_by"];

/** Stands behind a member's name where all of it is needed. */
export const wholeMark = "!";

/** The members of a resource that are needed, as small as they may be: of users and references only what is used. */
export function reduced(resource: Resource, keys: ReadonlySet<string>): Resource {
  const kept = pick(resource, keys);
  for (const key of userKeys) {
    const value = kept[key];
    if (value !== undefined && !keys.has(key + wholeMark))
      kept[key] = Array.isArray(value) ? value.map(asName) : asName(value);
  }
  const full = member(kept, "references", "full");
  if (full !== undefined && !keys.has(`references${wholeMark}`)) kept["references"] = { full };
  return kept;
}

function asName(user: Json): Json {
  return isObject(user) ? pick(user, ["id", "username"]) : user;
}

/** Whether the answer can be worked with: it has what names it. */
export function isResource(type: ResourceType, answer: Json): answer is Resource {
  if (!isObject(answer)) return false;
  if (type === "branches") return textOf(answer["name"]) !== undefined;
  const owner = type === "epics" ? "group_id" : "project_id";
  return [answer["id"], answer["iid"], answer[owner]].every((id) => numberOf(id) !== undefined);
}

const marks: Record<ResourceType, string> = { epics: "&", issues: "#", merge_requests: "!", branches: "" };

/** How people name it: `group/project#12`. */
export function referenceOf(type: ResourceType, resource: Resource): string {
  if (type === "branches") return textOf(resource["name"]) ?? "";
  return textOf(member(resource, "references", "full")) ?? `${marks[type]}${idOf(resource, "iid")}`;
}

/** Names of the labels, which are texts, or objects where details were asked for. */
export function labelNames(resource: Resource): string[] {
  return listOf(resource["labels"])
    .map((label) => textOf(label) ?? textOf(member(label, "name")))
    .filter((name) => name !== undefined);
}

/** The type of a reference such as `#42`, with its number; undefined for what is none. */
export function parseReference(text: string): { type: ResourceType; iid: number } | undefined {
  const [, mark, digits] = /^([#!&])(\d{1,15})$/.exec(text.trim()) ?? [];
  const type = (Object.keys(marks) as ResourceType[]).find((one) => marks[one] === mark && mark !== "");
  return type === undefined ? undefined : { type, iid: Number(digits) };
}
