/** Reads the definitions of a project, as they are now or at a commit. */
import type { DefinitionSources } from "../../core/definition.ts";
import type { Sources } from "../../core/program.ts";
import type { Entry } from "./definition-language.ts";
import { type LibraryAccess, LockedLibraries } from "./libraries.ts";
import type { ProjectFiles, RemoteFiles } from "./project-files.ts";
import { readClosure } from "./source-closure.ts";

/** What definitions may load besides files of their own project; nothing when absent. */
export interface OutsideFiles {
  libraries?: LibraryAccess;
  remote?: RemoteFiles;
}

/** A definition as it was read. */
export interface ReadDefinition extends Pick<DefinitionSources, "language" | "libraries"> {
  sources: Sources;
}

export interface ReadDefinitions {
  definitions: ReadDefinition[];
  /** "group/project@ref" of those that something was taken of that the lock file does not name. */
  unlocked: string[];
}

/** Those of the entries that are there, each with all it loads. Throws what reading throws. */
export async function readDefinitions(
  entries: readonly Entry[],
  own: ProjectFiles,
  { libraries: access, remote }: OutsideFiles,
): Promise<ReadDefinitions> {
  const definitions: ReadDefinition[] = [];
  const unlocked = new Set<string>();
  for (const { path, language } of entries) {
    const libraries = access === undefined ? undefined : new LockedLibraries({ own, ...access });
    const files = { own, ...(libraries !== undefined && { libraries }), ...(remote !== undefined && { remote }) };
    const sources = await readClosure(language.program, path, files);
    const used = libraries?.used ?? [];
    for (const project of libraries?.unlocked ?? []) unlocked.add(project);
    if (sources === undefined) continue;
    definitions.push({
      language: language.program.language,
      sources,
      ...(used.length > 0 && { libraries: used }),
    });
  }
  return { definitions, unlocked: [...unlocked].toSorted() };
}
