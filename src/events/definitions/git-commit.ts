/** What Git says about files of a folder. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { git } from "./git-command.ts";

export interface GitCommit {
  commit: string;
  /** "Name <address>". */
  author: string;
}

/** The newest commit of a repository, and which files of a folder are as they are in it. */
export interface CommittedFiles extends GitCommit {
  unchanged: ReadonlySet<string>;
}

/**
 * The commit that a folder's files come from: HEAD, when every one of `files` (relative to the folder) is there as it is now, byte by
 * byte. Undefined when one differs or is not tracked, outside of a repository, and where there is no Git.
 */
export async function gitCommitOf(folder: string, files: readonly string[]): Promise<GitCommit | undefined> {
  return commitOf(await committedFiles(folder, files), files);
}

/** The same, of what has been asked of Git. */
export function commitOf(found: CommittedFiles | undefined, files: readonly string[]): GitCommit | undefined {
  if (found === undefined || !files.every((file) => found.unchanged.has(file))) return undefined;
  return { commit: found.commit, author: found.author };
}

/** Asks Git about many files at once. Undefined outside of a repository, and where there is no Git. */
export async function committedFiles(folder: string, files: readonly string[]): Promise<CommittedFiles | undefined> {
  try {
    const head = await git(folder, ["log", "-1", "--no-show-signature", "--format=%H%x00%an <%ae>"]);
    const [commit, author] = head.trimEnd().split("\0");
    if (commit === undefined || author === undefined) return undefined;
    const committed = await committedObjects(folder, commit, files);
    const tracked = files.filter((file) => committed.has(file));
    if (tracked.length === 0) return { commit, author, unchanged: new Set() };
    // `git status` would run the filters that a repository's configuration names.
    const objects = (await git(folder, ["hash-object", "--no-filters", "--", ...tracked])).trimEnd().split("\n");
    return { commit, author, unchanged: new Set(tracked.filter((file, i) => committed.get(file) === objects[i])) };
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
