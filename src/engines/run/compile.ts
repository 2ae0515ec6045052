/** Compiles sources in slices, so that a script whose top level computes for long delays nobody. */
import type { DefinitionSources } from "../../core/definition.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { CompileResult, EntryMode, Limits, Program } from "../../core/program.ts";

const budget = 50_000;

/** Image or problems. Throws REQUEST_INVALID for an unknown language. */
export async function compileSources(
  programs: ReadonlyMap<string, Program>,
  definition: DefinitionSources,
  mode: EntryMode,
  limits: Limits,
): Promise<CompileResult> {
  const program = programs.get(definition.language);
  if (program === undefined)
    throw new AutoFlowError("REQUEST_INVALID", `there is no language ${JSON.stringify(definition.language)}`);
  const compilation = program.compile(definition.sources, mode, limits);
  for (;;) {
    const result = compilation.step(budget);
    if (result !== "running") return result;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
