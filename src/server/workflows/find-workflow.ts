/** Which workflow a request means. */
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { ActiveWorkflow } from "../../core/workflows.ts";

/** Definitions of this project are for every project. */
export const everyProject = "*";

/** Whose runs are those of a workflow that is for every project, where a request names none. */
export const defaultProject = "local";

export interface WorkflowQuestion {
  name: string;
  /** As the engine knows it. */
  project?: string | undefined;
  version?: string | undefined;
}

export interface WorkflowToRun extends ActiveWorkflow {
  /** Whose run it will be. */
  runProject: string;
}

/**
 * The active definition of a name: of the version that is asked for, or the newest. Throws NOT_FOUND, and WORKFLOW_AMBIGUOUS when
 * several projects have it and the question names none.
 */
export function findWorkflow(engine: Pick<Engine, "activeWorkflows">, question: WorkflowQuestion): WorkflowToRun {
  const { name, project, version } = question;
  const seen = engine
    .activeWorkflows(name)
    .filter((each) => project === undefined || each.project === project || each.project === everyProject);
  const found = seen.filter((each) => version === undefined || each.workflow.version === version);
  const first = found[0];
  if (first === undefined) throw notFound(question, seen, engine);
  const projects = [...new Set(found.map((each) => each.project))];
  if (project === undefined && projects.length > 1) {
    throw new AutoFlowError("WORKFLOW_AMBIGUOUS", `several projects have a workflow ${name}: ${projects.join(", ")}`);
  }
  const runProject = project ?? (first.project === everyProject ? defaultProject : first.project);
  return { ...first, runProject };
}

function notFound(
  { name, project, version }: WorkflowQuestion,
  seen: readonly ActiveWorkflow[],
  engine: Pick<Engine, "activeWorkflows">,
): AutoFlowError {
  const where = project === undefined ? "" : ` in project ${project}`;
  if (seen.length > 0) {
    const versions = [...new Set(seen.map(({ workflow }) => workflow.version))].join(", ");
    return new AutoFlowError("NOT_FOUND", `the workflow ${name} has no version ${version}${where}`, {
      hint: `Its versions: ${versions}.`,
    });
  }
  const names = [...new Set(engine.activeWorkflows().map(({ workflow }) => workflow.name))].toSorted();
  const hint = names.length === 0 ? "There are no workflows." : `There is ${names.slice(0, 20).join(", ")}.`;
  return new AutoFlowError("NOT_FOUND", `there is no workflow ${JSON.stringify(name)}${where}`, { hint });
}
