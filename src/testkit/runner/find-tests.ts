/** Finds test files, and the projects that they belong to. */
import { existsSync } from "node:fs";
import { realpath, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { AutoFlowError } from "../../core/errors.ts";
import type { Program, Sources } from "../../core/program.ts";
import type { DefinitionLanguage } from "../../events/definitions/definition-language.ts";
import { EntryFinder } from "../../events/definitions/find-entries.ts";
import { FolderFiles } from "../../events/definitions/folder-files.ts";
import { listFolder } from "../../events/definitions/folder-listing.ts";
import { LockedLibraries, type LibraryAccess } from "../../events/definitions/libraries.ts";
import { readDefinitions } from "../../events/definitions/project-definitions.ts";
import { readingOnce } from "../../events/definitions/project-files.ts";
import { readClosure } from "../../events/definitions/source-closure.ts";
import type { TestedDefinition } from "../simulation.ts";

/** The files of one folder that belong together. */
export interface TestedProject {
  /** Absolute. */
  root: string;
  definitions: TestedDefinition[];
  /** Paths of the test files, from the root. */
  tests: string[];
}

const isTestFile = (file: string): boolean => file.endsWith("_test.star");

/** The test files in a folder, or the one file that is named, by their projects. Throws NOT_FOUND. */
export async function findTests(
  given: string,
  languages: readonly DefinitionLanguage[],
  libraries: LibraryAccess,
): Promise<TestedProject[]> {
  const found = await testFilesIn(given);
  const byRoot = Map.groupBy(found, projectFolder);
  const projects: TestedProject[] = [];
  for (const [root, files] of byRoot) {
    const tests = files.map((file) => path.relative(root, file).split(path.sep).join("/"));
    projects.push({ root, tests, definitions: await definitionsIn(root, languages, libraries) });
  }
  return projects;
}

/** The folders whose files take part in tests: those of the projects, and the one that was named. Throws NOT_FOUND. */
export async function testedFolders(given: string): Promise<string[]> {
  const files = await testFilesIn(given);
  const named = await realpath(given);
  const own = (await stat(named)).isFile() ? path.dirname(named) : named;
  return [...new Set([own, ...files.map(projectFolder)])];
}

async function testFilesIn(given: string): Promise<string[]> {
  const at = await realpath(given).catch(() => undefined);
  if (at === undefined)
    throw new AutoFlowError("NOT_FOUND", `there is no file or folder ${given}`, {
      hint: "Name a test file, or a folder with test files in it.",
    });
  if ((await stat(at)).isFile()) return [at];
  const { files } = await listFolder(at, isTestFile);
  return files.map((file) => path.join(at, file.path));
}

/** The nearest folder above a file with .git or .gitlab in it, else the file's own. */
function projectFolder(file: string): string {
  const own = path.dirname(file);
  for (let folder = own; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, ".git")) || existsSync(path.join(folder, ".gitlab"))) return folder;
    if (folder === path.dirname(folder)) return own;
  }
}

/** As a server takes them up from a folder. */
async function definitionsIn(
  root: string,
  languages: readonly DefinitionLanguage[],
  libraries: LibraryAccess,
): Promise<TestedDefinition[]> {
  const own = readingOnce(new FolderFiles(root));
  const listing = await listFolder(root, (file) => languages.some(({ claims }) => claims?.(file) ?? false));
  const found = await new EntryFinder(languages).find(listing, (file) => own.read(file));
  const { definitions } = await readDefinitions(found, own, { libraries });
  return definitions.map(({ language, sources }) => ({ language, sources }));
}

/** A test file with all it loads. */
export async function readTestFile(
  program: Program,
  root: string,
  file: string,
  access: LibraryAccess,
): Promise<{ text: string; sources: Sources }> {
  const own = new FolderFiles(root);
  const libraries = new LockedLibraries({ own, ...access });
  const sources = await readClosure(program, file, { own, libraries });
  const text = sources?.files.get(file) ?? (await readFile(path.join(root, file), "utf8"));
  return { text, sources: sources ?? { entry: file, files: new Map([[file, text]]) } };
}
