/** Parses every text, expression and pattern of a policy once, so that what is wrong with one is known before anything runs. */
import { compileRegex } from "../../jq/regex/regex.ts";
import { JqError } from "../../jq/errors.ts";
import type { Location } from "../../../core/errors.ts";
import type { Problems } from "../../serverless-workflow/document/problems.ts";
import { CompiledPolicy, type TemplateUse } from "../compiled-policy.ts";
import { ExpressionSyntaxError } from "../expression/syntax-error.ts";
import type { Actions, Condition, Policy, Rule, SourceCode } from "../model.ts";

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
    for (const { summaries, rules } of this.#compiled.policy.resources) {
      for (const rule of rules) this.#rule(rule);
      for (const { rules: parts, actions } of summaries) {
        for (const part of parts) this.#rule(part);
        this.#actions(actions);
      }
    }
  }

  #rule({ variants, actions }: Rule): void {
    for (const condition of variants[0] ?? []) this.#condition(condition);
    this.#actions(actions);
  }

  #condition(condition: Condition): void {
    if (condition.key === "name") this.#pattern(condition.pattern, condition.at);
  }

  #pattern(pattern: string, at: Location): void {
    try {
      compileRegex(pattern, "");
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      const message = error.message.replace(/^Regex failure: /, "");
      this.#problems.error(`the regular expression of name cannot be read: ${message}`, at, "POLICY_INVALID");
    }
  }

  #actions({ comment, summarize, commentOnSummary, issue }: Actions): void {
    this.#template(comment, "resource");
    this.#template(summarize?.title, "title");
    this.#template(summarize?.item, "resource");
    this.#template(summarize?.summary, "summary");
    this.#template(commentOnSummary, "resource");
    this.#template(issue?.title, "resource");
    this.#template(issue?.description, "resource");
  }

  #template(code: SourceCode | undefined, use: TemplateUse): void {
    if (code === undefined) return;
    try {
      this.#compiled.template(code, use);
    } catch (error) {
      if (!(error instanceof ExpressionSyntaxError)) throw error;
      this.#problems.error(error.message, placeIn(code, error.offset), "POLICY_EXPRESSION");
    }
  }
}

/** The place of an offset in a text, as near as the way in which the file has the text allows. */
function placeIn({ text, at, indentation }: SourceCode, offset: number): Location {
  const before = text.slice(0, offset);
  const lines = before.split("\n");
  const column = Array.from(lines.at(-1)!).length;
  if (lines.length === 1) return indentation === undefined ? at : { ...at, column: at.column + column };
  if (indentation === undefined) return at;
  return { ...at, line: at.line + lines.length - 1, column: indentation + column + 1 };
}
