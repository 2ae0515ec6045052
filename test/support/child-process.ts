/** Processes of a test: their output is kept, and none outlives its scope. */
import { spawn } from "node:child_process";
import { eventually } from "./eventually.ts";

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildProcess extends AsyncDisposable {
  readonly pid: number;
  /** What it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when it has ended and all its output is here. */
  readonly exited: Promise<Exit>;
  readonly hasExited: boolean;
  kill(signal: NodeJS.Signals): void;
  /** Calls back whenever it has written to its standard output. */
  onOutput(heard: () => void): void;
  /** Waits until its standard output, or both outputs, have a match. Throws when it ends without one. */
  untilOutput(pattern: RegExp, where?: "stdout" | "stderr"): Promise<RegExpExecArray>;
}

export interface ProcessOptions {
  cwd?: string;
  /** Replaces the environment but for PATH, HOME and the like. */
  env?: Record<string, string>;
  /** What it can read; null leaves its input open for as long as this process lives. */
  stdin?: string | null;
}

/** Starts a program. */
export function startProcess(file: string, args: readonly string[], options: ProcessOptions = {}): ChildProcess {
  const child = spawn(file, args, { cwd: options.cwd, env: plainEnvironment(options.env), stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  let hasExited = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {});
  if (options.stdin !== null) child.stdin.end(options.stdin ?? "");
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      hasExited = true;
      resolve({ code, signal });
    });
  });
  return {
    pid: child.pid ?? -1,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    get hasExited() {
      return hasExited;
    },
    exited,
    kill: (signal) => void child.kill(signal),
    onOutput: (heard) => void child.stdout.on("data", heard),
    untilOutput(pattern, where = "stdout") {
      const text = (): string => (where === "stdout" ? stdout : stderr);
      const explain = (): string => `${args.join(" ")} wrote:\n${stdout}\n${stderr}`;
      return eventually(
        `${where} matches ${pattern}`,
        () => {
          const ended = hasExited;
          const match = pattern.exec(text());
          if (match === null && ended) throw new Error(`it ended without writing ${pattern}. ${explain()}`);
          return match ?? undefined;
        },
        explain,
      );
    },
    async [Symbol.asyncDispose]() {
      if (!hasExited) child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Nothing that configures AutoFlow, Node or its test runner comes through. */
function plainEnvironment(added: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("AUTOFLOW_") && !name.startsWith("NODE_"),
  ) as [string, string][];
  return { ...Object.fromEntries(kept), ...added };
}
