/** The scripts that a command was pointed at. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { AutoFlowError } from "../../core/errors.ts";

/** Folders that hold no scripts of the project itself. */
const skipped = new Set(["node_modules", ".git", "dist", "vendor"]);

/** Files as they were given, and the `*.star` files in folders, each once. Throws NOT_FOUND for what is not there, and for a folder without any. */
export async function findScripts(given: readonly string[]): Promise<string[]> {
  const found = await Promise.all(given.map(scriptsAt));
  return [...new Set(found.flat())];
}

async function scriptsAt(given: string): Promise<string[]> {
  const found = await filesAt(given);
  if (found.length === 0) throw new AutoFlowError("NOT_FOUND", `there are no *.star files in ${given}`, { hint });
  return found;
}

const hint = "Name files of scripts, or folders that have some.";

async function filesAt(given: string): Promise<string[]> {
  try {
    const info = await stat(given);
    return info.isDirectory() ? await scriptsIn(given) : [given];
  } catch (error) {
    throw new AutoFlowError("NOT_FOUND", `cannot read ${given}: ${(error as Error).message}`, { hint });
  }
}

/**
 * The scripts of a project. A folder that is no project's (without .git or .gitlab) may be somebody's home: only the files directly in
 * it count. Folders that cannot be read are left out.
 */
export async function projectScripts(root: string): Promise<string[]> {
  if (existsSync(path.join(root, ".git")) || existsSync(path.join(root, ".gitlab"))) return scriptsIn(root, () => []);
  const names = await readdir(root);
  return names.filter((name) => name.endsWith(".star")).map((name) => path.join(root, name));
}

/** The `*.star` files below a folder, in order. */
async function scriptsIn(folder: string, whenUnreadable: (error: unknown) => [] = rethrow): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(whenUnreadable);
  const found = await Promise.all(
    entries
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) return skipped.has(entry.name) ? [] : scriptsIn(file, whenUnreadable);
        return entry.isFile() && entry.name.endsWith(".star") ? [file] : [];
      }),
  );
  return found.flat();
}

function rethrow(error: unknown): never {
  throw error;
}
