/** The `temporal` CLI, which holds Temporal's development server: found on this machine, built, or downloaded. */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The last release that `go install` takes: later ones replace modules. */
const version = "1.5.1";
/** Worker deployments are on by default from this one on. */
const leastServer = [1, 29];
const buildLimitMs = 12 * 60_000;
const downloadLimitMs = 3 * 60_000;
/** So long nobody tries again what could not be done. */
const refusalMs = 10 * 60_000;

/** Either the CLI's file, or why there is none. */
export type FoundTool = { file: string } | { missing: string };

/** Where the tool is kept, outside of the tree. */
function cacheFolder(): string {
  const caches = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  return path.join(caches, "autoflow", "tools", `temporal-${version}`);
}

/**
 * The CLI from the PATH when its server is new enough, else from the cache, else built by Go into the cache (two to four
 * minutes), else downloaded into it. Processes that ask at once wait for one of them.
 */
export async function provideTemporalCli(): Promise<FoundTool> {
  if (await isRecent("temporal")) return { file: "temporal" };
  const folder = cacheFolder();
  const file = path.join(folder, "temporal");
  if (existsSync(file)) return { file };
  mkdirSync(folder, { recursive: true });
  return holding(folder, async () => {
    if (existsSync(file)) return { file };
    const refusal = path.join(folder, "missing.json");
    const missing = readRefusal(refusal) ?? (await make(folder, file));
    if (missing === undefined) return { file };
    return { missing: `${missing} (tried again in ten minutes, or when ${refusal} is removed)` };
  });
}

/** Tries again at once what lately could not be done. */
export function forgetMissingCli(): void {
  rmSync(path.join(cacheFolder(), "missing.json"), { force: true });
}

/** Makes the file, or answers why that cannot be done and notes it in the folder. */
async function make(folder: string, file: string): Promise<string | undefined> {
  const reasons: string[] = [];
  for (const attempt of [build, download]) {
    const scratch = mkdtempSync(path.join(folder, "new-"));
    try {
      renameSync(await attempt(scratch), file);
      return undefined;
    } catch (error) {
      reasons.push(reasonOf(error));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  const reason = reasons.join("; ");
  writeFileSync(path.join(folder, "missing.json"), JSON.stringify({ at: Date.now(), reason }));
  return reason;
}

function readRefusal(file: string): string | undefined {
  try {
    const { at, reason } = JSON.parse(readFileSync(file, "utf8")) as { at: number; reason: string };
    return Date.now() - at < refusalMs ? reason : undefined;
  } catch {
    return undefined;
  }
}

/** Builds the CLI from its published module. */
async function build(folder: string): Promise<string> {
  const module = `github.com/temporalio/cli/cmd/temporal@v${version}`;
  process.stderr.write(`Building Temporal's CLI, once: go install ${module} (two to four minutes)\n`);
  const env = { ...process.env, GOBIN: folder, GOFLAGS: "" };
  await execute("go", ["install", module], { cwd: folder, env, timeout: buildLimitMs, maxBuffer: 1 << 26 });
  return path.join(folder, "temporal");
}

/** Lets Temporal's SDK download the CLI, in a process of its own because the SDK's runtime is one per process. */
async function download(folder: string): Promise<string> {
  const program = fileURLToPath(new URL("dev-server-download.ts", import.meta.url));
  await execute(process.execPath, [program, folder, `v${version}`], { timeout: downloadLimitMs });
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error("the SDK's download left no file");
  return path.join(folder, file);
}

/** Whether the program answers and its server is new enough for what AutoFlow needs. */
async function isRecent(file: string): Promise<boolean> {
  try {
    const { stdout } = await execute(file, ["--version"], { timeout: 30_000 });
    const [major = 0, minor = 0] = (/Server (\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    const [leastMajor = 0, leastMinor = 0] = leastServer;
    return major > leastMajor || (major === leastMajor && minor >= leastMinor);
  } catch {
    return false;
  }
}

/** Works while no other process works in the folder. The lock ends with the process, however that ends. */
async function holding<T>(folder: string, work: () => Promise<T>): Promise<T> {
  using db = new DatabaseSync(path.join(folder, "lock"));
  db.exec("PRAGMA busy_timeout = 0");
  while (!isLocked(db)) await pause(250);
  return await work();
}

function isLocked(db: DatabaseSync): boolean {
  try {
    db.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as Error).message.includes("locked")) return false;
    throw error;
  }
}

/** The last lines of what a program wrote, which say why it failed. */
function reasonOf(error: unknown): string {
  const { stderr = "", message, killed } = error as Error & { stderr?: string; killed?: boolean };
  if (killed === true) return `${message.split("\n")[0]}: took too long`;
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Node.js v"));
  return lines.slice(-2).join(" ") || message;
}
