/** buildifier, the formatter whose style ours is, as a program of this machine. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const version = "v0.0.0-20260904073137-eaa4d125b423";

/** The formatter's file; it is installed outside of the tree when it is missing and there is a Go. Else why it is missing. */
export function findBuildifier(): { file: string } | { missing: string } {
  const caches = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  const cache = path.join(caches, "autoflow", `buildifier-${version}`);
  const file = path.join(cache, "buildifier");
  if (existsSync(file)) return { file };
  mkdirSync(cache, { recursive: true });
  const { status, stderr, error } = spawnSync(
    "go",
    ["install", `github.com/bazelbuild/buildtools/buildifier@${version}`],
    { encoding: "utf8", env: { ...process.env, GOBIN: cache, GOFLAGS: "" }, timeout: 180_000 },
  );
  if (status === 0 && existsSync(file)) return { file };
  return { missing: error?.message ?? (stderr.trim() || `go install left no ${file}`) };
}

/** A text as buildifier lays out .star files, laid out until nothing changes; undefined when it cannot read it. */
export function buildified(file: string, source: string): string | undefined {
  let text = source;
  for (let i = 0; i < 6; i++) {
    const { status, stdout } = spawnSync(file, ["-type=default"], { input: text, encoding: "utf8" });
    if (status !== 0) return undefined;
    if (stdout === text) return text;
    text = stdout;
  }
  return text;
}
