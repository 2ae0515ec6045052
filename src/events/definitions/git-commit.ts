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
 * The commit that a folder's files come from: HEAD, when every one of `files` (relative to the folder) is there as it is now. Undefined
 * when one differs or is not tracked, outside of a repository, and where there is no Git.
 */
export async function gitCommitOf(folder: string, files: readonly string[]): Promise<GitCommit | undefined> {
  try {
    const changed = await git(folder, [
      "status",
      "--porcelain=v1",
      "--ignored",
      "--untracked-files=all",
      "-z",
      "--",
      ...files,
    ]);
    if (changed !== "") return undefined;
    const [commit, author] = (await git(folder, ["log", "-1", "--format=%H%x00%an <%ae>"])).trimEnd().split("\0");
    return commit === undefined || author === undefined ? undefined : { commit, author };
  } catch {
    return undefined;
  }
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
