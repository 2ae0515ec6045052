/** The scripts and workflows that a command was pointed at. */
import { stat } from "node:fs/promises";
import { AutoFlowError } from "../../core/errors.ts";
import { readWorkflowFiles, type WorkflowFile } from "../workflows/workflow-files.ts";
import { findScripts } from "./find-scripts.ts";

export interface Linted {
  scripts: string[];
  workflows: WorkflowFile[];
}

/** A file is what its name says. Throws NOT_FOUND for what is not there, and for a folder that has neither. */
export async function findLinted(paths: readonly string[]): Promise<Linted> {
  const scripts = new Set<string>();
  const workflows: WorkflowFile[] = [];
  for (const given of paths) {
    const found = await lintedAt(given);
    for (const script of found.scripts) scripts.add(script);
    workflows.push(...found.workflows);
  }
  return { scripts: [...scripts], workflows };
}

async function lintedAt(given: string): Promise<Linted> {
  if ((await stat(given).catch(() => undefined))?.isDirectory() === true) return lintedIn(given);
  if (/\.(ya?ml|json)$/i.test(given)) return { scripts: [], workflows: (await readWorkflowFiles([given])).workflows };
  return { scripts: await findScripts([given]), workflows: [] };
}

async function lintedIn(folder: string): Promise<Linted> {
  const { workflows } = await readWorkflowFiles([folder]);
  try {
    return { scripts: await findScripts([folder]), workflows };
  } catch (error) {
    if (workflows.length === 0 || !(error instanceof AutoFlowError && error.code === "NOT_FOUND")) throw error;
    return { scripts: [], workflows };
  }
}
