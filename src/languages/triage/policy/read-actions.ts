/** The actions of a rule, and of a summary. */
import type { Actions, IssueAction, ResourceType, SourceCode, SummarizeAction } from "../model.ts";
import { listed, type PolicyFields } from "./policy-fields.ts";

const defaultItem = "- [ ] [{{title}}]({{web_url}}) {{labels}}";
const defaultSummary = "{{items}}";

/** A destination is a text below: the keys that only some resources know. */
const onlyFor: ReadonlyMap<string, readonly ResourceType[]> = new Map([
  ["move", ["issues"]],
  ["delete", ["branches"]],
]);

const notForBranches = [
  "labels",
  "remove_labels",
  "status",
  "mention",
  "comment",
  "comment_type",
  "comment_internal",
  "redact_confidential_resources",
] as const;

/** What a rule does to what it finds. Without actions it only counts. */
export function readActions(fields: PolicyFields | undefined, type: ResourceType): Actions {
  const none: Actions = {
    labels: [],
    removeLabels: [],
    mention: [],
    commentType: "comment",
    commentInternal: false,
    redact: true,
    delete: false,
  };
  if (fields === undefined) return none;
  const elsewhere = new Map<string, string>();
  const actions = { ...none };
  if (type === "branches")
    for (const key of notForBranches) elsewhere.set(key, ": nothing of the kind is done to branches");
  else readComment(fields, actions);
  for (const [key, types] of onlyFor) {
    if (!types.includes(type)) elsewhere.set(key, `: it is for ${listed(types)}, and these are ${type}`);
    else if (key === "move") setDefined(actions, "move", fields.text(key));
    else actions.delete = fields.boolean(key) ?? false;
  }
  setDefined(actions, "summarize", readSummarize(fields.object("summarize")));
  setDefined(actions, "commentOnSummary", fields.code("comment_on_summary"));
  setDefined(actions, "issue", readIssue(fields.object("issue")));
  fields.end({ elsewhere });
  if (actions.commentOnSummary !== undefined && actions.summarize === undefined) {
    const message = `comment_on_summary of ${fields.what} needs summarize: there is no summary to comment on`;
    fields.problems.error(message, actions.commentOnSummary.at, "POLICY_INVALID");
  }
  return actions;
}

function readComment(fields: PolicyFields, actions: Actions): void {
  actions.labels = names(fields, "labels");
  actions.removeLabels = names(fields, "remove_labels");
  actions.mention = names(fields, "mention");
  setDefined(actions, "status", fields.oneOf("status", ["close", "reopen"]));
  setDefined(actions, "comment", fields.code("comment"));
  actions.commentType = fields.oneOf("comment_type", ["comment", "thread"]) ?? "comment";
  actions.commentInternal = fields.boolean("comment_internal") ?? false;
  // The API that starts threads knows no internal ones, so its text would be public.
  if (actions.commentInternal && actions.commentType === "thread") {
    const message = `comment_type of ${fields.what} is thread, and comment_internal is true: GitLab's API would make it public`;
    fields.problems.error(message, fields.get("comment_type")!, "POLICY_INVALID");
  }
  actions.redact = fields.boolean("redact_confidential_resources") ?? true;
}

/** Names that are to stand in a quick action, each on its line. */
function names(fields: PolicyFields, key: string): string[] {
  return fields.texts(key).flatMap(({ text, node }) => {
    const name = text.trim();
    if (name !== "" && !/["\n]/.test(name)) return [name];
    fields.tell(key, "a list of names", node);
    return [];
  });
}

/** What `summarize` holds; of a rule within a summary too. */
function readSummarize(fields: PolicyFields | undefined): SummarizeAction | undefined {
  if (fields === undefined) return undefined;
  const destination = fields.text("destination");
  const action: SummarizeAction = {
    title: fields.code("title") ?? invented(fields, ""),
    ...(destination !== undefined && { destination }),
    item: fields.code("item") ?? invented(fields, defaultItem),
    summary: fields.code("summary") ?? invented(fields, defaultSummary),
    redact: fields.boolean("redact_confidential_resources") ?? true,
  };
  fields.end();
  return action;
}

function readIssue(fields: PolicyFields | undefined): IssueAction | undefined {
  if (fields === undefined) return undefined;
  const destination = fields.text("destination");
  const title = fields.code("title");
  if (title === undefined) fields.lacks("title");
  const action: IssueAction = {
    title: title ?? invented(fields, ""),
    ...(destination !== undefined && { destination }),
    description: fields.code("description") ?? invented(fields, ""),
    redact: fields.boolean("redact_confidential_resources") ?? true,
  };
  fields.end();
  return action;
}

/** A text that the file leaves out. */
function invented({ node }: PolicyFields, text: string): SourceCode {
  return { text, at: node.source.location(node.offset) };
}

function setDefined<Key extends keyof Actions>(actions: Actions, key: Key, value: Actions[Key] | undefined): void {
  if (value !== undefined) actions[key] = value;
}
