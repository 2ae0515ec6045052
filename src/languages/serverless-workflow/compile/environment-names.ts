/** Which names of the environment a workflow may ask for. */
import { environmentOf } from "../expressions/properties.ts";
import type { FunctionPlan } from "../functions/plan.ts";
import { propertyNamesOf } from "../functions/property-names.ts";
import type { Expression, Workflow } from "../model.ts";

/** All spellings, in order: what `$SECRET` names, what functions look up, what application.properties refer to. */
export function environmentNames(workflow: Workflow, plans: readonly FunctionPlan[]): string[] {
  const names = new Set<string>(workflow.secrets);
  const keys = workflow.properties.map(({ key }) => key);
  for (const key of keys) names.add(key);
  for (const text of expressionTexts(workflow)) for (const name of secretNames(text)) names.add(name);
  for (const plan of plans) for (const name of propertyNamesOf(plan)) names.add(name);
  return environmentOf(workflow.properties, names);
}

/** `$SECRET.a`, `$SECRET.a.b` (a key with a dot), `$SECRET["a"]`. */
function secretNames(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(
    /\$SECRETS?\s*(?:\.?\s*\[\s*["']([^"'\\]+)["']\s*\]|\.\s*"([^"\\]+)"|\.([\w.-]*\w))/g,
  )) {
    const name = match[1] ?? match[2] ?? match[3] ?? "";
    found.push(name);
    for (let dot = name.indexOf("."); dot > 0; dot = name.indexOf(".", dot + 1)) found.push(name.slice(0, dot));
  }
  return found;
}

/** The texts of all expressions of a workflow. */
export function expressionTexts(workflow: Workflow): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (value !== null && typeof value === "object") {
      if (isExpression(value)) found.push(value.text);
      for (const inner of Object.values(value)) walk(inner);
    }
  };
  walk(workflow.states);
  walk(workflow.functions.map(({ expression }) => expression));
  walk(workflow.auth);
  return found;
}

function isExpression(value: object): value is Expression {
  return typeof (value as Partial<Expression>).text === "string" && (value as Partial<Expression>).at !== undefined;
}
