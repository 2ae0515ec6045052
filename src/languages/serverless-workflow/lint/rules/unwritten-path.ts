import type { State, Workflow } from "../../model.ts";
import { actionsOf, eventFiltersOf, evaluationsOf } from "../evaluations.ts";
import { madeKeys, pathText, readPaths, treeOf } from "../jq-reads.ts";
import { mergedKeys, responseSchema } from "../response-schema.ts";
import type { Linted, Rule } from "../rule.ts";

export const unwrittenPath: Rule = {
  name: "unwritten-path",
  doc:
    "An expression reads a field of the data that neither the input's schema nor any state writes: it is null. Only told where all that is " +
    "written is known.",
  files: { "in.json": '{"type": "object", "properties": {"name": {"type": "string"}}}' },
  bad: `
dataInputSchema: in.json
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: First, type: operation, actions: [{functionRef: {refName: say, arguments: {message: '.name + .component.repo'}}}], end: true}
`,
  good: `
dataInputSchema: in.json
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: Set, type: inject, data: {component: {repo: x}}, transition: First}
- {name: First, type: operation, actions: [{functionRef: {refName: say, arguments: {message: '.name + .component.repo'}}}], end: true}
`,
  check(linted, report) {
    const { workflow } = linted;
    const written = writtenKeys(linted);
    if (written === undefined) return;
    for (const { expression, on } of evaluationsOf(workflow)) {
      const tree = on === "data" ? treeOf(expression.text, workflow) : undefined;
      for (const { path } of tree === undefined ? [] : readPaths(tree)) {
        const [first] = path;
        if (typeof first !== "string" || written.has(first)) continue;
        report(expression.at, `nothing writes ${pathText(path)}: it is null here`);
      }
    }
  },
};

/** Top-level keys that the data may have; undefined when anything may be among them. */
function writtenKeys(linted: Linted): Set<string> | undefined {
  const { workflow } = linted;
  const keys = new Set<string>();
  const lists = [inputKeys(workflow), ...workflow.states.map((state) => stateKeys(state, linted))];
  for (const list of lists) {
    if (list === undefined) return undefined;
    for (const key of list) keys.add(key);
  }
  return keys;
}

/** A schema without references says what may come in. */
function inputKeys({ input }: Workflow): string[] | undefined {
  if (input === undefined) return undefined;
  const schema = JSON.parse(input.schema.documents[input.schema.path] ?? "null") as {
    properties?: unknown;
  } | null;
  if (schema === null || typeof schema !== "object") return undefined;
  const { properties } = schema;
  if (typeof properties !== "object" || properties === null) return undefined;
  const isOpen = ["$ref", "allOf", "anyOf", "oneOf", "if", "patternProperties"].some((key) =>
    Object.hasOwn(schema, key),
  );
  return isOpen ? undefined : Object.keys(properties);
}

function stateKeys(state: State, linted: Linted): string[] | undefined {
  const found: (string[] | undefined)[] = [];
  if (state.type === "inject") found.push(Object.keys(JSON.parse(state.data) as object));
  for (const filter of eventFiltersOf(state)) found.push(filter.useData ? targetKeys(filter.toStateData?.path) : []);
  for (const { does, filter } of actionsOf(state)) {
    if (!filter.useResults) continue;
    if (filter.toStateData !== undefined && filter.toStateData.path?.length !== 0) {
      found.push(targetKeys(filter.toStateData.path));
    } else if (filter.results !== undefined) found.push(expressionKeys(filter.results.text, linted.workflow));
    else found.push(resultKeys(does, linted));
  }
  if (state.type === "foreach") {
    if (state.outputCollection !== undefined) found.push(targetKeys(state.outputCollection.path));
    if (state.iterationParam !== undefined) found.push([state.iterationParam]);
  }
  for (const filter of [state.input, state.output]) {
    if (filter !== undefined && filter.text !== ".") found.push(expressionKeys(filter.text, linted.workflow));
  }
  return found.every((keys) => keys !== undefined) ? found.flat() : undefined;
}

function targetKeys(path: readonly (string | number)[] | undefined): string[] | undefined {
  return typeof path?.[0] === "string" ? [path[0]] : undefined;
}

function expressionKeys(text: string, workflow: Workflow): string[] | undefined {
  const tree = treeOf(text, workflow);
  return tree === undefined ? undefined : madeKeys(tree);
}

/** What an action's result adds when it is merged as it is. */
function resultKeys(
  does: ReturnType<typeof actionsOf>[number]["does"],
  { workflow, plans, resources }: Linted,
): string[] | undefined {
  if (does.kind !== "function") return does.kind === "event" && does.resultEventRef === undefined ? [] : undefined;
  const definition = workflow.functions.find(({ name }) => name === does.refName);
  if (definition?.expression !== undefined) return expressionKeys(definition.expression.text, workflow);
  const plan = plans.get(does.refName);
  if (definition === undefined || plan === undefined) return undefined;
  if (plan.kind === "log") return [];
  const schema = responseSchema(definition, resources);
  // Of a call that changes something, and of whose answer the document says nothing, nobody uses the answer.
  if (schema === undefined && plan.kind === "rest" && plan.method.toUpperCase() !== "GET") return [];
  return mergedKeys(schema);
}
