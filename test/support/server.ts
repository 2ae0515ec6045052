/** A real server process, with what a test asks of it. */
import type { EventView, Page } from "../../src/core/engine.ts";
import type { HistoryEntry, RunDetails, RunSummary } from "../../src/core/run.ts";
import { hasEnded } from "../../src/core/run.ts";
import { type Answer, autoflow, startAutoflow } from "./autoflow.ts";
import type { ChildProcess } from "./child-process.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { tempFolder, type TempFolder } from "./temp-folder.ts";

export const mainScript = ".gitlab/autoflow/main.star";

export interface ServerOptions {
  /** The text of main.star. */
  script?: string;
  /** Further files of the project by path. */
  files?: Record<string, string>;
  /** Further arguments of `autoflow dev`. */
  args?: string[];
  env?: Record<string, string>;
  /** autoflow.yaml, in JSON's subset of YAML. */
  config?: Record<string, unknown>;
}

/** What the API says of an event: its data is JSON. */
export type ApiEvent = Omit<EventView, "body" | "overlay"> & { data?: unknown };

export class DevServer implements AsyncDisposable {
  readonly folder: TempFolder;
  readonly url: string;
  readonly #args: readonly string[];
  readonly #env: Record<string, string>;
  readonly #keepsFolder: boolean;
  #process: ChildProcess;
  /** What earlier processes printed. */
  #before = "";

  private constructor(at: { folder: TempFolder; keepsFolder: boolean; port: number }, args: string[], env = {}) {
    this.folder = at.folder;
    this.#keepsFolder = at.keepsFolder;
    this.url = `http://127.0.0.1:${at.port}`;
    this.#args = args;
    this.#env = env;
    this.#process = this.#spawn();
  }

  /** `autoflow dev` on a folder of its own, ready. */
  static async start(options: ServerOptions = {}): Promise<DevServer> {
    const folder = tempFolder();
    folder.write(`project/${mainScript}`, options.script ?? "");
    for (const [path, text] of Object.entries(options.files ?? {})) folder.write(`project/${path}`, text);
    if (options.config !== undefined) folder.write("autoflow.yaml", JSON.stringify(options.config));
    const at = { folder, keepsFolder: false, port: await freePort() };
    const server = new DevServer(at, [...developing(at.port), "--data", "data", ...(options.args ?? [])], options.env);
    await server.untilReady();
    return server;
  }

  /** `autoflow serve` on a folder of its own, ready: `config` says what it serves, with "project" as the folder of `files`. */
  static async serve({ files, config }: Required<Pick<ServerOptions, "files" | "config">>): Promise<DevServer> {
    const folder = tempFolder();
    const port = await freePort();
    for (const [path, text] of Object.entries(files)) folder.write(`project/${path}`, text);
    folder.write("autoflow.yaml", JSON.stringify({ ...config, listen: { port } }));
    const server = new DevServer({ folder, keepsFolder: false, port }, ["serve", "--data", "data"]);
    await server.untilReady();
    return server;
  }

  /** `autoflow dev` on the data folder that other commands have used in a folder, which is kept. */
  static async startIn(folder: TempFolder): Promise<DevServer> {
    folder.write(`project/${mainScript}`, "");
    const port = await freePort();
    const server = new DevServer({ folder, keepsFolder: true, port }, developing(port));
    await server.untilReady();
    return server;
  }

  #spawn(): ChildProcess {
    return startAutoflow(this.#args, { cwd: this.folder.path, env: this.#env });
  }

  get process(): ChildProcess {
    return this.#process;
  }

  /** What the scripts printed, in every process there was: the lines after "main.star | ". */
  get printed(): string[] {
    const lines = (this.#before + this.#process.stdout).split("\n");
    return lines.flatMap((line) => / \| (.*)$/.exec(line)?.[1] ?? []);
  }

  /** Output comes a little after what it tells of. */
  async untilPrinted(...lines: string[]): Promise<void> {
    await eventually(
      `these are printed: ${lines.join(", ")}`,
      () => lines.every((line) => this.printed.includes(line)),
      () => this.printed.join("\n"),
    );
  }

  async untilReady(): Promise<void> {
    await this.#process.untilOutput(/AutoFlow serves http/, this.#args[0] === "serve" ? "stderr" : "stdout");
  }

  /** Ends it with a signal and waits until it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.#process.kill(signal);
    await this.#process.exited;
  }

  /** Starts it again after `end`. */
  async startAgain(): Promise<void> {
    this.#before += this.#process.stdout;
    this.#process = this.#spawn();
    await this.untilReady();
  }

  /** Replaces main.star. */
  edit(script: string): void {
    this.folder.write(`project/${mainScript}`, script);
  }

  /** Runs a command of the command line that talks to this server. */
  cli(...args: string[]): Promise<Answer> {
    return autoflow(args, { cwd: this.folder.path, env: { AUTOFLOW_SERVER: this.url, ...this.#env } });
  }

  async get<T>(route: string): Promise<T> {
    const answer = await fetch(this.url + route);
    if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Sends a CloudEvent to project 1. */
  async send(type: string, data: unknown = {}, id: string = crypto.randomUUID()): Promise<Accepted> {
    const event = { specversion: "1.0", id, source: "/test", type, data };
    const answer = await this.post("/api/v1/projects/1/events", JSON.stringify(event), {
      "content-type": "application/cloudevents+json",
    });
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Accepted;
  }

  post(route: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + route, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  }

  run(id: string): Promise<RunDetails> {
    return this.get<RunDetails>(`/api/v1/runs/${id}`);
  }

  async runs(query = ""): Promise<RunSummary[]> {
    return (await this.get<Page<RunSummary>>(`/api/v1/runs?limit=500${query}`)).items;
  }

  event(id: string): Promise<ApiEvent> {
    return this.get<ApiEvent>(`/api/v1/events/${encodeURIComponent(id)}`);
  }

  async history(id: string): Promise<HistoryEntry[]> {
    return (await this.get<Page<HistoryEntry>>(`/api/v1/runs/${id}/history?limit=500`)).items;
  }

  /** The event, once every trigger has been asked. */
  dispatched(id: string): Promise<ApiEvent> {
    return eventually(`event ${id} is dispatched`, async () => {
      const event = await this.event(id);
      return (event.decisions !== undefined || event.heldBy !== undefined) && event;
    });
  }

  /** The run that an event started. */
  async startedBy(eventId: string): Promise<RunSummary> {
    return eventually(`event ${eventId} starts a run`, async () =>
      (await this.runs()).find((run) => run.eventId === eventId),
    );
  }

  /** The run that an event started, once it is as wanted. */
  async untilRun(eventId: string, wanted: (run: RunDetails) => boolean): Promise<RunDetails> {
    const { id } = await this.startedBy(eventId);
    let last: RunDetails | undefined;
    return eventually(
      `the run of ${eventId} gets there`,
      async () => {
        last = await this.run(id);
        return wanted(last) && last;
      },
      () => last,
    );
  }

  untilEnded(eventId: string): Promise<RunDetails> {
    return this.untilRun(eventId, (run) => hasEnded(run.state));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    if (!this.#keepsFolder) this.folder[Symbol.dispose]();
  }
}

function developing(port: number): string[] {
  return ["dev", "project", "--port", String(port)];
}

export interface Accepted {
  id: string;
  seq: number;
  duplicate: boolean;
  heldBy?: string;
  runs: string[];
}
