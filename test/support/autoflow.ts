/** The command line as a user runs it, on the Node that runs the tests. */
import path from "node:path";
import { type ChildProcess, type Exit, type ProcessOptions, startProcess } from "./child-process.ts";
import { asTested } from "./on-temporal.ts";

export const root = path.resolve(import.meta.dirname, "../..");
const launcher = path.join(root, "bin/autoflow.js");

/** Starts `autoflow …`; the process is the command itself, so a signal reaches it. */
export function startAutoflow(args: readonly string[], options: ProcessOptions = {}): ChildProcess {
  const tested = asTested(args, options.cwd);
  const env = { ...tested.env, ...options.env };
  return startProcess(process.execPath, [launcher, ...tested.args], { ...options, env });
}

export interface Answer extends Exit {
  stdout: string;
  stderr: string;
}

/** Runs `autoflow …` to its end. */
export async function autoflow(args: readonly string[], options: ProcessOptions = {}): Promise<Answer> {
  await using child = startAutoflow(args, options);
  const exit = await child.exited;
  return { ...exit, stdout: child.stdout, stderr: child.stderr };
}
