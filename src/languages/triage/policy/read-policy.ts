/** A `.triage-policies.yml` to the model. */
import type { Sources } from "../../../core/program.ts";
import type { Problems } from "../../serverless-workflow/document/problems.ts";
import { readDocument } from "../../serverless-workflow/document/read-document.ts";
import { type DataNode, describe, placeOf } from "../../serverless-workflow/document/tree.ts";
import { nearest } from "../../serverless-workflow/document/nearest.ts";
import {
  type Automation,
  type Limit,
  type Policy,
  type ResourcePolicy,
  resourceTypes,
  type ResourceType,
  type Rule,
  type Summary,
} from "../model.ts";
import { PolicyFields } from "./policy-fields.ts";
import { readActions } from "./read-actions.ts";
import { readVariants } from "./read-conditions.ts";

/** Reads the entry of the sources; undefined when it is no policy file at all. What is wrong is in `problems`. */
export function readPolicy({ entry, files }: Sources, problems: Problems): Policy | undefined {
  const document = readDocument(entry, files.get(entry) ?? "");
  problems.addRead(document);
  const [root, more] = document.roots;
  if (problems.hasErrors) return undefined;
  if (root === undefined) {
    problems.error("the file is empty; it has to have resource_rules", document.source.location(0), "POLICY_INVALID");
    return undefined;
  }
  if (more !== undefined) problems.error("a policy file is one YAML document", more, "POLICY_INVALID");
  const fields = PolicyFields.of(root, "the file", problems);
  return fields === undefined ? undefined : readRoot(fields, problems);
}

function readRoot(fields: PolicyFields, problems: Problems): Policy {
  const hostUrl = fields.text("host_url");
  const rules = fields.object("resource_rules");
  if (rules === undefined && !fields.has("resource_rules")) fields.lacks("resource_rules");
  const automation = readAutomation(fields.object("autoflow"));
  const names = new Set<string>();
  const resources = rules === undefined ? [] : readResources(rules, names);
  tellOfOthers(fields, problems);
  return {
    format: 1,
    ...(hostUrl !== undefined && { hostUrl }),
    ...(automation !== undefined && { automation }),
    resources,
  };
}

/** AutoFlow's own key, which gitlab-triage passes over. */
function readAutomation(fields: PolicyFields | undefined): Automation | undefined {
  if (fields === undefined) return undefined;
  const cron = fields.text("schedule");
  const timezone = fields.text("timezone");
  const live = fields.boolean("live") ?? false;
  const source = readSource(fields);
  fields.end({ refuses: "all" });
  const schedule = cron === undefined ? undefined : { cron, ...(timezone !== undefined && { timezone }) };
  return { at: placeOf(fields.node), live, ...(schedule !== undefined && { schedule }), ...(source && { source }) };
}

function readSource(fields: PolicyFields): Automation["source"] {
  const kind = fields.oneOf("source", ["projects", "groups"]);
  const id = fields.text("source_id");
  if (id !== undefined) return { kind: kind ?? "projects", id };
  if (kind !== undefined) fields.lacks("source_id");
  return undefined;
}

/** Keys at the top that mean nothing hold what anchors name. What looks like a known one is a mistake. */
function tellOfOthers({ node }: PolicyFields, problems: Problems): void {
  const known = ["host_url", "resource_rules", "autoflow", "api_version", "per_page"];
  for (const { key, keyOffset } of node.entries) {
    if (known.includes(key) || /^[._]|^x-/.test(key)) continue;
    const meant = nearest(key, known);
    const where = node.source.location(keyOffset);
    if (meant === undefined) problems.warn("unknown-key", `the file has no key ${key}: it means nothing`, where);
    else problems.error(`the file has no key ${key}; did you mean ${meant}?`, where, "POLICY_INVALID");
  }
}

