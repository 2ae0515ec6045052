/** The conditions of a rule: one reader for each key. */
import type { Location } from "../../../core/errors.ts";
import { placeOf } from "../../serverless-workflow/document/tree.ts";
import { type Condition, type DateAttribute, intervalUnits, type ResourceType, type TextKey } from "../model.ts";
import { expandLabels, maxVariants } from "./expand.ts";
import { listed, type PolicyFields } from "./policy-fields.ts";
import { textOf } from "./scalar-text.ts";

type Unplaced = Condition extends infer Each ? (Each extends Condition ? Omit<Each, "at"> : never) : never;

interface KeyReader {
  types: readonly ResourceType[];
  read: (fields: PolicyFields, key: string, type: ResourceType) => Unplaced | undefined;
}

const issuables: readonly ResourceType[] = ["epics", "issues", "merge_requests"];
const all: readonly ResourceType[] = [...issuables, "branches"];
const issues: readonly ResourceType[] = ["issues"];
const mergeRequests: readonly ResourceType[] = ["merge_requests"];
const branches: readonly ResourceType[] = ["branches"];

const readers: Record<Condition["key"] | "upvotes", KeyReader> = {
  date: { types: all, read: readDate },
  milestone: { types: ["issues", "merge_requests"], read: readMilestone },
  iteration: { types: issues, read: readText },
  state: { types: issuables, read: readState },
  votes: { types: issuables, read: readVotes },
  // Its name in older policies.
  upvotes: { types: issuables, read: readVotes },
  labels: { types: issuables, read: readLabels },
  forbidden_labels: { types: issuables, read: readLabels },
  no_additional_labels: { types: issuables, read: readFlag },
  author_username: { types: issuables, read: readText },
  author_member: { types: issuables, read: readMember },
  assignee_member: { types: ["issues", "merge_requests"], read: readMember },
  draft: { types: mergeRequests, read: readFlag },
  source_branch: { types: mergeRequests, read: readText },
  target_branch: { types: mergeRequests, read: readText },
  health_status: { types: ["issues"], read: readHealth },
  weight: { types: issues, read: readWeight },
  issue_type: { types: issues, read: readIssueType },
  discussions: { types: issuables, read: readDiscussions },
  protected: { types: branches, read: readFlag },
  name: { types: branches, read: readName },
  reviewer_id: { types: mergeRequests, read: readText },
  ruby: { types: all, read: readExpression },
};

/** All of them. */
export const conditionKeys: readonly string[] = Object.keys(readers);

/** The conditions of a rule in the order of the file, once for each combination of what its labels have in braces. */
export function readVariants(fields: PolicyFields | undefined, type: ResourceType): Condition[][] {
  if (fields === undefined) return [[]];
  const conditions: Condition[] = [];
  const elsewhere = new Map<string, string>();
  for (const [key, { types, read }] of Object.entries(readers)) {
    if (!types.includes(type)) {
      elsewhere.set(key, `: it is for ${listed(types)}, and these are ${type}`);
      continue;
    }
    const node = fields.get(key);
    if (node === undefined) continue;
    const condition = read(fields, key, type);
    if (condition !== undefined) conditions.push({ ...condition, at: placeOf(node) });
  }
  // A misspelt condition would match everything.
  fields.end({ elsewhere, refuses: "misspelt" });
  return expand(fields, conditions.toSorted(byPlace));
}

function byPlace({ at: a }: { at: Location }, { at: b }: { at: Location }): number {
  return a.line - b.line || a.column - b.column;
}

function expand(fields: PolicyFields, conditions: Condition[]): Condition[][] {
  const labels = conditions.find((condition) => condition.key === "labels");
  if (labels === undefined) return [conditions];
  const lists = expandLabels(labels.labels);
  if (lists === undefined) {
    const message = `the braces in labels of ${fields.what} make more than ${maxVariants} rules of it`;
    fields.problems.error(message, labels.at, "POLICY_INVALID");
    return [conditions];
  }
  return lists.map((list) => conditions.map((one) => (one === labels ? { ...labels, labels: list } : one)));
}

const attributesOf: Record<ResourceType, readonly DateAttribute[]> = {
  epics: ["created_at", "updated_at"],
  issues: ["created_at", "updated_at"],
  merge_requests: ["created_at", "updated_at", "merged_at"],
  branches: ["authored_date", "committed_date"],
};

