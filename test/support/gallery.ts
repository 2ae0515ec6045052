/** Examples as their users have them: an example's own files on a server, beside a GitLab that sends the server its webhooks. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "../../src/core/engine.ts";
import { hasEnded, type RunSummary } from "../../src/core/run.ts";
import type { TaskJson } from "../../src/server/tasks/task-json.ts";
import type { Seed } from "../../src/testkit/gitlab/seed/seed-schema.ts";
import { root, startAutoflow } from "./autoflow.ts";
import { eventually } from "./eventually.ts";
import { DevServer } from "./server.ts";
import { tempFolder } from "./temp-folder.ts";

export interface ExampleOptions {
  /** What GitLab has. The project of the example is 42, a user's token is `glpat-` and the name; "root" is the administrator. */
  seed: Seed;
  /** What a user of the example changes in its files: by path below .gitlab/autoflow, what stands there and what takes its place. */
  settings?: Record<string, Record<string, string>>;
  vars?: Record<string, string>;
  secrets?: Record<string, string>;
  /** Ports of this machine that the example calls. */
  ports?: number[];
}

export interface IssueJson {
  iid: number;
  title: string;
  description: string | null;
  state: string;
  labels: string[];
  assignees: { username: string }[];
}

const project = 42;
const scripts = ".gitlab/autoflow/";
const webhookToken = "hook-token-0123456789";
const eventsSent = ["push", "tag_push", "issues", "note", "pipeline", "milestone"];

export class Example implements AsyncDisposable {
  readonly server: DevServer;
  readonly #gitlabUrl: string;
  readonly #opened: AsyncDisposableStack;

  private constructor(server: DevServer, gitlabUrl: string, opened: AsyncDisposableStack) {
    this.server = server;
    this.#gitlabUrl = gitlabUrl;
    this.#opened = opened;
  }

  /** `autoflow gitlab-sim` and `autoflow serve` with the files of a folder of examples/, the one told of the other. */
  static async start(name: string, options: ExampleOptions): Promise<Example> {
    await using opened = new AsyncDisposableStack();
    const gitlabUrl = await startGitLab(opened, options.seed);
    const { vars = {}, secrets = {} } = options;
    const files = filesOf(name);
    for (const [file, changes] of Object.entries(options.settings ?? {})) {
      files[scripts + file] = edited(files[scripts + file]!, changes);
    }
    const server = opened.use(
      await DevServer.serve({
        files,
        config: {
          sources: { default: { token: webhookToken } },
          http_client: { allowed_ips: ["127.0.0.1"], allowed_ports: options.ports ?? [] },
          projects: {
            [project]: {
              script: { folder: "project" },
              gitlab: { url: gitlabUrl, token: "glpat-root" },
              vars,
              secrets,
            },
          },
        },
      }),
    );
    const example = new Example(server, gitlabUrl, opened.move());
    await example.as("root", "POST", `projects/${project}/hooks`, {
      url: `${server.url}/webhooks/gitlab/default`,
      token: webhookToken,
      ...Object.fromEntries(eventsSent.map((name) => [`${name}_events`, true])),
    });
    return example;
  }

  /** A request to GitLab by one of its users. Throws when it is refused. */
  async as<T = unknown>(user: string, method: string, route: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.#gitlabUrl}/api/v4/${route}`, {
      method,
      headers: { "private-token": `glpat-${user}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** The project's issues, oldest first. */
  issues(query = ""): Promise<IssueJson[]> {
    return this.as("root", "GET", `projects/${project}/issues?sort=asc&per_page=100&${query}`);
  }

  issue(iid: number): Promise<IssueJson> {
    return this.as("root", "GET", `projects/${project}/issues/${iid}`);
  }

  /** What people and AutoFlow have written into an issue, in order. */
  async comments(iid: number): Promise<string[]> {
    const route = `projects/${project}/issues/${iid}/notes?sort=asc&order_by=created_at&per_page=100`;
    const notes = await this.as<{ body: string; system: boolean }[]>("root", "GET", route);
    return notes.flatMap(({ body, system }) => (system ? [] : [body]));
  }

  async tasks(): Promise<TaskJson[]> {
    return (await this.server.get<Page<TaskJson>>("/api/v1/tasks")).items;
  }

  /** Waits for the end of every run. None of them may have failed. */
  async untilAllEnded(): Promise<void> {
    let runs: RunSummary[] = [];
    await eventually(
      "all runs end",
      async () => {
        runs = await this.server.runs();
        return runs.every(({ state }) => hasEnded(state));
      },
      () => runs,
    );
    for (const { trigger, state } of runs) assert.equal(state, "succeeded", trigger);
  }

  /** Changes a file of .gitlab/autoflow, as `settings` do; what the server does not see it reads when it starts. */
  edit(file: string, changes: Record<string, string>): void {
    const place = `project/${scripts}${file}`;
    this.server.folder.write(place, edited(this.server.folder.read(place), changes));
  }

  /** kill -9, and a new process on the same data. */
  async killAndRestart(): Promise<void> {
    await this.server.end("SIGKILL");
    await this.server.startAgain();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }
}

/** Its address. */
async function startGitLab(opened: AsyncDisposableStack, seed: Seed): Promise<string> {
  const folder = opened.use(tempFolder());
  const file = folder.write("seed.json", JSON.stringify(seed));
  const args = ["gitlab-sim", "--port", "0", "--json", "--seed", file, "--token", "glpat-root"];
  const [line] = await opened.use(startAutoflow(args)).untilOutput(/^\{.*\}$/m);
  return (JSON.parse(line) as { url: string }).url;
}

/** The files that a project takes from an example, by path. */
function filesOf(name: string): Record<string, string> {
  const folder = path.join(root, "examples", name);
  const paths = readdirSync(path.join(folder, ".gitlab"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return Object.fromEntries(paths.map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));
}

function edited(text: string, changes: Record<string, string>): string {
  let result = text;
  for (const [before, after] of Object.entries(changes)) {
    const parts = result.split(before);
    assert.equal(parts.length, 2, `${JSON.stringify(before)} stands there once`);
    result = parts.join(after);
  }
  return result;
}
