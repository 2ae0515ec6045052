import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowDescription } from "../../core/program.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { requireInput } from "./input-check.ts";

function workflow(schema: unknown): WorkflowDescription {
  return {
    name: "w",
    version: "1",
    environment: [],
    graph: { nodes: [], edges: [] },
    inputSchema: { path: "schemas/w.json", documents: { "schemas/w.json": JSON.stringify(schema) } },
  };
}

const hasCode = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof AutoFlowError && error.code === code && message.test(error.message);

test("an input that does not fit is refused with a line for each problem", () => {
  const strict = workflow({ required: ["a"], properties: { b: { type: "string" } } });
  assert.doesNotThrow(() => requireInput(strict, { a: 1 }));
  assert.throws(
    () => requireInput(strict, { b: 1 }),
    hasCode("WORKFLOW_INPUT_INVALID", /^\$\.a: is missing.*\n\$\.b: a string/),
  );
  assert.doesNotThrow(() => requireInput({ ...strict, mayDiffer: true }, { b: 1 }));
});

test("a schema that is none is told with its place", () => {
  const broken = workflow({ properties: { a: { type: "text" } } });
  assert.throws(
    () => requireInput(broken, {}),
    hasCode("WORKFLOW_SCHEMA_INVALID", /^schemas\/w\.json#\/properties\/a\/type: /),
  );
});
