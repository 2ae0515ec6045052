/** What a run knows between two arrivals, as plain JSON. */
import type { Answers, Lookup } from "../plan/lookup.ts";
import type { Query } from "../plan/request.ts";
import type { Resource } from "../plan/resource.ts";

export interface RunState {
  /** Place in the agenda. */
  at: number;
  /** What is done of the item at that place; absent before it begins. */
  job?: Job;
  /** Answers that hold for all of the run. */
  shared: Answers;
  /** What the parts of the next summary found, by place in the agenda. */
  parts: { at: number; resources: Resource[] }[];
  report: RuleReport[];
  /** Entries of the report so far. */
  entries: number;
  /** Characters of texts that the report shows. */
  previewed: number;
  /** Resources that something failed for. */
  failures: number;
  open: [n: number, task: Task][];
}

export type Stage = "list" | "inspect" | "labels" | "summarize" | "comment" | "comment_on_summary" | "issue" | "delete";

export interface Job {
  stage: Stage;
  /** Epoch ms at which it began. */
  entered: number;
  /** Query of the page that is read next. */
  next?: Query;
  /** Of rules that are done page by page: resources of the last page that the next one may have too. */
  edge?: number[];
  /** Of the page that is looked at, then of the matches that something is done for. */
  units: Unit[];
  /** Of the rule; of the page, where it is done page by page. */
  matched: Resource[];
  /** How many of `matched` the stage has taken up. */
  taken: number;
  /** Texts of the items of a summary, in the order of the resources. */
  items: string[];
  /** The issue with the summary. */
  issue?: { path: string };
}

/** A resource that is worked on. */
export interface Unit {
  /** Among `matched`; among the page's resources when it is inspected. */
  index: number;
  resource: Resource;
  own: Answers;
  verdict?: "match" | "other" | "failed";
}

/** What an open call is for. */
export type Task =
  | { do: "page" }
  | { do: "lookup"; lookup: Lookup; unit?: number; items?: Answers[string][] }
  | { do: "write"; unit: number; what: string }
  | { do: "summary"; path: string };

/** What became of a rule. */
export interface RuleReport {
  rule: string;
  type: string;
  line: number;
  /** The labels that its braces stand for in this variant. */
  labels?: string[];
  /** Resources that GitLab answered with, that match, and that are left out by the limit. */
  found: number;
  matched: number;
  beyondLimit: number;
  /** Why nothing was looked for. */
  skipped?: string;
  resources: ResourceReport[];
  /** Those that do not match, with the conditions that do not hold; of dry runs. */
  others: { reference: string; conditions: string[] }[];
  summary?: { title: string; destination: string; description?: string };
  /** Resources that the report leaves out: it keeps the first ones. */
  more: number;
}

export interface ResourceReport {
  reference: string;
  /** What was done, or would be. */
  actions: string[];
  error?: string;
}

export function newState(): RunState {
  return { at: 0, shared: {}, parts: [], report: [], entries: 0, previewed: 0, failures: 0, open: [] };
}
