/** Whether the schemas of a definition are schemas. */
import type { Diagnostic, JsonSchema, WorkflowDescription } from "../core/program.ts";
import { SchemaError } from "./documents.ts";
import { JsonValidator } from "./validate-json.ts";

const validator = new JsonValidator();

/** WORKFLOW_SCHEMA_INVALID for each that is none, where the definition names it: an error when no run could do with it. */
export function schemaProblems({
  inputSchema,
  mayDiffer,
  outputSchema,
  outputMayDiffer,
}: WorkflowDescription): Diagnostic[] {
  return [
    ...problemsOf("the schema of the input", inputSchema, mayDiffer),
    ...problemsOf("the schema of the output", outputSchema, outputMayDiffer),
  ];
}

function problemsOf(what: string, schema: JsonSchema | undefined, mayDiffer: true | undefined): Diagnostic[] {
  if (schema === undefined) return [];
  try {
    validator.require(schema);
    return [];
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const severity = mayDiffer === true ? "warning" : "error";
    const where = schema.at ?? { file: schema.path, line: 1, column: 1 };
    return [{ severity, code: "WORKFLOW_SCHEMA_INVALID", message: `${what} is none: ${error.message}`, where }];
  }
}
