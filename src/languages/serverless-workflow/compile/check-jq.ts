/** Whether texts are jq. */
import { JqSyntaxError } from "../../jq/errors.ts";
import { parseJq } from "../../jq/syntax/parse.ts";
import type { ExpressionChecker } from "../document/expression-texts.ts";
import type { Workflow } from "../model.ts";

/** Texts that compile with the builtins of this level. */
export function jqChecker(level: Workflow["jqLevel"]): ExpressionChecker {
  return {
    problemOf(text) {
      try {
        parseJq(text, level);
        return undefined;
      } catch (error) {
        if (!(error instanceof JqSyntaxError)) throw error;
        return { message: error.message, offset: offsetOf(text, error.line, error.column) };
      }
    },
  };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf("\n", start) + 1;
  return Math.min(start + column - 1, text.length);
}