function readDate(parent: PolicyFields, key: string, type: ResourceType): Unplaced | undefined {
  const fields = parent.object(key);
  if (fields === undefined) return undefined;
  const attribute = fields.requiredOneOf("attribute", attributesOf[type]);
  const condition = fields.requiredOneOf("condition", ["older_than", "newer_than"]);
  const unit = fields.requiredOneOf("interval_type", intervalUnits);
  const interval = fields.whole("interval", 0);
  const local = fields.boolean("filter_in_ruby") ?? false;
  fields.end();
  if (attribute === undefined || condition === undefined || unit === undefined || interval === undefined) {
    return undefined;
  }
  return { key: "date", attribute, condition, unit, interval, local };
}

function readText(fields: PolicyFields, key: string): Unplaced | undefined {
  const value = fields.text(key);
  return value === undefined ? undefined : { key: key as TextKey, value };
}

/** Older policies have a list, of which the first counts. */
function readMilestone(fields: PolicyFields, key: string): Unplaced | undefined {
  const node = fields.first(key);
  const value = node === undefined ? "" : textOf(node).trim();
  if (value === "") return undefined;
  // GitLab's older words for it, which it still takes.
  const word = /^(no|any) milestone$/i.exec(value)?.[1]?.toLowerCase();
  return { key: "milestone", value: word === undefined ? value : word === "no" ? "none" : "any" };
}

const states: Record<ResourceType, readonly string[]> = {
  epics: ["opened", "closed", "all"],
  issues: ["opened", "closed", "all"],
  merge_requests: ["opened", "closed", "locked", "merged", "all"],
  branches: [],
};

function readState(fields: PolicyFields, key: string, type: ResourceType): Unplaced | undefined {
  const value = fields.oneOf(key, states[type]);
  return value === undefined ? undefined : { key: "state", value };
}

function readHealth(fields: PolicyFields, key: string): Unplaced | undefined {
  const value = fields.oneOf(key, ["Any", "None", "on_track", "needs_attention", "at_risk"]);
  return value === undefined ? undefined : { key: "health_status", value };
}

function readIssueType(fields: PolicyFields, key: string): Unplaced | undefined {
  const value = fields.oneOf(key, ["issue", "incident", "test_case", "task"]);
  return value === undefined ? undefined : { key: "issue_type", value };
}

function readWeight(fields: PolicyFields, key: string): Unplaced | undefined {
  const value = fields.text(key);
  if (value === undefined) return undefined;
  if (/^(any|none|\d+)$/i.test(value)) return { key: "weight", value };
  fields.tell(key, "Any, None or a whole number", fields.get(key)!);
  return undefined;
}

function readVotes(parent: PolicyFields, key: string): Unplaced | undefined {
  const fields = parent.object(key);
  if (fields === undefined) return undefined;
  const attribute = fields.requiredOneOf("attribute", ["upvotes", "downvotes"]);
  const condition = fields.requiredOneOf("condition", ["less_than", "greater_than"]);
  const threshold = fields.whole("threshold", 0);
  fields.end();
  if (attribute === undefined || condition === undefined || threshold === undefined) return undefined;
  return { key: "votes", attribute, condition, threshold };
}

function readDiscussions(parent: PolicyFields, key: string): Unplaced | undefined {
  const fields = parent.object(key);
  if (fields === undefined) return undefined;
  const attribute = fields.requiredOneOf("attribute", ["threads", "notes"]);
  const condition = fields.requiredOneOf("condition", ["less_than", "greater_than"]);
  const threshold = fields.whole("threshold", 0);
  fields.end();
  if (attribute === undefined || condition === undefined || threshold === undefined) return undefined;
  return { key: "discussions", attribute, condition, threshold };
}

function readMember(parent: PolicyFields, key: string): Unplaced | undefined {
  const fields = parent.object(key);
  if (fields === undefined) return undefined;
  const source = fields.requiredOneOf("source", ["group", "project"]);
  const condition = fields.requiredOneOf("condition", ["member_of", "not_member_of"]);
  const sourceId = fields.required("source_id");
  fields.end();
  if (source === undefined || condition === undefined || sourceId === undefined) return undefined;
  return { key: key as "author_member", source, condition, sourceId };
}

function readLabels(fields: PolicyFields, key: string): Unplaced | undefined {
  const labels = fields.texts(key).map(({ text }) => text.trim());
  return labels.length === 0 ? undefined : { key: key as "labels", labels };
}

function readFlag(fields: PolicyFields, key: string): Unplaced | undefined {
  const value = fields.boolean(key);
  return value === undefined ? undefined : { key: key as "draft", value };
}

function readName(fields: PolicyFields, key: string): Unplaced | undefined {
  const pattern = fields.text(key);
  return pattern === undefined ? undefined : { key: "name", pattern };
}

function readExpression(fields: PolicyFields, key: string): Unplaced | undefined {
  const code = fields.code(key);
  return code === undefined ? undefined : { key: "ruby", code };
}
