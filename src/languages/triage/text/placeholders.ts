/** What `{{…}}` stands for in a comment, a title or an item. */
import { isObject, type Json, listOf, member, textOf } from "../json.ts";
import type { ResourceType } from "../model.ts";
import { labelNames, type Resource } from "../plan/resource.ts";

/** The text of a placeholder for a resource. */
interface Placeholder {
  /** Members of the resource that it is made of. */
  keys: readonly string[];
  text(resource: Resource, type: ResourceType): string;
  /** It says where a confidential resource is, and nothing of what is in it. */
  isPublic?: true;
}

const plain = (key: string): Placeholder => ({ keys: [key], text: (resource) => shown(resource[key]) });
const user = (key: string): Placeholder => ({ keys: [key], text: (resource) => mention(resource[key]) });
const users = (key: string): Placeholder => ({
  keys: [key],
  text: (resource) => listOf(resource[key]).map(mention).join(", "),
});

export const placeholders: ReadonlyMap<string, Placeholder> = new Map<string, Placeholder>([
  ["created_at", plain("created_at")],
  ["updated_at", plain("updated_at")],
  ["closed_at", plain("closed_at")],
  ["merged_at", plain("merged_at")],
  ["state", plain("state")],
  ["author", user("author")],
  ["assignee", user("assignee")],
  ["assignees", users("assignees")],
  ["reviewers", users("reviewers")],
  ["closed_by", user("closed_by")],
  ["merged_by", user("merged_by")],
  [
    "milestone",
    { keys: ["milestone"], text: (resource) => quoted("%", textOf(member(resource["milestone"], "title"))) },
  ],
  [
    "labels",
    {
      keys: ["labels"],
      text: (resource) =>
        labelNames(resource)
          .map((label) => quoted("~", label))
          .join(", "),
    },
  ],
  ["upvotes", plain("upvotes")],
  ["downvotes", plain("downvotes")],
  ["title", plain("title")],
  ["name", plain("name")],
  ["source_branch", plain("source_branch")],
  ["target_branch", plain("target_branch")],
  ["web_url", { ...plain("web_url"), isPublic: true }],
  [
    "full_reference",
    { keys: ["references"], text: (resource) => shown(member(resource, "references", "full")), isPublic: true },
  ],
  ["type", { keys: [], text: (_, type) => type, isPublic: true }],
]);

/** Stands for what a confidential resource has in it. */
export const confidentialText = "(confidential)";

/** A reference to a label or a milestone, as GitLab reads it in a text. */
function quoted(mark: "%" | "~", name: string | undefined): string {
  return name === undefined ? "" : `${mark}"${name}"`;
}

function mention(value: Json | undefined): string {
  const name = textOf(member(value, "username"));
  return name === undefined ? "" : `@${name}`;
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}
