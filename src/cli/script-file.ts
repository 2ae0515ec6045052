/** A script that the command line was pointed at, with everything it loads. */
import { existsSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import type { DefinitionSources } from "../core/definition.ts";
import { AutoFlowError, type Location } from "../core/errors.ts";
import type { EntryMode, Program } from "../core/program.ts";
import { scriptPath } from "../events/definitions/definition-source.ts";
import { functionName } from "../languages/starlark/run/function-file.ts";
import { FolderFiles } from "../events/definitions/folder-files.ts";
import { LockedLibraries, type LibraryAccess } from "../events/definitions/libraries.ts";
import { readClosure } from "../events/definitions/source-closure.ts";

export interface ScriptFile {
  /** Absolute, with symbolic links resolved: the same file has one. */
  file: string;
  /** The folder that the paths of `sources` are relative to. */
  root: string;
  sources: DefinitionSources["sources"];
  /** Other projects whose files are among the sources. */
  libraries: NonNullable<DefinitionSources["libraries"]>;
  mode: EntryMode;
}

/** Reads a script and what it loads, as far as it is there. Throws NOT_FOUND when the file itself cannot be read. */
export async function readScript(program: Program, given: string, access: LibraryAccess): Promise<ScriptFile> {
  const text = await readEntry(given);
  const file = await realpath(given);
  const root = projectFolder(file);
  const entry = path.relative(root, file).split(path.sep).join("/");
  const own = new FolderFiles(root);
  const libraries = new LockedLibraries({ own, ...access });
  const sources = await readClosure(program, entry, { own, libraries });
  if (sources === undefined) throw unreadable(given, "it has gone");
  return { file, root, sources, libraries: libraries.used, mode: modeOf(entry, text) };
}

async function readEntry(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw unreadable(file, reasons.get(code) ?? message);
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder"],
]);

function unreadable(file: string, why: string): AutoFlowError {
  return new AutoFlowError("NOT_FOUND", `cannot read ${file}: ${why}`, { hint: "Name the file of a script." });
}

/** The project that a file belongs to: the nearest folder above with .git or .gitlab in it, else the file's own folder. */
export function projectFolder(file: string): string {
  const own = path.dirname(file);
  for (let folder = own; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, ".git")) || existsSync(path.join(folder, ".gitlab"))) return folder;
    if (folder === path.dirname(folder)) return own;
  }
}

/** The script of a project reacts to events, and so does another that registers a handler; the rest run from top to bottom. */
export function modeOf(entry: string, text: string): EntryMode {
  return entry === scriptPath || functionName(entry) !== undefined || /^\s*on_(event|schedule)\s*\(/m.test(text)
    ? "handlers"
    : "driver";
}

/** A place in a project, at a path that can be opened from here; files of the library and of other projects keep their names. */
export function seenFromHere(root: string, where: Location): Location {
  return where.file.startsWith("@") ? where : { ...where, file: path.relative("", path.join(root, where.file)) };
}
