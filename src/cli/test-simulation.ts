/** What definitions under test can do, and what they are checked against: as on a server, but for the outside. */
import { echoAction } from "../actions/echo.ts";
import { createJsonSchemaAction } from "../actions/json-schema.ts";
import type { WorkflowDescription } from "../core/program.ts";
import { schemaProblems } from "../schema/definition-schemas.ts";
import { programs } from "../server/definition-languages.ts";
import { createValidator } from "../server/validation/validator.ts";
import { inputViolations } from "../server/workflows/input-check.ts";
import type { SimulationOptions } from "../testkit/simulation.ts";

/** As of a configuration that says nothing of `validation`. */
const validationDefaults = { timeoutMs: 5000, maxTimeoutMs: 30_000, onFailure: "deny" } as const;

export function testSimulation(): SimulationOptions {
  const secrets = { value: () => undefined, names: () => [] };
  return {
    programs,
    actions: [echoAction, createJsonSchemaAction({ secrets })],
    checkInput: (workflow: WorkflowDescription, input: string) => inputViolations(workflow, JSON.parse(input)),
    checkDefinition: (workflow: WorkflowDescription) => schemaProblems(workflow),
    createJudge: (parts) => createValidator({ ...parts, ...validationDefaults, projectName: (project) => project }),
  };
}
