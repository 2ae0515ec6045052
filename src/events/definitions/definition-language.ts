/** How the definitions of a language are found among the files of a project. */
import type { Program } from "../../core/program.ts";

export interface DefinitionLanguage {
  program: Pick<Program, "language" | "dependencies">;
  /** The path of the one definition that a project may always have. */
  fixed?: string;
  /** Whether the file at a path is a definition: as its name tells, or else ("perhaps") as `isDefinition` tells of its text. */
  claims?(path: string): boolean | "perhaps";
  isDefinition?(text: string): boolean;
}

/** A file of a project, and the language of which it is a definition. */
export interface Entry {
  path: string;
  language: DefinitionLanguage;
}

/** Folders that hold copies, or what others wrote. */
const passedOver = new Set(["node_modules", "target", "build", "dist", "out"]);

const maxDepth = 16;

/** Whether definitions are looked for in a folder of this name, so many levels below the project's root. */
export function isSearched(name: string, depth: number): boolean {
  if (depth > maxDepth || passedOver.has(name)) return false;
  return !name.startsWith(".") || name === ".gitlab";
}

/** Whether definitions are looked for in the folder of a file. */
export function isInSearchedFolder(path: string): boolean {
  return path
    .split("/")
    .slice(0, -1)
    .every((name, i) => isSearched(name, i + 1));
}
