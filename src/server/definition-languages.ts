/** The languages that AutoFlow runs, and how their definitions are found among the files of a project. */
import type { Program } from "../core/program.ts";
import type { DefinitionLanguage } from "../events/definitions/definition-language.ts";
import { scriptPath } from "../events/definitions/definition-source.ts";
import { starlark } from "../languages/starlark/program.ts";

interface Language extends DefinitionLanguage {
  program: Program;
}

export const definitionLanguages: readonly Language[] = [{ program: starlark, fixed: scriptPath }];

/** What executes the images of each language, by its name. */
export const programs: ReadonlyMap<string, Program> = new Map(
  definitionLanguages.map(({ program }) => [program.language, program]),
);