function readResources(fields: PolicyFields, names: Set<string>): ResourcePolicy[] {
  const found: ResourcePolicy[] = [];
  for (const { key } of fields.node.entries) {
    const type = resourceTypes.find((one) => one === key);
    if (type === undefined) continue;
    const one = fields.object(type);
    if (one === undefined) continue;
    const summaries = one.list("summaries").map((node, i) => readSummary(node, { type, i, names, fields: one }));
    const rules = one.list("rules").map((node, i) => readRule(node, { type, i, names, fields: one }));
    one.end();
    found.push({ type, summaries: defined(summaries), rules: defined(rules) });
  }
  for (const type of resourceTypes) fields.has(type);
  fields.end({ refuses: "all" });
  return found;
}

function defined<T>(items: (T | undefined)[]): T[] {
  return items.filter((item) => item !== undefined);
}

interface Place {
  type: ResourceType;
  /** Among its like. */
  i: number;
  names: Set<string>;
  fields: PolicyFields;
}

function readRule(node: DataNode, place: Place): Rule | undefined {
  const {
    type,
    i,
    names,
    fields: { problems },
  } = place;
  if (node.kind !== "map") {
    problems.error(`a rule of ${type} has to be an object, got ${describe(node)}`, node, "POLICY_INVALID");
    return undefined;
  }
  const name = nameOf(node, problems) ?? `${type} ${i + 1}`;
  const fields = new PolicyFields(node, `rule ${JSON.stringify(name)}`, problems);
  fields.get("name");
  // How gitlab-triage asks GitLab, with the same answers.
  fields.get("api");
  const limit = readLimit(fields.object("limits"));
  const rule: Rule = {
    id: uniqueId(`${type}: ${name}`, names),
    name,
    at: placeOf(node),
    variants: readVariants(fields.object("conditions"), type),
    ...(limit !== undefined && { limit }),
    actions: readActions(fields.object("actions"), type),
  };
  fields.end();
  return rule;
}

function nameOf(node: DataNode, problems: Problems): string | undefined {
  return PolicyFields.of(node, "a rule", problems)?.text("name")?.replaceAll(/\s+/g, " ");
}

function uniqueId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted} #${n}`;
  taken.add(id);
  return id;
}

function readLimit(fields: PolicyFields | undefined): Limit | undefined {
  if (fields === undefined) return undefined;
  const recent = fields.get("most_recent");
  const oldest = fields.get("oldest");
  const limit = recent === undefined ? undefined : numbered(fields, "most_recent");
  const other = oldest === undefined ? undefined : numbered(fields, "oldest");
  fields.end();
  if (recent === undefined || oldest === undefined) return limit ?? other;
  const message = `${fields.what} has both most_recent and oldest; only one of them can be meant`;
  fields.problems.error(message, oldest, "POLICY_INVALID");
  return undefined;
}

function numbered(fields: PolicyFields, order: Limit["order"]): Limit | undefined {
  const count = fields.whole(order, 1);
  return count === undefined ? undefined : { order, count };
}

function readSummary(node: DataNode, place: Place): Summary | undefined {
  const {
    type,
    i,
    names,
    fields: { problems },
  } = place;
  if (node.kind !== "map") {
    problems.error(`a summary of ${type} has to be an object, got ${describe(node)}`, node, "POLICY_INVALID");
    return undefined;
  }
  const name = nameOf(node, problems) ?? `${type} summary ${i + 1}`;
  const fields = new PolicyFields(node, `summary ${JSON.stringify(name)}`, problems);
  fields.get("name");
  const id = uniqueId(`${type} summary: ${name}`, names);
  const rules = fields.list("rules").map((rule, at) => readRule(rule, { ...place, i: at, fields }));
  const actions = readActions(fields.object("actions"), type);
  fields.end();
  if (actions.summarize === undefined) {
    const message = `${fields.what} has no summarize among its actions: it would do nothing`;
    problems.error(message, node, "POLICY_INVALID");
  }
  return { id, name, at: placeOf(node), rules: defined(rules), actions };
}
