/** starlark-go, the reference interpreter, as a program of this machine. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { toText } from "../../src/languages/starlark/values/text.ts";

const version = "v0.0.0-20260908191801-89a6a09411d5";
const flags = ["-recursion", "-globalreassign"];

/** What became of a program. */
export interface GoAnswer {
  /** What it printed, and then the error as the interpreter shows it. */
  text: string;
  /** "gave up": it took too long, or more memory than there is. */
  status: "ok" | "failed" | "gave up";
}

/** The interpreter's file; it is installed outside of the tree when it is missing and there is a Go. Else why it is missing. */
export function findStarlarkGo(): { file: string } | { missing: string } {
  const cache = path.join(
    process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"),
    "autoflow",
    `starlark-${version}`,
  );
  const file = path.join(cache, "starlark");
  if (existsSync(file)) return { file };
  mkdirSync(cache, { recursive: true });
  const { status, stderr, error } = spawnSync("go", ["install", `go.starlark.net/cmd/starlark@${version}`], {
    encoding: "utf8",
    env: { ...process.env, GOBIN: cache, GOFLAGS: "" },
    timeout: 180_000,
  });
  if (status === 0 && existsSync(file)) return { file };
  return { missing: error?.message ?? (stderr.trim() || `go install left no ${file}`) };
}

/** Runs a program in a process of its own, in `folder`, as the file `main.star`. */
export async function runStarlarkGo(
  file: string,
  folder: string,
  source: string | Uint8Array,
  limitMs = 10_000,
): Promise<GoAnswer> {
  writeFileSync(path.join(folder, "main.star"), source);
  const child = spawn(file, [...flags, "main.star"], {
    cwd: folder,
    env: { GOMEMLIMIT: "1GiB" },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: limitMs,
    killSignal: "SIGKILL",
  });
  const chunks: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const gaveUp = code === null || code === 2;
      resolve({
        text: toText(Buffer.concat(chunks).toString("latin1")),
        status: gaveUp ? "gave up" : code === 0 ? "ok" : "failed",
      });
    });
  });
}
