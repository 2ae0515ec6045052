/** Whether texts are expressions. */
import { JqSyntaxError } from "../../jq/errors.ts";
import type { ExpressionChecker } from "../document/expression-texts.ts";
import { compilerFor } from "../expressions/compiler.ts";
import type { Workflow } from "../model.ts";

/** Functions of our jq that native jq 1.6 does not have. */
const unknownNames = new Set(["date", "ascii"]);

/** Those that compile in the workflow's language, with the builtins of its level. */
export function checkerFor(
  expressionLang: Workflow["expressionLang"],
  jqLevel: Workflow["jqLevel"],
): ExpressionChecker {
  return {
    problemOf(text, variables) {
      try {
        compilerFor({ expressionLang, jqLevel }, variables)(text);
        return undefined;
      } catch (error) {
        if (!(error instanceof JqSyntaxError)) throw error;
        return { message: error.message, offset: offsetOf(text, error.line, error.column) };
      }
    },
    isWord: (text) => expressionLang === "jq" && jqLevel === "1.6" && unknownNames.has(text),
  };
}

/** Lines and columns count from 1. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf("\n", start) + 1;
  return Math.min(start + column - 1, text.length);
}
