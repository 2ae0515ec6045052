/** What Git says about files of a folder. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { git } from "./git-command.ts";

export interface GitCommit {
  commit: string;
  /** "Name <address>". */
  author: string;
}

/**
 * The commit that a folder's files come from: HEAD, when every one of `files` (relative to the folder) is there as it is now, byte by
 * byte. Undefined when one differs or is not tracked, outside of a repository, and where there is no Git.
 */
export async function gitCommitOf(folder: string, files: readonly string[]): Promise<GitCommit | undefined> {
  try {
    const head = await git(folder, ["log", "-1", "--no-show-signature", "--format=%H%x00%an <%ae>"]);
    const [commit, author] = head.trimEnd().split("\0");
    if (commit === undefined || author === undefined) return undefined;
    const committed = await committedObjects(folder, commit, files);
    // `git status` would run the filters that a repository's configuration names.
    const objects = (await git(folder, ["hash-object", "--no-filters", "--", ...files])).trimEnd().split("\n");
    return files.every((file, i) => committed.get(file) === objects[i]) ? { commit, author } : undefined;
  } catch {
    return undefined;
  }
}

/** The names of the objects that a commit has for files of a folder. */
async function committedObjects(
  folder: string,
  commit: string,
  files: readonly string[],
): Promise<Map<string, string>> {
  const entries = (await git(folder, ["ls-tree", "-z", commit, "--", ...files])).split("\0");
  return new Map(
    entries.flatMap((entry) => {
      const [, object, file] = /^\d+ blob (\S+)\t(.+)$/s.exec(entry) ?? [];
      return object === undefined || file === undefined ? [] : [[file, object] as const];
    }),
  );
}

/** The folder in which Git notes every move of HEAD, when there is one: watching it tells of commits. */
export async function gitLogFolder(folder: string): Promise<string | undefined> {
  try {
    const logs = path.resolve(folder, (await git(folder, ["rev-parse", "--git-path", "logs"])).trimEnd());
    return (await stat(logs)).isDirectory() ? logs : undefined;
  } catch {
    return undefined;
  }
}
