/** Whether an input fits the schema of a workflow. */
import type { WorkflowDescription } from "../../core/program.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { SchemaError } from "../../schema/documents.ts";
import { JsonValidator } from "../../schema/validate-json.ts";

const validator = new JsonValidator();

/** One line for each thing that does not fit; none where anything fits. Throws WORKFLOW_SCHEMA_INVALID for a schema that is none. */
export function inputViolations({ inputSchema, mayDiffer }: WorkflowDescription, input: unknown): string[] {
  if (inputSchema === undefined || mayDiffer === true) return [];
  try {
    return validator.validate(inputSchema, input).map(({ text }) => text);
  } catch (error) {
    if (error instanceof SchemaError) throw new AutoFlowError("WORKFLOW_SCHEMA_INVALID", error.message);
    throw error;
  }
}

/** Throws WORKFLOW_INPUT_INVALID with one line for each thing that does not fit. */
export function requireInput(workflow: WorkflowDescription, input: unknown): void {
  const violations = inputViolations(workflow, input);
  if (violations.length === 0) return;
  throw new AutoFlowError("WORKFLOW_INPUT_INVALID", violations.join("\n"), { data: { violations } });
}
