/** The variables of expressions, besides the data: `$SECRET`, `$CONST`, `$WORKFLOW` and those of foreach states. */
import type { JqObject, Value } from "../../jq/value.ts";
import { expressionTexts } from "../compile/environment-names.ts";
import { withValueAt } from "../data/place.ts";
import type { Workflow } from "../model.ts";

/** Names without "$": those that every workflow has, then those of its foreach states. */
export function variableNames(workflow: Pick<Workflow, "states">): string[] {
  const names = new Set(["SECRET", "CONST", "WORKFLOW"]);
  for (const state of workflow.states) {
    if (state.type === "foreach" && state.iterationParam !== undefined) names.add(state.iterationParam);
  }
  return [...names];
}

const lookUp =
  /\$SECRET\s*(?:\.?\s*\[\s*"((?:[^"\\])+)"\s*\]|\.\s*"((?:[^"\\])+)"|\.\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*))/g;

/** Names that expressions look up in `$SECRET`, and those that the workflow declares; of `a.b` both "a" and "a.b". */
export function secretNamesIn(workflow: Workflow): string[] {
  const names = new Set(workflow.secrets);
  for (const text of expressionTexts(workflow)) {
    for (const [, bracketed, quoted, plain] of text.matchAll(lookUp)) {
      const name = (bracketed ?? quoted ?? plain)!;
      names.add(name);
      for (let dot = name.indexOf("."); dot > 0; dot = name.indexOf(".", dot + 1)) names.add(name.slice(0, dot));
    }
  }
  return [...names].toSorted();
}

/** `$SECRET`: null for what is not configured; a key `a.b` is also found as `.a.b`. */
export function secretValues(names: readonly string[], find: (name: string) => string | undefined): Value {
  let values: Value = new Map<string, Value>();
  for (const name of names) {
    const value = find(name);
    (values as JqObject).set(name, value ?? (values as JqObject).get(name) ?? null);
    const path = name.split(".");
    if (value !== undefined && path.length > 1 && find(path[0]!) === undefined)
      values = withValueAt(values, path, value);
  }
  return values;
}
