import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonSchema, WorkflowDescription } from "../core/program.ts";
import { schemaProblems } from "./definition-schemas.ts";

const at = { file: "w.sw.yaml", line: 4, column: 18 };

function schema(json: unknown): JsonSchema {
  return { path: "in.json", documents: { "in.json": JSON.stringify(json) }, at };
}

function problems(more: Partial<WorkflowDescription>): string[] {
  const workflow = { name: "w", version: "1", environment: [], graph: { nodes: [], edges: [] }, ...more };
  return schemaProblems(workflow).map(
    ({ severity, code, message, where }) => `${severity} ${code} ${where.line}:${where.column} ${message}`,
  );
}

test("schemas that are none are told where they are named", () => {
  const broken = schema({ properties: { a: { type: "text" } } });
  assert.deepEqual(problems({ inputSchema: schema({ type: "object" }), outputSchema: schema(true) }), []);
  const [input, ...others] = problems({ inputSchema: broken });
  assert.match(
    input!,
    /^error WORKFLOW_SCHEMA_INVALID 4:18 the schema of the input is none: in\.json#\/properties\/a\/type: /,
  );
  assert.deepEqual(others, []);
  assert.match(problems({ outputSchema: broken })[0]!, /^error .* the schema of the output is none: /);
});

test("a schema that runs can do without is a warning", () => {
  const lost = schema({ $ref: "other.json" });
  assert.match(problems({ inputSchema: lost, mayDiffer: true })[0]!, /^warning .* refers to other\.json/);
  assert.match(problems({ outputSchema: lost, outputMayDiffer: true })[0]!, /^warning /);
});
