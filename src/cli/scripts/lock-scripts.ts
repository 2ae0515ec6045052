/** Which scripts of a project load files of other projects, and what stands in the way of that. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Diagnostic, Sources } from "../../core/program.ts";
import { parseOtherProjectPath } from "../../core/source-path.ts";
import type { FolderFiles } from "../../events/definitions/folder-files.ts";
import type { Libraries } from "../../events/definitions/libraries.ts";
import { readClosure } from "../../events/definitions/source-closure.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { modeOf } from "../script-file.ts";
import { projectScripts } from "./find-scripts.ts";

/** Text in which something of another project may be loaded. */
const mayLoadOthers = /["']@[^"'@\n]+\/\/[^"'@\n]+@/;
const own = ".gitlab/autoflow/";

/** Paths of the scripts in AutoFlow's own folder, and of all others that may load files of other projects. */
export async function scriptsToLock(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of await projectScripts(root)) {
    const inside = path.relative(root, file).split(path.sep).join("/");
    if (inside.startsWith(own) || mayLoadOthers.test(await readFile(file, "utf8"))) found.push(inside);
  }
  return found;
}

/** Reads a script and all it loads. Answers what of other projects cannot be had, and why the loads of a file cannot be known. */
export async function lockProblems(script: string, files: FolderFiles, libraries: Libraries): Promise<Diagnostic[]> {
  const sources = await readClosure(starlark, script, { own: files, libraries });
  if (sources === undefined) return [];
  // With one step nothing is evaluated: the modules are put together, which tells all that is missing.
  const mode = modeOf(script, sources.files.get(script) ?? "");
  const compilation = starlark.compile(sources, mode, { stepsPerTurn: 1 });
  let result = compilation.step(1);
  while (result === "running") result = compilation.step(1);
  const problems = result.diagnostics.filter((problem) => stopsLocking(problem, sources));
  return [...problems, ...untold(script, sources, problems)];
}

/** What is missing where the compiler did not come to the load, since something else is wrong in that file. */
function untold(script: string, { missing }: Sources, told: readonly Diagnostic[]): Diagnostic[] {
  return [...(missing ?? [])].flatMap(([file, { reason = "there is no such file" }]): Diagnostic[] => {
    const isTold = told.some(({ message }) => message.includes(file));
    if (isTold || parseOtherProjectPath(file) === undefined) return [];
    const where = { file: script, line: 1, column: 1 };
    return [{ severity: "error", code: "SCRIPT_LOAD_FAILED", message: `load: ${file}: ${reason}`, where }];
  });
}

function stopsLocking({ severity, code, message, where }: Diagnostic, { files, missing }: Sources): boolean {
  if (severity !== "error") return false;
  if (code !== "SCRIPT_SYNTAX") {
    return [...(missing?.keys() ?? [])].some(
      (file) => parseOtherProjectPath(file) !== undefined && message.includes(file),
    );
  }
  const text = files.get(where.file) ?? "";
  return mayLoadOthers.test(text) && starlark.dependencies(where.file, text).length === 0;
}
