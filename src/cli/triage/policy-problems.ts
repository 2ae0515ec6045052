/** What is wrong with a policy file, as the linter shows it: what loading it says. */
import { existsSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { triage } from "../../languages/triage/program.ts";
import { projectFolder, seenFromHere } from "../script-file.ts";
import type { ScriptProblem } from "../scripts/check-script.ts";

const policyName = ".triage-policies.yml";

/** The policy file of a folder, if it has one. */
export function policyIn(folder: string): string | undefined {
  const file = path.join(folder, policyName);
  return existsSync(file) ? file : undefined;
}

/** By its name, whoever's policies it has; else by the key that every policy file has and no workflow. */
export async function isPolicy(file: string): Promise<boolean> {
  if (path.basename(file) === policyName) return true;
  if (!/\.ya?ml$/i.test(file)) return false;
  return /^["']?resource_rules["']?[ \t]*:/m.test(await readFile(file, "utf8").catch(() => ""));
}

/** Paths are as the user can open them from here. */
export async function policyProblems(file: string): Promise<ScriptProblem[]> {
  const real = await realpath(file);
  const root = projectFolder(real);
  const entry = path.relative(root, real).split(path.sep).join("/");
  const compilation = triage.compile({ entry, files: new Map([[entry, await readFile(real, "utf8")]]) }, "handlers");
  let result = compilation.step(1_000_000);
  while (result === "running") result = compilation.step(1_000_000);
  return result.diagnostics.map(({ severity, code, message, where }) => {
    const place = { line: where.line, column: where.column };
    const { file: shown } = seenFromHere(root, where);
    const none = { fixes: [], unnecessary: false, span: { start: 0, end: 0 } };
    return { ...place, file: shown, end: place, severity, rule: code, message, ...none };
  });
}
