/** Definitions that are started by name, and what a run of one begins with. */
import type { WorkflowEntry } from "../../run/workflow-index.ts";
import type { NewRun, TemporalContext } from "./context.ts";

/** The version of a definition that a run is to begin with. */
export type FoundWorkflow = Pick<
  NewRun,
  "definition" | "definitionProject" | "image" | "commit" | "author" | "workflow"
>;

/** The newest version, or the one that is named. Undefined when there is none, also not since a moment ago. */
export async function findWorkflow(
  { registry }: Pick<TemporalContext, "registry">,
  project: string,
  name: string,
  version: string | undefined,
): Promise<{ entry: WorkflowEntry; found: FoundWorkflow } | undefined> {
  const look = (): ReturnType<typeof lookUp> => lookUp(registry, registry.workflows.find(project, name, version));
  const known = look();
  if (known !== undefined) return known;
  await registry.refresh();
  return look();
}

function lookUp(
  registry: TemporalContext["registry"],
  entry: WorkflowEntry | undefined,
): { entry: WorkflowEntry; found: FoundWorkflow } | undefined {
  if (entry === undefined) return undefined;
  const record = registry.find(entry.project, entry.path);
  if (record?.imageHash === undefined || record.removed !== undefined) return undefined;
  const { path, project, language, imageHash, commit, author } = record;
  const { name, version, environment } = entry.workflow;
  const found: FoundWorkflow = {
    definition: path,
    definitionProject: project,
    image: { hash: imageHash, language },
    workflow: { name, version, environment },
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
  };
  return { entry, found };
}
