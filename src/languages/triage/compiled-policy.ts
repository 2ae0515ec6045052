/** A policy with its texts parsed: what all runs of an image share. */
import { codePointsOf, compileRegex, type Regex } from "../jq/regex/regex.ts";
import { analyse } from "./expression/analyse.ts";
import { ExpressionMeter } from "./expression/meter.ts";
import { parseExpression } from "./expression/parser.ts";
import type { Node } from "./expression/tree.ts";
import { type AgendaItem, agendaOf } from "./machine/agenda.ts";
import type { Condition, Policy, ResourceType, Rule, SourceCode } from "./model.ts";
import { keysOf } from "./plan/check.ts";
import { namePattern } from "./plan/name-pattern.ts";
import { identityKeys } from "./plan/resource.ts";
import { parseTemplate, type ParsedTemplate } from "./text/template.ts";

/** What a text of a policy is about: a resource, a summary of several, or the title of one. */
export type TemplateUse = "resource" | "summary" | "title";

const placeholdersOf: Record<TemplateUse, readonly string[]> = {
  resource: [],
  summary: ["title", "items", "type"],
  title: ["type"],
};

/** Members of resources by name; "all" when that cannot be told. */
export type Keys = Set<string> | "all";

export class CompiledPolicy {
  readonly policy: Policy;
  readonly agenda: readonly AgendaItem[];
  readonly #patterns = new Map<string, Regex>();
  readonly #templates = new Map<SourceCode, ParsedTemplate>();
  readonly #expressions = new Map<SourceCode, { node: Node; keys: Keys }>();

  constructor(policy: Policy) {
    this.policy = policy;
    this.agenda = agendaOf(policy);
  }

  /** Throws ExpressionSyntaxError, once it was not told at compile time. */
  template(code: SourceCode, use: TemplateUse, type: ResourceType): ParsedTemplate {
    let parsed = this.#templates.get(code);
    if (parsed === undefined) {
      const context = { extra: placeholdersOf[use], type: use === "resource" ? type : undefined };
      this.#templates.set(code, (parsed = parseTemplate(code.text, context)));
    }
    return parsed;
  }

  /** Throws ExpressionSyntaxError, once it was not told at compile time. */
  expression(code: SourceCode, type: ResourceType): { node: Node; keys: Keys } {
    let known = this.#expressions.get(code);
    if (known === undefined) {
      const node = parseExpression(code.text);
      this.#expressions.set(code, (known = { node, keys: analyse(node, type) }));
    }
    return known;
  }

  /** Whether a name matches a pattern of the policy. Throws EvaluationError when that takes too long. */
  matches(pattern: string, name: string): boolean {
    let regex = this.#patterns.get(pattern);
    if (regex === undefined) {
      const { source, flags } = namePattern(pattern);
      this.#patterns.set(pattern, (regex = compileRegex(source, flags)));
    }
    return regex.search(codePointsOf(name), 0, new ExpressionMeter()) !== undefined;
  }

  /** Members of a resource that deciding about it reads. */
  conditionKeys(conditions: readonly Condition[], type: ResourceType): Keys {
    return united(
      conditions.map((condition) =>
        condition.key === "ruby" ? this.expression(condition.code, type).keys : new Set(keysOf(condition)),
      ),
    );
  }

  /** Members of a resource that are kept once it is known to match. */
  actionKeys({ actions, limit }: Rule, type: ResourceType): Keys {
    const { comment, summarize, commentOnSummary, issue } = actions;
    const texts = [comment, summarize?.item, commentOnSummary, issue?.title, issue?.description];
    return united([
      new Set<string>(identityKeys),
      new Set(limit === undefined ? [] : ["created_at", "commit"]),
      ...texts.filter((text) => text !== undefined).map((text) => this.template(text, "resource", type).keys),
    ]);
  }
}

/** All of several. */
export function united(keys: readonly Keys[]): Keys {
  const found = new Set<string>();
  for (const one of keys) {
    if (one === "all") return "all";
    for (const key of one) found.add(key);
  }
  return found;
}
