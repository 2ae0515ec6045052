/** Runs the command line as a user does, in a folder of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { asTested } from "../support/on-temporal.ts";

const launcher = path.resolve(import.meta.dirname, "../../bin/autoflow.js");

export interface Result {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  process: ChildProcess;
  /** Resolves when stdout or stderr holds the text; rejects when the command ends before. */
  says(text: string | RegExp): Promise<string>;
  ended: Promise<Result>;
}

/** A temporary folder; everything that is started in it is killed when it is disposed of. */
export class Workplace implements AsyncDisposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), "autoflow-cli-"));
  readonly #running = new Set<Running>();

  write(file: string, text: string): string {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    return target;
  }

  start(...args: string[]): Running {
    return this.#start({}, args);
  }

  run(...args: string[]): Promise<Result> {
    return this.#start({}, args).ended;
  }

  /** As `run`, with environment variables. */
  runWith(variables: Record<string, string>, ...args: string[]): Promise<Result> {
    return this.#start(variables, args).ended;
  }

  /** As `run`, with bytes or text on standard input. */
  runWithInput(input: string | Buffer, ...args: string[]): Promise<Result> {
    return this.#start({}, args, input).ended;
  }

  #start(variables: Record<string, string>, args: string[], input?: string | Buffer): Running {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AUTOFLOW_"));
    const tested = asTested(args, this.folder);
    const env = { ...Object.fromEntries(inherited), ...tested.env, ...variables };
    const child = spawn(process.execPath, [launcher, ...tested.args], {
      cwd: this.folder,
      env,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    child.stdin?.end(input);
    const result: Result = { status: null, stdout: "", stderr: "" };
    child.stdout!.on("data", (chunk: Buffer) => (result.stdout += String(chunk)));
    child.stderr!.on("data", (chunk: Buffer) => (result.stderr += String(chunk)));
    const running: Running = {
      process: child,
      says: (text) => untilSaid(child, result, text),
      ended: once(child, "close").then(([status]) => {
        this.#running.delete(running);
        return { ...result, status: status as number | null };
      }),
    };
    this.#running.add(running);
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process: child, ended } of this.#running) {
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.folder, { recursive: true, maxRetries: 3 });
  }
}

async function untilSaid(child: ChildProcess, result: Result, text: string | RegExp): Promise<string> {
  const closed = once(child, "close").then(() => true);
  for (let isClosed = false; ;) {
    const said = result.stdout + result.stderr;
    if (typeof text === "string" ? said.includes(text) : text.test(said)) return said;
    if (isClosed) throw new Error(`it ended without saying ${String(text)}:\n${said}`);
    const more = [once(child.stdout!, "data"), once(child.stderr!, "data")].map((event) => event.then(() => false));
    isClosed = await Promise.race([closed, ...more]);
  }
}
