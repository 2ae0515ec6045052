/** A policy with its texts parsed: what all runs of an image share. */
import type { Condition, Policy, ResourceType, Rule, SourceCode } from "./model.ts";
import { type AgendaItem, agendaOf } from "./machine/agenda.ts";
import { codePointsOf, compileRegex, type Regex } from "../jq/regex/regex.ts";
import { keysOf } from "./plan/check.ts";
import { identityKeys } from "./plan/resource.ts";
import { parseTemplate, templateKeys, type ParsedTemplate } from "./text/template.ts";

/** Where a text of a policy stands in for something. */
export type TemplateUse = "resource" | "summary" | "title";

const summaryPlaceholders = ["title", "items", "type"] as const;

export class CompiledPolicy {
  readonly policy: Policy;
  readonly agenda: readonly AgendaItem[];
  readonly #patterns = new Map<string, Regex>();
  readonly #templates = new Map<SourceCode, ParsedTemplate>();

  constructor(policy: Policy) {
    this.policy = policy;
    this.agenda = agendaOf(policy);
  }

  template(code: SourceCode, use: TemplateUse): ParsedTemplate {
    let parsed = this.#templates.get(code);
    if (parsed === undefined) {
      parsed = parseTemplate(
        code.text,
        use === "summary" ? summaryPlaceholders : use === "title" ? ["type"] : [],
        use === "resource",
      );
      this.#templates.set(code, parsed);
    }
    return parsed;
  }

  /** Whether a name matches a pattern of the policy. */
  matches(pattern: string, name: string): boolean {
    let regex = this.#patterns.get(pattern);
    if (regex === undefined) this.#patterns.set(pattern, (regex = compileRegex(pattern, "")));
    return regex.search(codePointsOf(name), 0, { charge() {}, allocate() {} }) !== undefined;
  }

  /** Members of a resource that deciding about it reads. */
  conditionKeys(conditions: readonly Condition[]): Set<string> {
    return new Set(conditions.flatMap(keysOf));
  }

  /** Members of a resource that are kept once it is known to match. */
  actionKeys(rule: Rule, _type: ResourceType): Set<string> {
    const { comment, summarize, commentOnSummary, issue, labels, removeLabels } = rule.actions;
    const texts = [comment, summarize?.item, commentOnSummary, issue?.title, issue?.description];
    const keys = new Set<string>(identityKeys);
    if (rule.limit !== undefined) keys.add("created_at");
    if (labels.length + removeLabels.length > 0) keys.add("labels");
    for (const text of texts) {
      if (text !== undefined) for (const key of templateKeys(this.template(text, "resource"))) keys.add(key);
    }
    return keys;
  }
}
