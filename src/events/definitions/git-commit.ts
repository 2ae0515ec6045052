/** What Git says about files of a folder. */
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const runFile = promisify(execFile);

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

async function git(folder: string, args: readonly string[]): Promise<string> {
  const safe = ["--literal-pathspecs", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", folder];
  const { stdout } = await runFile("git", [...safe, ...args], {
    env: gitEnvironment(),
    timeout: 10_000,
    windowsHide: true,
  });
  return stdout;
}

/** Variables such as GIT_DIR, which a hook's environment has, would name another repository. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return { ...Object.fromEntries(own), LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
}
