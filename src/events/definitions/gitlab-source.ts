/** A script in a GitLab repository, read through the API at the newest commit of a branch. */
import type { DefinitionSources } from "../../core/definition.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { Program } from "../../core/program.ts";
import { asObject, textAt } from "../body-fields.ts";
import { gitlabTypePrefix } from "../gitlab/event-kind.ts";
import { Coalesced } from "./coalesced.ts";
import { removeScript, scriptPath, type DefinitionSink, type DefinitionSource } from "./definition-source.ts";
import type { GitLabClient } from "./gitlab-client.ts";
import { GitLabFiles } from "./gitlab-projects.ts";
import { lacksLibraries, type LibraryAccess, LockedLibraries } from "./libraries.ts";
import { readClosure } from "./source-closure.ts";

export interface GitLabSourceOptions {
  client: GitLabClient;
  /** Whose events the script is for. */
  project: string;
  /** The project whose repository holds the script, by id or full path; the project itself when absent. */
  repository?: string;
  /** Branch or tag; the default branch when absent. */
  ref?: string;
  program: Pick<Program, "language" | "dependencies">;
  /** What the script may load besides its own project's files; nothing when absent. */
  libraries?: LibraryAccess;
  sink: DefinitionSink;
  clock: Clock;
  log: Log;
  /** Ms between two looks; a push is noticed at once where GitLab sends it. */
  intervalMs?: number;
}

/**
 * One project's script. What was put last stays in use while GitLab does not answer; a problem is logged when it begins and when
 * it ends.
 */
export class GitLabSource implements DefinitionSource {
  readonly #options: GitLabSourceOptions;
  readonly #repository: string;
  readonly #look = new Coalesced(() => this.#lookNow());
  readonly #stopping = new AbortController();
  #timer: { cancel(): void } | undefined;
  #problem: string | undefined;
  #hasLooked = false;
  /** What was looked at to the end: nothing before the first look, then this commit. */
  #commit: string | undefined;
  /** What the sink has, while files of other projects are missing and are looked for at every look. */
  #incomplete: string | undefined;

  constructor(options: GitLabSourceOptions) {
    this.#options = options;
    this.#repository = options.repository ?? options.project;
  }

  /** Never rejects: a GitLab that does not answer now is asked again. */
  async start(): Promise<void> {
    await this.#lookQuietly();
    this.#lookLater();
  }

  /** Why what the sink has may not be the newest; undefined after a look that went well. */
  get problem(): string | undefined {
    return this.#hasLooked ? this.#problem : "the repository has not been read yet";
  }

  refresh(): Promise<void> {
    return this.#look.run();
  }

  /** Call with accepted events: a push to the repository is a reason to look at once. Returns without waiting. */
  notice({ project, attributes: { type, source } }: Pick<NewEvent, "project" | "attributes">): void {
    if (!type.startsWith(`${gitlabTypePrefix}branch_`) && !type.startsWith(`${gitlabTypePrefix}tag_`)) return;
    if (project === this.#repository || source.endsWith(`/${this.#repository}`)) void this.#lookQuietly();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#timer?.cancel();
    await this.#look.settled();
  }

  #lookLater(): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer = this.#options.clock.setTimer(this.#options.intervalMs ?? 60_000, () => void this.start());
  }

  async #lookQuietly(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      await this.#look.run();
    } catch {
      // It is logged where it is met, once however many wait for the same look.
    }
  }

  async #lookNow(): Promise<void> {
    const about = { project: this.#options.project, repository: this.#repository };
    try {
      await this.#takeOver();
      if (this.#problem !== undefined) this.#options.log.info("the script can be fetched again", about);
      this.#problem = undefined;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const isNews = problem !== this.#problem && !this.#stopping.signal.aborted;
      if (isNews) this.#options.log.warn("the script could not be fetched", { ...about, error: problem });
      this.#problem = problem;
      throw error;
    } finally {
      this.#hasLooked = true;
    }
  }

  async #takeOver(): Promise<void> {
    const { program, project, sink } = this.#options;
    const newest = await this.#newestCommit();
    const commit = newest?.commit ?? "";
    if (commit === this.#commit) return;
    const found = newest === undefined ? undefined : await this.#sourcesAt(commit);
    const text =
      found !== undefined && lacksLibraries(found.sources) ? JSON.stringify([commit, ...describe(found)]) : undefined;
    // What a stop has broken off is no news either.
    if (text !== undefined && (text === this.#incomplete || this.#stopping.signal.aborted)) return;
    if (newest === undefined || found === undefined) await removeScript(sink, project, scriptPath);
    else await sink.put({ project, language: program.language, ...found, ...newest });
    this.#incomplete = text;
    this.#commit = text === undefined ? commit : undefined;
  }

  /** Undefined for a repository without commits. */
  async #newestCommit(): Promise<{ commit: string; author: string } | undefined> {
    const { client, ref } = this.#options;
    const query = ref === undefined ? "per_page=1" : `per_page=1&ref_name=${encodeURIComponent(ref)}`;
    const found = await client.json(`${this.#path}/commits?${query}`, this.#stopping.signal);
    const newest = asObject(Array.isArray(found) ? found[0] : undefined);
    const commit = textAt(newest, "id");
    if (commit !== undefined) {
      return { commit, author: `${textAt(newest, "author_name") ?? ""} <${textAt(newest, "author_email") ?? ""}>` };
    }
    // GitLab says 404 for what a token may not see, so that is no reason to give up the script in use.
    if (!Array.isArray(found)) throw this.#unavailable("GitLab shows no repository of");
    if (ref !== undefined) throw this.#unavailable(`there is no branch or tag ${JSON.stringify(ref)} in`);
    return undefined;
  }

  async #sourcesAt(commit: string): Promise<Pick<DefinitionSources, "sources" | "libraries"> | undefined> {
    const { client, program, libraries: access } = this.#options;
    const own = new GitLabFiles(client, this.#repository, commit, this.#stopping.signal);
    const libraries = access === undefined ? undefined : new LockedLibraries({ own, ...access });
    const sources = await readClosure(program, scriptPath, { own, ...(libraries !== undefined && { libraries }) });
    const used = libraries?.used ?? [];
    return sources === undefined ? undefined : { sources, ...(used.length > 0 && { libraries: used }) };
  }

  get #path(): string {
    return `projects/${encodeURIComponent(this.#repository)}/repository`;
  }

  #unavailable(problem: string): AutoFlowError {
    return new AutoFlowError("SCRIPT_SOURCE_UNAVAILABLE", `${problem} project ${this.#repository}`, {
      hint: "Check the project's id or path, the branch, and whether the token may read the repository.",
    });
  }
}

/** What tells two findings apart. */
function describe({ sources, libraries }: Pick<DefinitionSources, "sources" | "libraries">): unknown[] {
  return [[...sources.files], [...(sources.missing ?? [])], libraries];
}
