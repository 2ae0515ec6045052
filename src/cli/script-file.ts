/** A script that the command line was pointed at, with everything it loads. */
import { existsSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { AutoFlowError } from "../core/errors.ts";
import type { EntryMode, Program, Sources } from "../core/program.ts";
import { scriptPath } from "../events/definitions/definition-source.ts";
import { readClosure } from "../events/definitions/source-closure.ts";

export interface ScriptFile {
  /** Absolute, with symbolic links resolved: the same file has one. */
  file: string;
  /** The folder that the paths of `sources` are relative to. */
  root: string;
  sources: Sources;
  mode: EntryMode;
}

/** Reads a script and what it loads, as far as it is there. Throws NOT_FOUND when the file itself cannot be read. */
export async function readScript(program: Program, given: string): Promise<ScriptFile> {
  const text = await readEntry(given);
  const file = await realpath(given);
  const root = projectFolder(file);
  const entry = path.relative(root, file).split(path.sep).join("/");
  const sources = await readClosure(program, entry, (wanted) => readLoaded(path.join(root, wanted)));
  if (sources === undefined) throw unreadable(given, "it has gone");
  return { file, root, sources, mode: modeOf(entry, text) };
}

async function readEntry(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
}

/** What is not there is left to the compiler, which knows where it was asked for. */
async function readLoaded(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

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
  return entry === scriptPath || /^\s*on_event\s*\(/m.test(text) ? "handlers" : "driver";
}
