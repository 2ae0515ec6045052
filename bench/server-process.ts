/** AutoFlow as a user starts it: bin/autoflow.js serve, in a process of its own, with a data folder of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pause } from "./context.ts";

const launcher = path.join(import.meta.dirname, "../bin/autoflow.js");
const readyWithinMs = 60_000;

/** A folder with a configuration, a script and data, removed at the end. */
export class ServerFolder implements Disposable {
  readonly folder: string;

  /** The script, or the project's files by path. `vars` reach it; it may call this machine on `ports`. */
  constructor(
    script: string | Record<string, string>,
    options: { vars?: Record<string, string>; ports?: number[] } = {},
  ) {
    this.folder = mkdtempSync(path.join(tmpdir(), "autoflow-bench-"));
    const project = path.join(this.folder, "project");
    const files = typeof script === "string" ? { ".gitlab/autoflow/main.star": script } : script;
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(project, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(project, file), text);
    }
    const config = {
      listen: { port: 0 },
      data: "data",
      log: { level: "warn" },
      sources: { default: {} },
      projects: { "*": { script: { folder: project }, vars: options.vars ?? {} } },
      http_client: { allowed_ips: ["127.0.0.0/8"], allowed_ports: options.ports ?? [80] },
    };
    // JSON is YAML.
    writeFileSync(this.configFile, JSON.stringify(config));
  }

  get configFile(): string {
    return path.join(this.folder, "autoflow.yaml");
  }

  /** Bytes of all files of the data folder. */
  dataBytes(): number {
    const data = path.join(this.folder, "data");
    return readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A server that is ready. Leaving its scope kills it. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  /** Of the process that serves; the launcher may be another. */
  readonly pid: number;
  /** From its start until it said that it serves, in ms. */
  readonly startMs: number;
  readonly #launched: ChildProcess;
  readonly #exited: Promise<void>;

  private constructor(launched: ChildProcess, exited: Promise<void>, port: number, startMs: number) {
    this.#launched = launched;
    this.#exited = exited;
    this.port = port;
    this.pid = childOf(launched.pid!) ?? launched.pid!;
    this.startMs = startMs;
  }

  /** Starts a server on a folder and waits until it is ready. With a profile folder it writes CPU profiles there at its end. */
  static async start({ configFile, folder }: ServerFolder, profileFolder?: string): Promise<ServerProcess> {
    const profile = profileFolder === undefined ? "" : `--cpu-prof --cpu-prof-dir=${path.resolve(profileFolder)}`;
    const startedAt = performance.now();
    const launched = spawn(process.execPath, [launcher, "serve", "--config", configFile], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: profile },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = new Promise<void>((resolve) => launched.once("exit", () => resolve()));
    const port = await portFrom(launched);
    const server = new ServerProcess(launched, exited, port, performance.now() - startedAt);
    await server.#untilReady();
    return server;
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    this.#launched.kill("SIGTERM");
    await this.#exited;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    if (this.#launched.exitCode === null && this.#launched.signalCode === null) process.kill(this.pid, "SIGKILL");
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  /** The text of a GET; throws when the answer is not 200. */
  async get(route: string): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${route}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`GET ${route} was answered with ${answer.status}: ${text}`);
    return text;
  }

  /** The sum of a metric over all label values that contain `labels`. */
  async metric(name: string, labels = ""): Promise<number> {
    return sumOf(await this.get("/metrics"), name, labels);
  }

  /** How many runs have ended well since the server started. Throws when one has not. */
  async runsSucceeded(): Promise<number> {
    const metrics = await this.get("/metrics");
    const succeeded = sumOf(metrics, "autoflow_run_duration_seconds_count", 'state="succeeded"');
    const ended = sumOf(metrics, "autoflow_run_duration_seconds_count");
    if (ended > succeeded) throw new Error(`${ended - succeeded} runs did not succeed`);
    return succeeded;
  }

  /** The script has been compiled and no problem was found. */
  async #untilReady(): Promise<void> {
    for (const end = performance.now() + readyWithinMs; performance.now() < end; await pause(5)) {
      const { items } = JSON.parse(await this.get("/api/v1/definitions")) as { items: Definition[] };
      const problem = items[0]?.problems[0];
      if (problem !== undefined) throw new Error(`the script of the measurement is wrong: ${problem.message}`);
      if (items[0]?.imageHash !== undefined) return;
    }
    throw new Error("the server did not take up the script");
  }
}

interface Definition {
  imageHash?: string;
  problems: { message: string }[];
}

/** The process that a launcher has started, if it does not serve itself. */
function childOf(pid: number): number | undefined {
  const first = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0];
  return first === undefined || first === "" ? undefined : Number(first);
}

/** The sum of the samples of a metric, in Prometheus' text format, whose labels contain `labels`. */
function sumOf(metrics: string, name: string, labels = ""): number {
  let sum = 0;
  for (const line of metrics.split("\n")) {
    if (line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)) && line.includes(labels))
      sum += Number(line.slice(line.lastIndexOf(" ") + 1));
  }
  return sum;
}

/** The port that the server says it serves. What it writes besides goes to our standard error. */
function portFrom(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (text: string): void => {
      said += text;
      const port = /serves http:\/\/[^:\s]+:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
      if (!text.includes("AutoFlow serves")) process.stderr.write(text);
    };
    child.stdout?.setEncoding("utf8").on("data", listen);
    child.stderr?.setEncoding("utf8").on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
  });
}
