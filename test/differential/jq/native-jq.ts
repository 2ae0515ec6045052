/** jq 1.6 of this machine: many programs in one process, which says of each what it gave. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

/** The version whose answers count. */
const wanted = "jq-1.6";

/** What a program came to. `gave up`: the process crashed, or did not end in time. */
export type NativeAnswer = { readonly text: string } | "gave up";

/** Where jq 1.6 is; else why it is missing. It comes with Debian 12 (`apt-get install jq`). */
export function findJq(): { file: string } | { missing: string } {
  const { stdout, error } = spawnSync("jq", ["--version"], { encoding: "utf8" });
  if (error !== undefined) return { missing: `jq cannot be started: ${error.message}` };
  return stdout.trim() === wanted ? { file: "jq" } : { missing: `jq is ${stdout.trim()}, not ${wanted}` };
}

/** What is put before all programs of a batch: the inputs as `$i0`, `$i1` … */
export interface Batch {
  readonly file: string;
  readonly prelude: string;
  /** A file that may be overwritten. */
  readonly scratch: string;
}

/**
 * Answers to `programs`, each of which gives one output. When the process ends early it is the program after the last output that
 * did it; another process goes on behind that.
 */
export function runNative(batch: Batch, programs: readonly string[], limitMs = 4_000): NativeAnswer[] {
  if (programs.length === 0) return [];
  const source = `${batch.prelude}(${programs.map((program) => `\n(${program})`).join(",")})`;
  writeFileSync(batch.scratch, source);
  const { stdout, status } = spawnSync(batch.file, ["-nc", "--unbuffered", "-f", batch.scratch], {
    encoding: "utf8",
    env: { TZ: "UTC", LC_ALL: "C" },
    input: "",
    maxBuffer: 256 * 1024 * 1024,
    timeout: limitMs,
    killSignal: "SIGKILL",
  });
  const lines = stdout.split("\n").slice(0, -1);
  if (status === 0 && lines.length === programs.length) return lines.map((text) => ({ text }));
  if (programs.length === 1) return ["gave up"];
  const known = Math.min(lines.length, programs.length - 1);
  const safe = lines.slice(0, known).map((text) => ({ text }));
  return [...safe, "gave up", ...runNative(batch, programs.slice(known + 1), limitMs)];
}

/** Does `program` compile? */
export function compilesNatively(batch: Batch, program: string): boolean {
  writeFileSync(batch.scratch, `${batch.prelude}(${program})`);
  const { status } = spawnSync(batch.file, ["-nc", "-f", batch.scratch], { stdio: "ignore", timeout: 4_000 });
  return status !== 3;
}
