/** Projects of a GitLab instance, read through its API with the token that the script's own project has. */
import { AutoFlowError } from "../../core/errors.ts";
import type { MissingFile } from "../../core/program.ts";
import { asObject, textAt } from "../body-fields.ts";
import type { GitLabClient } from "./gitlab-client.ts";
import { tooLarge, type OtherProjects, type ProjectFiles } from "./project-files.ts";

/** Bytes of files that are kept. What is at a commit never changes. */
const keptBytes = 8 * 1024 * 1024;

/** Sees what the client's token may see, and what is public. */
export class GitLabProjects implements OtherProjects {
  readonly #client: GitLabClient;
  readonly #signal: AbortSignal;
  readonly #kept = new Map<string, Uint8Array>();
  #size = 0;

  /** `signal` ends what is under way. */
  constructor(client: GitLabClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  async commitOf(project: string, ref: string): Promise<string> {
    const at = repositoryOf(project);
    const commit = textAt(
      asObject(await this.#client.json(`${at}/commits/${encodeURIComponent(ref)}`, this.#signal)),
      "id",
    );
    if (commit !== undefined && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) return commit;
    const found = await this.#client.json(`projects/${encodeURIComponent(project)}`, this.#signal);
    if (found === undefined) {
      throw new AutoFlowError(
        "SCRIPT_SOURCE_UNAVAILABLE",
        `${this.#client.url} shows no project ${project}: it is not there, or the token may not read it`,
      );
    }
    throw new AutoFlowError(
      "SCRIPT_SOURCE_UNAVAILABLE",
      `the project ${project} shows no tag, branch or commit ${JSON.stringify(ref)}: it is not there, or the token may not read the repository`,
    );
  }

  at(project: string, commit: string): ProjectFiles {
    const files = new GitLabFiles(this.#client, project, commit, this.#signal);
    return {
      read: async (path) => {
        const key = `${project}@${commit}:${path}`;
        const content = this.#kept.get(key) ?? (await files.read(path));
        if (content instanceof Uint8Array) this.#keep(key, content);
        return content;
      },
    };
  }

  #keep(key: string, content: Uint8Array): void {
    if (this.#kept.has(key)) return;
    if (this.#size + content.length > keptBytes) {
      this.#kept.clear();
      this.#size = 0;
    }
    this.#kept.set(key, content);
    this.#size += content.length;
  }
}

/** The files of one GitLab project, named by id or full path, at a commit. */
export class GitLabFiles implements ProjectFiles {
  readonly #client: GitLabClient;
  readonly #repository: string;
  readonly #commit: string;
  readonly #signal: AbortSignal;

  constructor(client: GitLabClient, project: string, commit: string, signal: AbortSignal) {
    this.#client = client;
    this.#repository = repositoryOf(project);
    this.#commit = commit;
    this.#signal = signal;
  }

  async read(path: string): Promise<Uint8Array | MissingFile> {
    const address = `${this.#repository}/files/${encodeURIComponent(path)}/raw?ref=${this.#commit}`;
    const answer = await this.#client.bytes(address, this.#signal);
    if (answer === "too large") return tooLarge;
    return answer ?? { siblings: await this.#siblingsOf(path) };
  }

  async #siblingsOf(path: string): Promise<string[]> {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const query = `ref=${this.#commit}&path=${encodeURIComponent(folder)}&per_page=100`;
    const found = await this.#client.json(`${this.#repository}/tree?${query}`, this.#signal);
    return (Array.isArray(found) ? found : []).flatMap((entry: unknown) => {
      const { type } = asObject(entry) ?? {};
      return type === "blob" ? (textAt(asObject(entry), "name") ?? []) : [];
    });
  }
}

function repositoryOf(project: string): string {
  return `projects/${encodeURIComponent(project)}/repository`;
}
