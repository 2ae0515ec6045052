/** The scripts, workflows and policies that a command was pointed at. */
import { stat } from "node:fs/promises";
import { AutoFlowError } from "../../core/errors.ts";
import { readWorkflowFiles, type WorkflowFile } from "../workflows/workflow-files.ts";
import { isPolicy, policyIn } from "../triage/policy-problems.ts";
import { findScripts } from "./find-scripts.ts";

export interface Linted {
  scripts: string[];
  workflows: WorkflowFile[];
  /** Files of triage policies. */
  policies: string[];
}

/** A file is what its name says. Throws NOT_FOUND for what is not there, and for a folder that has none of them. */
export async function findLinted(paths: readonly string[]): Promise<Linted> {
  const scripts = new Set<string>();
  const workflows: WorkflowFile[] = [];
  const policies = new Set<string>();
  for (const given of paths) {
    const found = await lintedAt(given);
    for (const script of found.scripts) scripts.add(script);
    for (const policy of found.policies) policies.add(policy);
    workflows.push(...found.workflows);
  }
  return { scripts: [...scripts], workflows, policies: [...policies] };
}

async function lintedAt(given: string): Promise<Linted> {
  if ((await stat(given).catch(() => undefined))?.isDirectory() === true) return lintedIn(given);
  if (await isPolicy(given)) return { scripts: [], workflows: [], policies: [given] };
  if (/\.(ya?ml|json)$/i.test(given)) {
    const { workflows } = await readWorkflowFiles([given]);
    return { scripts: [], workflows, policies: [] };
  }
  return { scripts: await findScripts([given]), workflows: [], policies: [] };
}

async function lintedIn(folder: string): Promise<Linted> {
  const { workflows } = await readWorkflowFiles([folder]);
  const policy = policyIn(folder);
  const policies = policy === undefined ? [] : [policy];
  try {
    return { scripts: await findScripts([folder]), workflows, policies };
  } catch (error) {
    const isOther = workflows.length + policies.length === 0;
    if (isOther || !(error instanceof AutoFlowError && error.code === "NOT_FOUND")) throw error;
    return { scripts: [], workflows, policies };
  }
}
