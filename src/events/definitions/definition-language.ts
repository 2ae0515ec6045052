/** How the definitions of a language are found among the files of a project. */
import type { Program } from "../../core/program.ts";

export interface DefinitionLanguage {
  program: Pick<Program, "language" | "dependencies">;
  /** The path of the one definition that a project may always have. */
  fixed?: string;
  /** Whether the file at a path is a definition: as its name tells, or "perhaps", together with others, as their texts tell. */
  claims?: (path: string) => boolean | "perhaps";
  /** Of a text that may hold definitions, or what they are made of: whether it does. */
  isPart?: (text: string) => boolean;
  /** The definitions in such texts by path. */
  unpack?: (parts: ReadonlyMap<string, string>) => { definitions: UnpackedDefinition[]; problems: string[] };
}

/** A definition that is no file of its own. */
export interface UnpackedDefinition {
  /** Names it in its project for good: the path of a file, and perhaps more. */
  entry: string;
  /** Texts by path, the entry among them, that are there for it beside the project's files. */
  files: ReadonlyMap<string, string>;
}

/** A file of a project that is a definition, and its language. */
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
