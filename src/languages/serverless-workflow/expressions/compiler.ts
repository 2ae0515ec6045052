/** Compiles the expressions of a workflow. */
import { JqSyntaxError } from "../../jq/errors.ts";
import { compileJq } from "../../jq/jq.ts";
import type { Workflow } from "../model.ts";
import { compileJsonPath } from "./jsonpath/json-path.ts";
import type { CompiledExpression } from "./language.ts";

/** For the language and level of a workflow. The compiler throws JqSyntaxError for a text that does not compile. */
export function compilerFor(
  { expressionLang, jqLevel: level }: Pick<Workflow, "expressionLang" | "jqLevel">,
  variables: readonly string[],
): (text: string) => CompiledExpression {
  if (expressionLang === "jsonpath") return (text) => compileJsonPath(text, variables);
  // Files in use were written for engines that take `{message: "made " + .name}`.
  return (text) => withoutShell(() => compileJq(text, { level, variables, wideObjects: true }));
}

/** jq's texts speak of the shell, which a workflow's expressions have nothing to do with. */
function withoutShell<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof JqSyntaxError)) throw error;
    const message = error.message.replace(" (Unix shell quoting issues?)", "");
    throw new JqSyntaxError(message, error.line, error.column, error.file);
  }
}
