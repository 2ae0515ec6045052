/** A policy file as the machine wants it: every key read, every place kept, every brace expanded. It is the image: plain JSON. */
import type { Location } from "../../core/errors.ts";

export const resourceTypes = ["epics", "issues", "merge_requests", "branches"] as const;

export type ResourceType = (typeof resourceTypes)[number];

export interface Policy {
  format: 1;
  hostUrl?: string;
  /** When AutoFlow carries it out by itself; absent where nothing is said. */
  automation?: Automation;
  /** In the order of the file. */
  resources: ResourcePolicy[];
}

export interface Automation {
  at: Location;
  /** A cron expression, and the zone that it is read in. */
  schedule?: { cron: string; timezone?: string };
  /** Whether the rules are carried out for issues and merge requests when they change. */
  live: boolean;
  /** Where a run looks whose input says nothing of that; its own project where absent. */
  source?: { kind: "projects" | "groups"; id: string };
}

export interface ResourcePolicy {
  type: ResourceType;
  summaries: Summary[];
  rules: Rule[];
}

/** Several rules whose summaries become one. */
export interface Summary {
  id: string;
  name: string;
  at: Location;
  rules: Rule[];
  actions: Actions;
}

export interface Rule {
  /** Stable across versions as long as names are: type, kind and name. */
  id: string;
  name: string;
  at: Location;
  /** One for each combination of what stands in braces; the first when there are none. */
  variants: Condition[][];
  limit?: Limit;
  actions: Actions;
}

export interface Limit {
  order: "most_recent" | "oldest";
  count: number;
}

/** A condition under the key that the file has for it. */
export type Condition = Placed<
  | DateCondition
  | TextCondition
  | LabelsCondition
  | ForbiddenLabelsCondition
  | VotesCondition
  | DiscussionsCondition
  | MemberCondition
  | FlagCondition
  | NameCondition
  | ExpressionCondition
>;

type Placed<Each> = Each extends unknown ? Each & { at: Location } : never;

export interface DateCondition {
  key: "date";
  attribute: DateAttribute;
  condition: "older_than" | "newer_than";
  unit: IntervalUnit;
  interval: number;
  /** Never asked of the server. */
  local: boolean;
}

export const dateAttributes = ["created_at", "updated_at", "merged_at", "authored_date", "committed_date"] as const;
export type DateAttribute = (typeof dateAttributes)[number];

export const intervalUnits = ["minutes", "hours", "days", "weeks", "months", "years"] as const;
export type IntervalUnit = (typeof intervalUnits)[number];

/** Compared with a text or a number; what words such as "none" mean is the key's matter. */
export interface TextCondition {
  key: TextKey;
  value: string;
}

export type TextKey =
  | "milestone"
  | "iteration"
  | "state"
  | "author_username"
  | "source_branch"
  | "target_branch"
  | "health_status"
  | "weight"
  | "issue_type"
  | "reviewer_id";

export interface LabelsCondition {
  key: "labels";
  labels: string[];
}

export interface ForbiddenLabelsCondition {
  key: "forbidden_labels";
  labels: string[];
}

export interface VotesCondition {
  key: "votes";
  attribute: "upvotes" | "downvotes";
  condition: "less_than" | "greater_than";
  threshold: number;
}

export interface DiscussionsCondition {
  key: "discussions";
  attribute: "threads" | "notes";
  condition: "less_than" | "greater_than";
  threshold: number;
}

export interface MemberCondition {
  key: "author_member" | "assignee_member";
  source: "group" | "project";
  condition: "member_of" | "not_member_of";
  /** Number or full path. */
  sourceId: string;
}

export interface FlagCondition {
  key: "draft" | "protected" | "no_additional_labels";
  value: boolean;
}

/** What a branch's name has to be like; see `plan/name-pattern.ts`. */
export interface NameCondition {
  key: "name";
  pattern: string;
}

export interface ExpressionCondition {
  key: "ruby";
  code: SourceCode;
}

/** Code and where it begins. */
export interface SourceCode {
  text: string;
  at: Location;
  /** Columns that each line after the first lost to the file's indentation; absent where the text is not as it stands in the file. */
  indentation?: number;
}

/** A text with `{{placeholders}}` and `#{expressions}`. */
export type Template = SourceCode;

export interface Actions {
  labels: string[];
  removeLabels: string[];
  status?: "close" | "reopen";
  mention: string[];
  move?: string;
  comment?: Template;
  commentType: "comment" | "thread";
  commentInternal: boolean;
  redact: boolean;
  summarize?: SummarizeAction;
  commentOnSummary?: Template;
  issue?: IssueAction;
  delete: boolean;
}

export interface SummarizeAction {
  title: Template;
  destination?: string;
  item: Template;
  summary: Template;
  redact: boolean;
}

export interface IssueAction {
  title: Template;
  destination?: string;
  description: Template;
  redact: boolean;
}
