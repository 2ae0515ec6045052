/** The definitions in a GitLab repository, read through the API at the newest commit of a branch. */
import { AutoFlowError } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { asObject, textAt } from "../body-fields.ts";
import { gitlabTypePrefix } from "../gitlab/event-kind.ts";
import { Coalesced } from "./coalesced.ts";
import type { DefinitionLanguage } from "./definition-language.ts";
import { type DefinitionSink, type DefinitionSource, scriptPath } from "./definition-source.ts";
import { EntryFinder } from "./find-entries.ts";
import type { GitLabClient } from "./gitlab-client.ts";
import { listGitLabFiles, onlyListed } from "./gitlab-listing.ts";
import { GitLabFiles } from "./gitlab-projects.ts";
import { HandOver } from "./hand-over.ts";
import { lacksOthers } from "./libraries.ts";
import { type OutsideFiles, type ReadDefinition, readDefinitions } from "./project-definitions.ts";
import { readingOnce } from "./project-files.ts";

export interface GitLabSourceOptions {
  client: GitLabClient;
  /** Whose events the definitions are for. */
  project: string;
  /** The project whose repository holds them, by id or full path; the project itself when absent. */
  repository?: string;
  /** Branch or tag; the default branch when absent. */
  ref?: string;
  languages: readonly DefinitionLanguage[];
  /** What definitions may load besides the repository's files. */
  outside?: OutsideFiles;
  sink: DefinitionSink;
  clock: Clock;
  log: Log;
  /** Ms between two looks; a push is noticed at once where GitLab sends it. */
  intervalMs?: number;
}

/**
 * One project's definitions. What was put last stays in use while GitLab does not answer; a problem is logged when it begins and when
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
  /** What was looked at to the end: nothing before the first look, or while files of others are missing; then this commit. */
  #commit: string | undefined;
  #isEmpty = false;
  readonly #finder: EntryFinder;
  readonly #handOver: HandOver;
  /** What log lines have told. */
  readonly #told = new Set<string>();

  constructor(options: GitLabSourceOptions) {
    this.#options = options;
    this.#finder = new EntryFinder(options.languages);
    this.#handOver = new HandOver(options.sink, options.project);
    this.#repository = options.repository ?? options.project;
  }

  /** Never rejects: a GitLab that does not answer now is asked again. */
  async start(): Promise<void> {
    await this.#lookQuietly();
    this.#lookLater();
  }

  /** Why what the sink has may not be the newest, or is nothing; undefined after a look that went well and found something. */
  get problem(): string | undefined {
    if (!this.#hasLooked) return "the repository has not been read yet";
    return (
      this.#problem ?? (this.#isEmpty ? `${this.#repository} has neither ${scriptPath} nor a workflow` : undefined)
    );
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
      if (this.#problem !== undefined) this.#options.log.info("the repository can be read again", about);
      this.#problem = undefined;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const isNews = problem !== this.#problem && !this.#stopping.signal.aborted;
      if (isNews) this.#options.log.warn("the repository could not be read", { ...about, error: problem });
      this.#problem = problem;
      throw error;
    } finally {
      this.#hasLooked = true;
    }
  }

  async #takeOver(): Promise<void> {
    const { project } = this.#options;
    const newest = await this.#newestCommit();
    const commit = newest?.commit ?? "";
    if (commit === this.#commit) return;
    const read = newest === undefined ? [] : await this.#readAt(commit);
    const lacks = read.some(({ sources }) => lacksOthers(sources));
    // What a stop has broken off is no news.
    if (lacks && this.#stopping.signal.aborted) return;
    await this.#handOver.take(
      read.map(({ language, sources, libraries }) => ({
        project,
        language,
        sources,
        ...(libraries !== undefined && { libraries }),
        ...newest,
      })),
    );
    this.#commit = lacks ? undefined : commit;
    this.#isEmpty = read.length === 0;
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
    // GitLab says 404 for what a token may not see, so that is no reason to give up what is in use.
    if (!Array.isArray(found)) throw this.#unavailable("GitLab shows no repository of");
    if (ref !== undefined) throw this.#unavailable(`there is no branch or tag ${JSON.stringify(ref)} in`);
    return undefined;
  }

  async #readAt(commit: string): Promise<ReadDefinition[]> {
    const { client, languages, outside = {} } = this.#options;
    const { signal } = this.#stopping;
    const isWanted = (file: string): boolean => languages.some(({ claims }) => claims?.(file) ?? false);
    const searches = languages.some(({ claims }) => claims !== undefined);
    const listing = searches
      ? await listGitLabFiles({ client, path: this.#path, commit, isWanted, signal })
      : { files: [] };
    const own = readingOnce(onlyListed(new GitLabFiles(client, this.#repository, commit, signal), listing));
    const found = await this.#finder.find(listing, (file) => own.read(file));
    const { definitions, problems } = await readDefinitions(found, own, outside);
    const cut = found.cut === undefined ? [] : [`some definitions may not have been found: ${found.cut}`];
    this.#tell([...problems, ...cut]);
    return definitions;
  }

  #tell(lines: readonly string[]): void {
    const { log, project } = this.#options;
    for (const line of lines.filter((each) => !this.#told.has(each))) {
      this.#told.add(line);
      log.warn(line, { project, repository: this.#repository });
    }
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
