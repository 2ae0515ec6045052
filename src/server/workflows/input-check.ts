/** Whether an input fits the schema of a workflow. */
import { Ajv, type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import type { JsonSchema, WorkflowDescription } from "../../core/program.ts";
import { AutoFlowError } from "../../core/errors.ts";

type Check = (value: unknown) => string[];

const checks = new WeakMap<JsonSchema, Check>();

/** One line for each thing that does not fit; none where anything fits. */
export function inputViolations({ inputSchema, mayDiffer }: WorkflowDescription, input: unknown): string[] {
  if (inputSchema === undefined || mayDiffer === true) return [];
  let check = checks.get(inputSchema);
  if (check === undefined) checks.set(inputSchema, (check = compile(inputSchema)));
  return check(input);
}

/** Throws WORKFLOW_INPUT_INVALID with one line for each thing that does not fit. */
export function requireInput(workflow: WorkflowDescription, input: unknown): void {
  const violations = inputViolations(workflow, input);
  if (violations.length === 0) return;
  throw new AutoFlowError("WORKFLOW_INPUT_INVALID", violations.join("\n"), { data: { violations } });
}

function compile({ path, documents }: JsonSchema): Check {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false });
  (addFormats as unknown as (target: Ajv) => void)(ajv);
  const { $schema: _, ...schema } = JSON.parse(documents[path] ?? "{}") as Record<string, unknown>;
  for (const [name, text] of Object.entries(documents)) {
    if (name !== path) ajv.addSchema(JSON.parse(text) as object, name);
  }
  const validate = ajv.compile({ ...schema, $id: path });
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(line));
}

function line({ instancePath, message = "does not fit", params }: ErrorObject): string {
  const allowed = "allowedValues" in params ? `: ${JSON.stringify(params["allowedValues"])}` : "";
  return `$${instancePath.replaceAll("/", ".")}: ${message}${allowed}`;
}
