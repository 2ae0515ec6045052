/** Temporal's development server for tests: a real server of this machine, for as long as the test process lives. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Connection } from "@temporalio/client";
import { provideTemporalCli } from "./dev-server-tool.ts";

export interface DevServer extends AsyncDisposable {
  /** Host and port for gRPC. */
  readonly address: string;
  readonly namespace: string;
  /** Ends it at once; what it held in memory is gone. */
  stop(): Promise<void>;
}

export interface DevServerOptions {
  /** Where it keeps what it is told; in memory when absent. */
  databaseFile?: string;
  /** The port, for one that starts again where an earlier one stopped; a free one when absent. */
  port?: number;
  /** Further arguments of `temporal server start-dev`. */
  args?: readonly string[];
}

/** The search attributes of AutoFlow with their types, as `temporal server start-dev` takes them. */
const searchAttributes = { AutoFlowState: "Keyword", AutoFlowLabels: "KeywordList" };

/** Rates and counts that are meant for many machines, which a process full of tests goes beyond; and timers to the moment, not to the second. */
const dynamicConfiguration = {
  "frontend.namespaceCount": 20_000,
  "frontend.namespaceRPS": 100_000,
  "frontend.namespaceRPS.visibility": 10_000,
  "frontend.rps": 100_000,
  "history.timerProcessorMaxTimeShift": "1ms",
  "matching.maxDeployments": 10_000,
  "matching.maxVersionsInDeployment": 1000,
};

const startLimitMs = 120_000;
const startAttempts = 3;
/** Enough of the server's log to see why it ended. */
const keptLogLength = 8000;

/**
 * Runs a program that ends when the standard input ends, and with this process therefore, even when it is killed.
 * The shell answers with the program's status.
 */
const leash = `exec 3<&0; "$@" 3<&- & server=$!; (cat <&3; kill -9 $server) >/dev/null 2>&1 & exec 3<&-; wait $server`;

let cli: Promise<string | undefined> | undefined;
let shared: Promise<DevServer> | undefined;

/** The file of the `temporal` CLI, provided when it is missing; undefined when that is impossible: standard error then says why. */
export function temporalCli(): Promise<string | undefined> {
  cli ??= provideTemporalCli().then((found) => {
    if ("file" in found) return found.file;
    process.stderr.write(`\nNO TEMPORAL SERVER: what needs one is skipped. ${found.missing}\n\n`);
    return undefined;
  });
  return cli;
}

/** The one server that the tests of this process share, started at the first call. It ends with the process; nobody stops it. */
export function sharedDevServer(): Promise<DevServer> {
  shared ??= startDevServer();
  return shared;
}

/** Starts a server on a free port of the loopback interface and waits until it answers. Throws when there is no CLI. */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const file = await temporalCli();
  if (file === undefined) throw new Error("there is no temporal CLI: skip what needs one, see temporalCli()");
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const process = runServer(file, argumentsFor(port, options));
    try {
      return await untilReady(process, `127.0.0.1:${port}`);
    } catch (error) {
      await end(process.child);
      if (attempt === startAttempts) throw error;
    }
  }
}

function argumentsFor(port: number, { databaseFile, args = [] }: DevServerOptions): string[] {
  const attributes = Object.entries(searchAttributes).map(([name, type]) => `--search-attribute=${name}=${type}`);
  const settings = Object.entries(dynamicConfiguration).map(
    ([key, value]) => `--dynamic-config-value=${key}=${JSON.stringify(value)}`,
  );
  const database = databaseFile === undefined ? [] : ["--db-filename", databaseFile];
  const own = ["--headless", "--ip", "127.0.0.1", "--port", String(port)];
  return ["server", "start-dev", ...own, ...attributes, ...settings, ...database, ...args];
}

interface ServerProcess {
  child: ChildProcess;
  /** The end of what it wrote to standard error. */
  log: () => string;
}

/** The process does not keep this one alive. */
function runServer(file: string, args: readonly string[]): ServerProcess {
  const child = spawn("/bin/sh", ["-c", leash, "sh", file, ...args], { stdio: ["pipe", "ignore", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log = (log + text).slice(-keptLogLength)));
  child.stdin.on("error", () => {});
  child.unref();
  (child.stdin as Socket).unref();
  (child.stderr as Socket).unref();
  return { child, log: () => log };
}

async function untilReady({ child, log }: ServerProcess, address: string): Promise<DevServer> {
  const namespace = "default";
  const connection = Connection.lazy({ address, interceptors: [] });
  const giveUpAt = Date.now() + startLimitMs;
  try {
    while (!(await answers(connection, namespace))) {
      if (hasEnded(child)) throw new Error(`the Temporal server ended at its start: ${log()}`);
      if (Date.now() > giveUpAt) throw new Error(`the Temporal server at ${address} does not answer: ${log()}`);
      await pause(50);
    }
  } finally {
    await connection.close();
  }
  const stop = (): Promise<void> => end(child);
  return { address, namespace, stop, [Symbol.asyncDispose]: stop };
}

/** Whether the namespace and the search attributes can be used. */
async function answers(connection: Connection, namespace: string): Promise<boolean> {
  try {
    return await connection.withDeadline(Date.now() + 1000, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      return Object.keys(searchAttributes).every((name) => name in customAttributes);
    });
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.ref();
  child.stdin?.end();
  await ended;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
