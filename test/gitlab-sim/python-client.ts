/** python-gitlab in a virtual environment of its own, outside of the tree; made once, with Python's own package client. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const version = "8.6.0";
const installLimitMs = 4 * 60_000;

/** Either a Python that has python-gitlab, or why there is none. */
export type PythonClient = { python: string } | { missing: string };

function folder(): string {
  const caches = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  return path.join(caches, "autoflow", "tools", `python-gitlab-${version}`);
}

/** The one that was made before, or "missing". */
export function findPythonClient(): PythonClient {
  const python = path.join(folder(), "bin", "python");
  if (existsSync(python)) return { python };
  return { missing: `python-gitlab ${version} is not installed: node test/gitlab-sim/prepare.ts says why` };
}

/** Makes it when it is not there. It is put in its place when it is whole, so that a run that was ended leaves nothing broken. */
export async function providePythonClient(): Promise<PythonClient> {
  const present = findPythonClient();
  if ("python" in present) return present;
  const target = folder();
  const making = `${target}.${process.pid}`;
  mkdirSync(path.dirname(target), { recursive: true });
  try {
    await execute("python3", ["-m", "venv", making], { timeout: installLimitMs });
    await execute(
      path.join(making, "bin", "python"),
      ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `python-gitlab==${version}`],
      {
        timeout: installLimitMs,
      },
    );
    renameSync(making, target);
  } catch (error) {
    return { missing: `python-gitlab could not be installed: ${(error as Error).message.split("\n")[0]}` };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return findPythonClient();
}
