/** For tests: as much of GitLab's REST API as projects and their files need, with the visibility of projects. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

interface StandInProject {
  /** Who may see it: everybody, or who sends one of these tokens. */
  tokens: "public" | readonly string[];
  /** Files by path, by commit. */
  commits: Map<string, Record<string, string | Uint8Array>>;
  /** Tags and branches. */
  refs: Map<string, string>;
}

export class GitLabStandIn implements AsyncDisposable {
  readonly requests: string[] = [];
  readonly #projects = new Map<string, StandInProject>();
  readonly #server = createServer((request, response) => {
    const { status, body } = this.#answer(request);
    response.writeHead(status).end(body);
  });
  /** Answered to every request instead of content. */
  status: number | undefined;

  static async start(): Promise<GitLabStandIn> {
    const gitlab = new GitLabStandIn();
    await new Promise<void>((resolve) => gitlab.#server.listen(0, "127.0.0.1", resolve));
    return gitlab;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A commit of a project with these files, that these tags and branches point at. The project is public unless it was made otherwise. */
  push(
    path: string,
    commit: string,
    files: Record<string, string | Uint8Array>,
    refs: readonly string[] = ["main"],
  ): void {
    const project = this.#projects.get(path) ?? this.create(path, "public");
    project.commits.set(commit, files);
    for (const ref of refs) project.refs.set(ref, commit);
  }

  create(path: string, tokens: StandInProject["tokens"]): StandInProject {
    const project: StandInProject = { tokens, commits: new Map(), refs: new Map() };
    this.#projects.set(path, project);
    return project;
  }

  #answer(request: IncomingMessage): { status: number; body: string | Uint8Array } {
    this.requests.push(request.url!);
    if (this.status !== undefined) return { status: this.status, body: "{}" };
    const url = new URL(request.url!, "http://gitlab");
    const [, id = "", rest = ""] = /^\/api\/v4\/projects\/([^/]+)(.*)$/.exec(url.pathname) ?? [];
    const project = this.#projects.get(decodeURIComponent(id));
    const token = request.headers["private-token"];
    const isVisible = project !== undefined && (project.tokens === "public" || project.tokens.includes(String(token)));
    const body = isVisible ? contentOf(project, rest, url.searchParams) : undefined;
    return body === undefined ? { status: 404, body: '{"message":"404 Not Found"}' } : { status: 200, body };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function contentOf(project: StandInProject, rest: string, query: URLSearchParams): string | Uint8Array | undefined {
  if (rest === "") return "{}";
  const commit = /^\/repository\/commits\/([^/]+)$/.exec(rest)?.[1];
  if (commit !== undefined) {
    const id = commitNamed(project, decodeURIComponent(commit));
    return id === undefined ? undefined : JSON.stringify({ id });
  }
  const files = project.commits.get(query.get("ref") ?? "");
  const file = /^\/repository\/files\/([^/]+)\/raw$/.exec(rest)?.[1];
  if (file !== undefined) return files?.[decodeURIComponent(file)];
  if (rest === "/repository/tree" && files !== undefined) return JSON.stringify(treeOf(files, query.get("path") ?? ""));
  if (rest === "/repository/commits") {
    const id = commitNamed(project, query.get("ref_name") ?? "main");
    return JSON.stringify(
      id === undefined ? [] : [{ id, author_name: "Mara Lindqvist", author_email: "mara@example.com" }],
    );
  }
  return undefined;
}

function commitNamed({ refs, commits }: StandInProject, name: string): string | undefined {
  return refs.get(name) ?? [...commits.keys()].find((commit) => name.length >= 7 && commit.startsWith(name));
}

function treeOf(files: Record<string, unknown>, folder: string): { name: string; type: string }[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const names = Object.keys(files).filter((path) => path.startsWith(prefix));
  return names.map((path) => {
    const [name, ...deeper] = path.slice(prefix.length).split("/");
    return { name: name!, type: deeper.length > 0 ? "tree" : "blob" };
  });
}
