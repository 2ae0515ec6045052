/** What is wrong with a version that compiles: an error keeps it from becoming the active one. */
import type { Description, Diagnostic } from "../../core/program.ts";
import { scheduleProblem } from "../../events/schedule-times.ts";
import type { Core } from "./core.ts";
import type { DefinitionRecord } from "./store/definitions.ts";

export function activationProblems(
  { starts, options }: Core,
  { project, path }: DefinitionRecord,
  { workflow, triggers }: Description,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const twin = workflow && starts.workflows.twin(project, path, workflow);
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
  return workflow === undefined ? problems : [...problems, ...(options.checkDefinition?.(workflow, project) ?? [])];
}
