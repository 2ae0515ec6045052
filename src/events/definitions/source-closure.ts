/** A script and everything it loads, directly or through others. */
import { AutoFlowError } from "../../core/errors.ts";
import type { Program, Sources } from "../../core/program.ts";

/** The text at a path inside the project, or undefined when there is none. */
export type ReadSource = (path: string) => Promise<string | undefined>;

const maxFiles = 500;
const maxCharacters = 4 * 1024 * 1024;
const readAtOnce = 8;

/**
 * Reads `entry` and all that it loads. Undefined when there is no entry; a loaded file that is not there is left out, and the
 * compiler says where it was asked for. Throws SCRIPT_LOAD_FAILED past 500 files or 4 Mi characters, and what `read` throws.
 */
export async function readClosure(
  program: Pick<Program, "dependencies">,
  entry: string,
  read: ReadSource,
): Promise<Sources | undefined> {
  const asked = new Set([entry]);
  const texts = new Map<string, string>();
  let characters = 0;
  let wave = [entry];
  while (wave.length > 0) {
    const next: string[] = [];
    for (const [path, text] of await readAll(wave, read)) {
      texts.set(path, text);
      characters += text.length;
      next.push(...program.dependencies(path, text));
    }
    wave = [...new Set(next)].filter((path) => !asked.has(path));
    for (const path of wave) asked.add(path);
    if (asked.size > maxFiles || characters > maxCharacters) throw tooMuch(entry);
  }
  if (!texts.has(entry)) return undefined;
  // In one order, so that the same texts are the same definition wherever they come from.
  return { entry, files: new Map([...texts].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Those of the paths that there is a text for. */
async function readAll(paths: readonly string[], read: ReadSource): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (let from = 0; from < paths.length; from += readAtOnce) {
    const some = paths.slice(from, from + readAtOnce).filter(isInside);
    const texts = await Promise.all(some.map(read));
    texts.forEach((text, i) => {
      if (text !== undefined) found.push([some[i]!, text]);
    });
  }
  return found;
}

/** Whether a path stays inside the project: segments with names, no ".." and nothing that a file system reads differently. */
export function isInside(path: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (path === "" || /[\\\u0000]/.test(path)) return false;
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

function tooMuch(entry: string): AutoFlowError {
  return new AutoFlowError(
    "SCRIPT_LOAD_FAILED",
    `${entry} loads more than ${maxFiles} files, or more than 4 MiB of text`,
    {
      hint: "Load less: a definition is compiled into one image.",
    },
  );
}
