/** What a workflow needs of its environment and does not get. */
import type { SecretSource, VariableSource } from "../../core/action.ts";
import type { Diagnostic, WorkflowDescription } from "../../core/program.ts";

/** WORKFLOW_ENVIRONMENT, a warning, for each name that a property refers to and a project does not give. */
export function missingEnvironment(
  { needs = [] }: WorkflowDescription,
  project: string,
  { variables, secrets }: { variables: VariableSource; secrets: SecretSource },
): Diagnostic[] {
  const asked = needs.flatMap(({ spellings }) => spellings);
  if (asked.length === 0) return [];
  const given = new Set([...Object.keys(variables.values(project, asked)), ...secrets.names(project, asked)]);
  return needs
    .filter(({ spellings }) => !spellings.some((spelling) => given.has(spelling)))
    .map(({ spellings: [name], property, at }) => ({
      severity: "warning",
      code: "WORKFLOW_ENVIRONMENT",
      message: `the property ${property} refers to ${name}, which the environment does not give: runs will not have it`,
      where: at,
    }));
}
