/** Compiles the expressions of a workflow. */
import { compileJq } from "../../jq/jq.ts";
import type { Workflow } from "../model.ts";
import type { CompiledExpression } from "./language.ts";

/** For the language and level of a workflow. The compiler throws JqSyntaxError for a text that does not compile. */
export function compilerFor(
  { jqLevel: level }: Pick<Workflow, "expressionLang" | "jqLevel">,
  variables: readonly string[],
): (text: string) => CompiledExpression {
  return (text) => compileJq(text, { level, variables });
}
