/** The command line's view of a running server. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { catalogue, type ErrorCode } from "../core/error-catalogue.ts";
import { AutoFlowError, type Location } from "../core/errors.ts";
import { dataOption, findDataFolder } from "./data-folder.ts";
import { Outage } from "./outage.ts";
import { readServerSentEvents } from "./server-sent-events.ts";

export interface ServerOptions {
  server?: string;
  data?: string;
}

/** Adds --server and --data. */
export function addServerOptions(command: Command): Command {
  return command.addOption(serverOption()).addOption(dataOption());
}

export function serverOption(): Option {
  const option = new Option("--server <url>", "the server to talk to (default: the one running in the data folder)");
  return option.env("AUTOFLOW_SERVER").argParser(parseServer);
}

function parseServer(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError("Write it as http://HOST:PORT, such as http://localhost:8080.");
}

/** What a running server writes into its data folder as server.json. */
export interface ServerNote {
  url: string;
  pid: number;
}

/** The note of the server that uses a data folder, or undefined when none does. */
export function readServerNote(dataFolder: string): ServerNote | undefined {
  try {
    const note = JSON.parse(readFileSync(path.join(dataFolder, "server.json"), "utf8")) as ServerNote;
    return isAlive(note.pid) ? note : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user is there, and may not be signalled.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A client for the server that the options name. Throws SERVER_UNREACHABLE when they name none. */
export async function connect(options: ServerOptions): Promise<Client> {
  const url = options.server ?? (await runningServer(options.data));
  return new Client(url, process.env["AUTOFLOW_TOKEN"]);
}

async function runningServer(data: string | undefined): Promise<string> {
  const folder = await findDataFolder(data);
  const url = readServerNote(folder)?.url;
  if (url !== undefined) return url;
  throw new AutoFlowError("SERVER_UNREACHABLE", `no server runs with the data folder ${folder}`);
}

export type Query = Record<string, string | number | undefined>;

export class Client {
  readonly url: string;
  readonly #token: string | undefined;
  readonly #patienceMs: number;

  /** `patienceMs`: how long a follower waits for a server that does not answer. */
  constructor(url: string, token: string | undefined, patienceMs = 60_000) {
    this.url = url.replace(/\/+$/, "");
    this.#token = token;
    this.#patienceMs = patienceMs;
  }

  get<T>(route: string, query: Query = {}): Promise<T> {
    return this.#request<T>("GET", withQuery(route, query));
  }

  post<T>(route: string, body?: unknown): Promise<T> {
    return this.#request<T>("POST", route, JSON.stringify(body));
  }

  /** As `post`, with a body that is JSON text already. */
  postText<T>(route: string, json: string, headers: Record<string, string> = {}): Promise<T> {
    return this.#request<T>("POST", route, json, headers);
  }

  put<T>(route: string, body: unknown): Promise<T> {
    return this.#request<T>("PUT", route, JSON.stringify(body));
  }

  /**
   * The server-sent events of a route, parsed, after the one with the id `after`. When the connection breaks, it continues
   * where it stopped, until the server ends the stream in good order or `signal` aborts; a server that starts again is waited
   * for. Throws what a server answers that is there, and SERVER_UNREACHABLE.
   */
  async *follow<T>(
    route: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ id: number; type: string; data: T }> {
    let last = after;
    const outage = new Outage(this.url, this.#patienceMs);
    while (!signal.aborted) {
      try {
        const headers = { ...this.#headers(), accept: "text/event-stream", "last-event-id": String(last) };
        const response = await this.#fetch(route, { headers, signal });
        outage.connected();
        for await (const event of readServerSentEvents(response.body!)) {
          outage.over();
          if (event.id !== undefined) last = Number(event.id);
          yield { id: last, type: event.type, data: JSON.parse(event.data) as T };
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof AutoFlowError && error.httpStatus < 500) throw error;
        await outage.wait(error);
      }
    }
  }

  async #request<T>(method: string, route: string, body?: string, more: Record<string, string> = {}): Promise<T> {
    const headers: Record<string, string> = { ...this.#headers(), ...more };
    const init: RequestInit = { method, headers };
    if (body !== undefined) {
      headers["content-type"] = "application/json";
      init.body = body;
    }
    const response = await this.#fetch(route, init);
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  #headers(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  async #fetch(route: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.url + route, init);
    } catch (error) {
      throw new AutoFlowError("SERVER_UNREACHABLE", `no answer from ${this.url}: ${causeOf(error)}`, { cause: error });
    }
    if (response.ok) return response;
    throw await answeredError(response);
  }
}

/** A path segment that may hold anything, such as a project's path. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}

function withQuery(route: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? route : `${route}?${parameters.toString()}`;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name);
}

interface ErrorEnvelope {
  code?: string;
  detail?: string;
  message?: string;
  hint?: string;
  where?: Location;
  data?: Record<string, unknown>;
}

/** The server's error as the AutoFlowError it was there. */
async function answeredError(response: Response): Promise<AutoFlowError> {
  const text = await response.text();
  const { code, detail, message, hint, where, data } = parseEnvelope(text);
  const said = detail ?? message ?? `the server answered ${response.status} ${response.statusText}`;
  const known =
    code !== undefined && Object.hasOwn(catalogue, code) ? (code as ErrorCode) : codeForStatus(response.status);
  return new AutoFlowError(known, said, {
    ...(hint !== undefined && { hint }),
    ...(where !== undefined && { where }),
    ...(data !== undefined && { data }),
  });
}

function parseEnvelope(text: string): ErrorEnvelope {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === "object" ? parsed : {};
  } catch {
    return {};
  }
}

function codeForStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return "AUTH_REQUIRED";
  if (status === 404) return "NOT_FOUND";
  return status < 500 ? "REQUEST_INVALID" : "SERVER_UNREACHABLE";
}
