/** Workflow files that the command line was pointed at, each with everything it refers to. */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { AutoFlowError } from "../../core/errors.ts";
import type { Sources } from "../../core/program.ts";
import { EntryFinder } from "../../events/definitions/find-entries.ts";
import { FolderFiles } from "../../events/definitions/folder-files.ts";
import { listFolder } from "../../events/definitions/folder-listing.ts";
import { readDefinitions } from "../../events/definitions/project-definitions.ts";
import { definitionLanguages } from "../../server/definition-languages.ts";
import { language } from "../../languages/serverless-workflow/image.ts";
import { projectFolder } from "../script-file.ts";

/** A workflow and the folder that the paths of its sources are relative to. */
export interface WorkflowFile {
  root: string;
  sources: Sources;
}

export interface WorkflowFiles {
  workflows: WorkflowFile[];
  /** What is wrong with files that workflows are made of, in sentences. */
  problems: string[];
}

const workflows = definitionLanguages.filter(({ program }) => program.language === language);

/**
 * The workflows of folders, and those that files are or hold. Throws NOT_FOUND for what cannot be read, and for a file that is no
 * workflow.
 */
export async function readWorkflowFiles(paths: readonly string[]): Promise<WorkflowFiles> {
  const found: WorkflowFiles = { workflows: [], problems: [] };
  for (const given of paths) {
    const { workflows: more, problems } = await readPath(given);
    found.workflows.push(...more);
    found.problems.push(...problems);
  }
  return found;
}

async function readPath(given: string): Promise<WorkflowFiles> {
  const real = await realpath(given).catch((cause: unknown) => {
    throw new AutoFlowError("NOT_FOUND", `cannot read ${given}: there is no such file or folder`, { cause });
  });
  if ((await stat(real)).isDirectory()) return readFolder(real, () => true);
  const root = projectFolder(real);
  const inside = path.relative(root, real).split(path.sep).join("/");
  const folder = path.posix.dirname(inside);
  // What a file of Kubernetes objects needs may be in the files beside it.
  const beside = await readFolder(root, (file) => file === inside || path.posix.dirname(file) === folder);
  const own = beside.workflows.filter(({ sources: { entry } }) => entry === inside || entry.startsWith(`${inside}#`));
  if (own.length > 0) return { ...beside, workflows: own };
  throw new AutoFlowError("NOT_FOUND", `${given} is no workflow`, {
    hint: "Name a *.sw.yaml, *.sw.yml or *.sw.json file, or a file with a SonataFlow object.",
  });
}

async function readFolder(root: string, isWanted: (file: string) => boolean): Promise<WorkflowFiles> {
  const files = new FolderFiles(root);
  const listing = await listFolder(root, (file) => isWanted(file) && workflows.some((one) => one.claims?.(file)));
  const entries = await new EntryFinder(workflows).find(listing, (file) => files.read(file));
  const { definitions, problems } = await readDefinitions(entries, files, {});
  const cut = entries.cut === undefined ? [] : [entries.cut];
  return { workflows: definitions.map(({ sources }) => ({ root, sources })), problems: [...problems, ...cut] };
}
