import path from "node:path";
import type { Command } from "commander";
import type { Diagnostic } from "../../core/program.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { describeDiagnostic } from "../failures.ts";
import { print, say } from "../output.ts";
import { readScript } from "../script-file.ts";

/** Steps of compiling between two looks at the clock; nothing else waits here. */
const budget = 1_000_000;

/** autoflow lint: exits with 1 when there is an error. */
export function configureLint(command: Command): void {
  command
    .description(
      "Compile scripts and report their problems as file:line:column. Nothing is run and no server is asked.",
    )
    .argument("<files...>", "the scripts; what they load is compiled too")
    .addHelpText("after", "\nExample:\n  autoflow lint .gitlab/autoflow/main.star")
    .action(lint);
}

async function lint(files: string[]): Promise<void> {
  const problems = (await Promise.all(files.map(problemsOf))).flat();
  for (const problem of problems) print(describeDiagnostic(problem));
  const errors = problems.filter((problem) => problem.severity === "error").length;
  if (errors > 0) process.exitCode = 1;
  const checked = `${files.length} ${files.length === 1 ? "script" : "scripts"}`;
  say(
    problems.length === 0
      ? `${checked}: no problems`
      : `${checked}: ${errors} errors, ${problems.length - errors} warnings`,
  );
}

/** The problems of a script, at files as the user can open them from here. */
async function problemsOf(file: string): Promise<Diagnostic[]> {
  const { root, sources, mode } = await readScript(starlark, file);
  const compilation = starlark.compile(sources, mode);
  let result = compilation.step(budget);
  while (result === "running") result = compilation.step(budget);
  return result.diagnostics.map((diagnostic) => {
    const where = { ...diagnostic.where, file: path.relative("", path.join(root, diagnostic.where.file)) };
    return { ...diagnostic, where };
  });
}
