/** What keeps a version that compiles from becoming the active one. */
import type { Description, Diagnostic } from "../../core/program.ts";
import { scheduleProblem } from "../../events/schedule-times.ts";
import type { DefinitionRecord } from "./store/definitions.ts";
import type { WorkflowIndex } from "./workflow-index.ts";

export function activationProblems(
  workflows: WorkflowIndex,
  { project, path }: DefinitionRecord,
  { workflow, triggers }: Description,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const twin = workflow && workflows.twin(project, path, workflow);
  if (twin !== undefined) {
    const { name, version } = twin.workflow;
    problems.push({
      severity: "error",
      code: "WORKFLOW_TWICE",
      message: `the workflow ${name} of version ${version} is already defined in ${twin.path}: give one of them another id or version`,
      where: { file: path, line: 1, column: 1 },
    });
  }
  for (const { schedule, where } of triggers) {
    const message = schedule && scheduleProblem(schedule);
    if (message !== undefined) problems.push({ severity: "error", code: "SCHEDULE_INVALID", message, where });
  }
  return problems;
}
