/** Other projects as Git repositories on this machine: clones, with or without a working tree. */
import { stat } from "node:fs/promises";
import { AutoFlowError } from "../../core/errors.ts";
import type { MissingFile } from "../../core/program.ts";
import { git, gitBytes } from "./git-command.ts";
import { maxFileBytes, tooLarge, type OtherProjects, type ProjectFiles } from "./project-files.ts";

/** Reads commits only: what is not committed in a clone is not there. Nothing is ever fetched. */
export class GitProjects implements OtherProjects {
  readonly #folders: ReadonlyMap<string, string>;

  /** `folders` are the repositories by the full paths of the projects. */
  constructor(folders: ReadonlyMap<string, string>) {
    this.#folders = folders;
  }

  async commitOf(project: string, ref: string): Promise<string> {
    const folder = await this.#folderOf(project);
    for (const name of [`refs/tags/${ref}`, `refs/heads/${ref}`, `refs/remotes/origin/${ref}`, ...shaOf(ref)]) {
      const commit = await git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`])
        // Exit code 1 is Git's way to say that there is none.
        .catch((error: unknown) => noneWhen(1, error, project));
      if (commit !== undefined) return commit.trim();
    }
    throw unavailable(`the repository ${folder} has no tag, branch or commit ${JSON.stringify(ref)}`, {
      hint: "Fetch it into the repository, or load another one.",
    });
  }

  at(project: string, commit: string): ProjectFiles {
    return { read: async (path) => readAt(await this.#folderOf(project), commit, path) };
  }

  async #folderOf(project: string): Promise<string> {
    const folder = this.#folders.get(project);
    if (folder === undefined) throw unavailable(`there is no folder for ${project}`);
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() === true) return folder;
    throw unavailable(`the folder ${folder}, where ${project} is looked for, is not there`);
  }
}

function shaOf(ref: string): string[] {
  return /^[0-9a-f]{7,64}$/i.test(ref) ? [ref] : [];
}

async function readAt(folder: string, commit: string, path: string): Promise<Uint8Array | MissingFile> {
  const [entry] = await listing(folder, ["-l", commit, "--", path]);
  const [, mode, type, object, size] = /^(\d+) (\w+) (\w+) +(\S+)\t/.exec(entry ?? "") ?? [];
  if (mode === "120000") return { reason: "it is a symbolic link" };
  if (type !== "blob" || object === undefined) return { siblings: await siblingsOf(folder, commit, path) };
  if (Number(size) > maxFileBytes) return tooLarge;
  return gitBytes(folder, ["--no-replace-objects", "cat-file", "blob", object]).catch(broken);
}

async function siblingsOf(folder: string, commit: string, path: string): Promise<string[]> {
  const parent = path.slice(0, path.lastIndexOf("/") + 1);
  const entries = await listing(folder, [commit, ...(parent === "" ? [] : ["--", parent])]);
  return entries.flatMap((entry) =>
    entry.includes(" blob ") ? [entry.slice(entry.indexOf("\t") + 1 + parent.length)] : [],
  );
}

async function listing(folder: string, args: readonly string[]): Promise<string[]> {
  const text = await git(folder, ["--no-replace-objects", "ls-tree", "--full-tree", "-z", ...args]).catch(broken);
  return text.split("\0").filter((entry) => entry !== "");
}

function noneWhen(exitCode: number, error: unknown, project: string): undefined {
  if ((error as { code?: unknown }).code === exitCode) return undefined;
  return broken(error, project);
}

function broken(error: unknown, what = "a Git repository"): never {
  const { stderr } = error as { stderr?: Buffer };
  const said = stderr?.toString("utf8").trim() || String(error);
  throw unavailable(`${what} cannot be read with Git: ${said}`, { cause: error });
}

function unavailable(message: string, details: ConstructorParameters<typeof AutoFlowError>[2] = {}): AutoFlowError {
  return new AutoFlowError("SCRIPT_SOURCE_UNAVAILABLE", message, details);
}
