/** Which names of the environment a workflow may ask for. */
import type { EnvironmentNeed } from "../../../core/program.ts";
import { environmentOf, requiredNames, spellingsOf } from "../expressions/properties.ts";
import type { FunctionPlan } from "../functions/plan.ts";
import { propertyNamesOf } from "../functions/property-names.ts";
import type { Expression, Workflow } from "../model.ts";

/** All spellings, in order: what `$SECRET` names, what functions look up, what application.properties refer to. */
export function environmentNames(workflow: Workflow, plans: readonly FunctionPlan[]): string[] {
  const names = askedNames(workflow, plans);
  for (const { key } of workflow.properties) names.add(key);
  return environmentOf(workflow.properties, names);
}

/** What the properties that the workflow looks up refer to, where neither application.properties nor a default gives it. */
export function environmentNeeds(workflow: Workflow, plans: readonly FunctionPlan[]): EnvironmentNeed[] {
  const asked = new Set([...askedNames(workflow, plans)].map(inCapitals));
  const effective = new Map(
    workflow.properties.filter(({ key }) => !key.startsWith("%")).map((each) => [each.key, each]),
  );
  for (const each of workflow.properties) {
    if (each.key.startsWith("%prod.")) effective.set(each.key.slice("%prod.".length), each);
  }
  const needs = new Map<string, EnvironmentNeed>();
  const keys = new Map([...effective.keys()].map((key) => [inCapitals(key), key]));
  const lookedUp = new Set([...effective.keys()].filter((key) => asked.has(inCapitals(key))));
  // What is added on the way is looked at too.
  for (const property of lookedUp) {
    const { value, at } = effective.get(property)!;
    for (const name of requiredNames(value)) {
      const other = keys.get(inCapitals(name));
      if (other !== undefined && other !== property) lookedUp.add(other);
      else if (!needs.has(name)) needs.set(name, { spellings: spellingsOf(name), property, at });
    }
  }
  return [...needs.values()];
}

function inCapitals(name: string): string {
  return spellingsOf(name).at(-1)!;
}

/** Names that expressions and functions look up. */
function askedNames(workflow: Workflow, plans: readonly FunctionPlan[]): Set<string> {
  const names = new Set<string>(workflow.secrets);
  for (const text of expressionTexts(workflow)) for (const name of secretNames(text)) names.add(name);
  for (const plan of plans) for (const name of propertyNamesOf(plan)) names.add(name);
  return names;
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
