/** Git, asked about repositories that others may have written: it runs nothing of theirs and fetches nothing. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const runFile = promisify(execFile);
const maxBytes = 16 * 1024 * 1024;

/** What Git prints. Rejects when it fails, or when there is no Git. */
export async function git(folder: string, args: readonly string[]): Promise<string> {
  return (await gitBytes(folder, args)).toString("utf8");
}

/** As `git`, for output that is no text. */
export async function gitBytes(folder: string, args: readonly string[]): Promise<Buffer> {
  const safe = ["--literal-pathspecs", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", folder];
  const { stdout } = await runFile("git", [...safe, ...args], {
    env: gitEnvironment(),
    encoding: "buffer",
    maxBuffer: maxBytes,
    timeout: 10_000,
    windowsHide: true,
  });
  return stdout;
}

/** Variables such as GIT_DIR, which a hook's environment has, would name another repository. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return { ...Object.fromEntries(own), LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1" };
}
