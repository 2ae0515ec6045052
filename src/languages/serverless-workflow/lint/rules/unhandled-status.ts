import type { Location } from "../../../../core/errors.ts";
import type { SwitchState, Workflow } from "../../model.ts";
import { actionsOf } from "../evaluations.ts";
import { pathOf, pathText, textComparisons, treeOf } from "../jq-reads.ts";
import { enumOf, responseSchema, schemaAt } from "../response-schema.ts";
import type { Linted, Rule } from "../rule.ts";

type Path = (string | number)[];

export const unhandledStatus: Rule = {
  name: "unhandled-status",
  doc:
    "A switch over a field for which the OpenAPI document of the call lists all values, and some of them have no condition. They go the default " +
    "way, often back to asking again, for ever.",
  files: {
    "specs/tasks.yaml": `openapi: 3.0.0
info: {title: tasks, version: '1'}
servers: [{url: 'http://tasks.example'}]
paths:
  /task:
    get:
      operationId: readTask
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: object, properties: {status: {type: string, enum: [open, completed, failed, cancelled]}}}
`,
  },
  bad: `
timeouts: {workflowExecTimeout: P1D}
functions: [{name: readTask, operation: specs/tasks.yaml#readTask}]
states:
- {name: Read, type: operation, actions: [{functionRef: readTask, sleep: {before: PT9S}, actionDataFilter: {toStateData: .task}}], transition: Check}
- name: Check
  type: switch
  dataConditions:
  - {condition: .task.status == "completed", end: true}
  - {condition: .task.status == "failed", end: true}
  defaultCondition: {transition: Read}
`,
  good: `
timeouts: {workflowExecTimeout: P1D}
functions: [{name: readTask, operation: specs/tasks.yaml#readTask}]
states:
- {name: Read, type: operation, actions: [{functionRef: readTask, sleep: {before: PT9S}, actionDataFilter: {toStateData: .task}}], transition: Check}
- name: Check
  type: switch
  dataConditions:
  - {condition: .task.status == "open", transition: Read}
  - {condition: .task.status == "completed", end: true}
  - {condition: .task.status == "failed" or .task.status == "cancelled", end: true}
  defaultCondition: {end: true}
`,
  check(linted, report) {
    for (const state of linted.workflow.states) {
      if (state.type !== "switch") continue;
      for (const { path, values, at } of comparedPaths(state, linted.workflow)) {
        const possible = possibleValues(path, linted);
        if (possible === undefined || ![...values].every((value) => possible.includes(value))) continue;
        const unhandled = possible.filter((value) => !values.has(value));
        if (unhandled.length === 0) continue;
        const next = state.defaultCondition;
        const where =
          next === undefined ? "fail the run" : next.kind === "end" ? "end it" : `go to "${next.nextState}"`;
        report(at, `${pathText(path)} may also be ${unhandled.join(", ")}: no condition is for that, so they ${where}`);
      }
    }
  },
};

/** The paths that a switch compares with texts, two or more of them. */
function comparedPaths(state: SwitchState, workflow: Workflow): { path: Path; values: Set<string>; at: Location }[] {
  const found = new Map<string, { path: Path; values: Set<string>; at: Location }>();
  for (const { condition } of state.dataConditions) {
    const tree = treeOf(condition.text, workflow);
    for (const { path, value } of tree === undefined ? [] : textComparisons(tree)) {
      const key = pathText(path);
      const known = found.get(key);
      if (known === undefined) found.set(key, { path, values: new Set([value]), at: condition.at });
      else known.values.add(value);
    }
  }
  return [...found.values()].filter(({ values }) => values.size > 1);
}

/** What the documents say that a path of the data may hold. */
function possibleValues(path: Path, { workflow, resources }: Linted): string[] | undefined {
  for (const action of workflow.states.flatMap(actionsOf)) {
    const { does, filter } = action;
    if (does.kind !== "function" || !filter.useResults) continue;
    const target = filter.toStateData === undefined ? [] : filter.toStateData.path;
    if (target === undefined || !target.every((step, i) => path[i] === step)) continue;
    const tree = filter.results === undefined ? undefined : treeOf(filter.results.text, workflow);
    const before = filter.results === undefined ? [] : tree === undefined ? undefined : pathOf(tree);
    const definition = workflow.functions.find(({ name }) => name === does.refName);
    if (before === undefined || definition === undefined) continue;
    const schema = schemaAt(
      responseSchema(definition, resources),
      [...before, ...path.slice(target.length)],
      resources,
    );
    const values = enumOf(schema);
    if (values !== undefined) return values;
  }
  return undefined;
}
