/** What to say about definitions, and triggers of them, that are not there. */
import { AutoFlowError } from "../../core/errors.ts";
import type { TriggerDescription } from "../../core/program.ts";

/** `path` is that of the definition inside its project. */
export interface DefinitionName {
  project: string;
  path: string;
}

export function noDefinition({ project, path }: DefinitionName): AutoFlowError {
  return new AutoFlowError("NOT_FOUND", `there is no definition ${path} in project ${project}`);
}

/** Throws NOT_FOUND, which names the triggers there are. */
export function requireTrigger(
  { project, path }: DefinitionName,
  triggers: readonly TriggerDescription[],
  name: string,
): void {
  if (triggers.some((trigger) => trigger.name === name)) return;
  throw new AutoFlowError("NOT_FOUND", `there is no trigger ${name} in ${path} of project ${project}`, {
    hint:
      triggers.length === 0
        ? "It has no triggers."
        : `Its triggers: ${triggers.map((trigger) => trigger.name).join(", ")}.`,
  });
}
