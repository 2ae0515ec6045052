/** What is wrong with a version that compiles: an error keeps it from becoming the active one. */
import type { Description, Diagnostic, WorkflowDescription } from "../../core/program.ts";
import { scheduleProblem } from "../../events/schedule-times.ts";
import type { WorkflowIndex } from "./workflow-index.ts";

export interface ActivationContext {
  /** Of the active definitions. */
  readonly workflows: Pick<WorkflowIndex, "twin">;
  readonly checkDefinition?: ((workflow: WorkflowDescription, project: string) => readonly Diagnostic[]) | undefined;
}

/** `path` is that of the definition inside its project. */
export function activationProblems(
  { workflows, checkDefinition }: ActivationContext,
  { project, path }: { project: string; path: string },
  { workflow, triggers }: Description,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const twin = workflow && workflows.twin(project, path, workflow);
  if (twin !== undefined) problems.push(twinProblem(path, twin.workflow, twin.path));
  for (const { schedule, where } of triggers) {
    const message = schedule && scheduleProblem(schedule);
    if (message !== undefined) problems.push({ severity: "error", code: "SCHEDULE_INVALID", message, where });
  }
  return workflow === undefined ? problems : [...problems, ...(checkDefinition?.(workflow, project) ?? [])];
}

/** The definition of a path is a workflow that another one of the project is already. */
export function twinProblem(
  path: string,
  { name, version }: { name: string; version: string },
  other: string,
): Diagnostic {
  return {
    severity: "error",
    code: "WORKFLOW_TWICE",
    message: `the workflow ${name} of version ${version} is already defined in ${other}: give one of them another id or version`,
    where: { file: path, line: 1, column: 1 },
  };
}
