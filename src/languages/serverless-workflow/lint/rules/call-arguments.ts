import { argumentProblems } from "../../functions/argument-problems.ts";
import type { Template } from "../../model.ts";
import { actionsOf } from "../evaluations.ts";
import type { Rule } from "../rule.ts";

export const callArguments: Rule = {
  name: "call-arguments",
  doc:
    "A call that lacks an argument which the function's document requires fails whenever it is made; one that the document does not know is not " +
    "sent, or refused.",
  files: {
    "specs/issues.yaml": `openapi: 3.0.0
info: {title: issues, version: '1'}
servers: [{url: 'http://issues.example'}]
paths:
  /issues/{id}:
    get:
      operationId: readIssue
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: ok}}
`,
  },
  bad: `
functions: [{name: readIssue, operation: specs/issues.yaml#readIssue}]
states:
- {name: Read, type: operation, actions: [{functionRef: {refName: readIssue}}], end: true}
`,
  good: `
functions: [{name: readIssue, operation: specs/issues.yaml#readIssue}]
states:
- {name: Read, type: operation, actions: [{functionRef: {refName: readIssue, arguments: {id: .issue}}}], end: true}
`,
  check({ workflow, plans }, report) {
    for (const { does, at } of workflow.states.flatMap(actionsOf)) {
      const plan = does.kind === "function" ? plans.get(does.refName) : undefined;
      const names = does.kind === "function" ? namesOf(does.arguments) : undefined;
      if (does.kind !== "function" || plan === undefined || names === undefined) continue;
      for (const problem of argumentProblems(plan, names)) report(at, `call of ${does.refName}: ${problem}`);
    }
  },
};

/** Undefined where only evaluating tells. */
function namesOf(args: Template | undefined): Set<string> | undefined {
  if (args === undefined) return new Set();
  if (args.kind === "object") return new Set(args.entries.map(({ key }) => key));
  if (args.kind !== "literal") return undefined;
  const value = JSON.parse(args.json) as unknown;
  if (value === null) return new Set();
  return typeof value === "object" && !Array.isArray(value) ? new Set(Object.keys(value)) : undefined;
}
