import assert from "node:assert/strict";
import { test } from "node:test";
import { Workplace } from "./command-line.ts";

const workflow = `id: greet
version: "1.0"
specVersion: "0.8"
start: Hello
states: [{name: Hello, type: inject, data: {}, end: true}]
`;

test("validate: a schema that is none is told where the workflow names it", async () => {
  await using place = new Workplace();
  place.write("in.json", '{"properties": {"name": {"type": "text"}}}');
  place.write("greet.sw.yaml", workflow.replace("start: Hello", "dataInputSchema: in.json\nstart: Hello"));
  const { status, stdout } = await place.run("workflows", "validate");
  assert.equal(status, 1);
  assert.match(
    stdout,
    /^greet\.sw\.yaml:4:18: error: the schema of the input is none: in\.json#\/properties\/name\/type: .*\[WORKFLOW_SCHEMA_INVALID\]$/m,
  );
});
