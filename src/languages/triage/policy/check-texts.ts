/** Parses every text, expression and pattern of a policy once, so that what is wrong with one is known before anything runs. */
import { compileRegex } from "../../jq/regex/regex.ts";
import { JqError } from "../../jq/errors.ts";
import type { Location } from "../../../core/errors.ts";
import type { Problems } from "../../serverless-workflow/document/problems.ts";
import { CompiledPolicy, type TemplateUse } from "../compiled-policy.ts";
import { namePattern } from "../plan/name-pattern.ts";
import { placeIn } from "./code-place.ts";
import { ExpressionSyntaxError } from "../expression/syntax-error.ts";
import type { Actions, Condition, Policy, ResourceType, Rule, SourceCode } from "../model.ts";

export function checkTexts(policy: Policy, problems: Problems): void {
  new Checker(policy, problems).check();
}

class Checker {
  readonly #compiled: CompiledPolicy;
  readonly #problems: Problems;

  constructor(policy: Policy, problems: Problems) {
    this.#compiled = new CompiledPolicy(policy);
    this.#problems = problems;
  }

  check(): void {
    for (const { type, summaries, rules } of this.#compiled.policy.resources) {
      for (const rule of rules) this.#rule(rule, type);
      for (const { rules: parts, actions } of summaries) {
        for (const part of parts) this.#rule(part, type);
        this.#actions(actions, type);
      }
    }
  }

  #rule({ variants, actions }: Rule, type: ResourceType): void {
    for (const condition of variants[0] ?? []) this.#condition(condition, type);
    this.#actions(actions, type);
  }

  #condition(condition: Condition, type: ResourceType): void {
    if (condition.key === "name") this.#pattern(condition.pattern, condition.at);
    else if (condition.key === "ruby") this.#code(condition.code, (code) => this.#compiled.expression(code, type));
  }

  #pattern(pattern: string, at: Location): void {
    try {
      const { source, flags } = namePattern(pattern);
      compileRegex(source, flags);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      const message = error.message.replace(/^Regex failure: /, "");
      this.#problems.error(`the regular expression of name cannot be read: ${message}`, at, "POLICY_INVALID");
    }
  }

  #actions({ comment, summarize, commentOnSummary, issue }: Actions, type: ResourceType): void {
    const uses: [SourceCode | undefined, TemplateUse][] = [
      [comment, "resource"],
      [summarize?.title, "title"],
      [summarize?.item, "resource"],
      [summarize?.summary, "summary"],
      [commentOnSummary, "resource"],
      [issue?.title, "resource"],
      [issue?.description, "resource"],
    ];
    for (const [code, use] of uses) {
      if (code === undefined) continue;
      this.#code(code, () => {
        for (const { offset, message } of this.#compiled.template(code, use, type).unknown) {
          this.#problems.warn("unknown-placeholder", message, placeIn(code, offset));
        }
      });
    }
  }

  #code(code: SourceCode, parse: (code: SourceCode) => unknown): void {
    try {
      parse(code);
    } catch (error) {
      if (!(error instanceof ExpressionSyntaxError)) throw error;
      this.#problems.error(error.message, placeIn(code, error.offset), "POLICY_EXPRESSION");
    }
  }
}
