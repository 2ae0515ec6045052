/** The definitions in a local folder: read, watched, and read again a moment after something changed. */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { DefinitionSources } from "../../core/definition.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { isInsideProject } from "../../core/source-path.ts";
import { Coalesced } from "./coalesced.ts";
import type { DefinitionLanguage } from "./definition-language.ts";
import type { DefinitionSink, DefinitionSource } from "./definition-source.ts";
import { EntryFinder } from "./find-entries.ts";
import { FolderFiles } from "./folder-files.ts";
import { listFolder } from "./folder-listing.ts";
import { FolderWatch, nearestFolder, type WatchedFolder } from "./folder-watch.ts";
import { commitOf, committedFiles, gitLogFolder } from "./git-commit.ts";
import { HandOver } from "./hand-over.ts";
import { lacksOthers } from "./libraries.ts";
import { lockPath } from "./lock-file.ts";
import { type OutsideFiles, type ReadDefinition, readDefinitions } from "./project-definitions.ts";
import { readingOnce, type ProjectFiles } from "./project-files.ts";

export interface FolderSourceOptions {
  /** The project's root; loads are resolved inside it, and no symbolic link leads out of it. */
  folder: string;
  /** Whose events the definitions are for; "*" for every project's. */
  project: string;
  languages: readonly DefinitionLanguage[];
  /** What definitions may load besides the project's files. */
  outside?: OutsideFiles;
  sink: DefinitionSink;
  clock: Clock;
  log: Log;
}

/** Editors write a file in several steps. */
const settleMs = 100;
/** Where the system cannot watch any more folders. */
const pollMs = 2000;
/** After files of another project or from an address could not be had. */
const othersRetryMs = 30_000;

/** All definitions of a local folder, each with all it loads; one is a definition as long as its file is there. */
export class FolderSource implements DefinitionSource {
  readonly #options: FolderSourceOptions;
  readonly #look = new Coalesced(() => this.#lookNow());
  readonly #watch: FolderWatch;
  readonly #finder: EntryFinder;
  readonly #handOver: HandOver;
  #timer: { cancel(): void } | undefined;
  #isFollowing = false;
  #isStopped = false;
  /** What log lines have told: projects without a lock, and why not all files were looked at. */
  readonly #told = new Set<string>();
  #problem: string | undefined;

  constructor(options: FolderSourceOptions) {
    this.#options = options;
    this.#finder = new EntryFinder(options.languages);
    this.#handOver = new HandOver(options.sink, options.project);
    this.#watch = new FolderWatch(
      () => this.#lookIn(settleMs),
      (folder, error) => {
        options.log.warn("a folder cannot be watched and is looked at now and then", { folder, error: String(error) });
        this.#lookIn(pollMs);
      },
    );
  }

  /** Rejects with SCRIPT_SOURCE_UNAVAILABLE when the folder is not there. */
  async start(): Promise<void> {
    this.#isFollowing = true;
    this.#isStopped = false;
    await this.refresh();
  }

  refresh(): Promise<void> {
    return this.#look.run();
  }

  async stop(): Promise<void> {
    this.#isFollowing = false;
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#look.settled();
    this.#watch.set([]);
  }

  async #lookNow(): Promise<void> {
    const root = await this.#root();
    const read = await this.#readAndWatch(root);
    const lacks = read.some(({ sources }) => lacksOthers(sources));
    // What a stop has broken off is no news.
    if (this.#isStopped && lacks) return;
    await this.#handOver.take(await this.#withCommits(root, read));
    if (lacks) this.#lookIn(othersRetryMs);
  }

  /** Reads until nothing can have changed unnoticed between reading it and watching it. */
  async #readAndWatch(root: string): Promise<ReadDefinition[]> {
    const { languages, outside = {} } = this.#options;
    for (;;) {
      const asked = new Set<string>([...languages.flatMap(({ fixed }) => fixed ?? []), lockPath]);
      const own = watched(new FolderFiles(root), asked);
      const listing = await listFolder(root, (file) => languages.some(({ claims }) => claims?.(file) ?? false));
      const found = await this.#finder.find(listing, (file) => own.read(file));
      const { definitions, unlocked, problems } = await readDefinitions(found, readingOnce(own), outside);
      const folders = await foldersToWatch(root, asked, listing.folders);
      if (this.#isFollowing && this.#watch.set(folders)) continue;
      this.#tell([...problems, ...unlocked.map(unlockedLine), ...[found.cut ?? []].flat().map(cutLine)]);
      return definitions;
    }
  }

  async #withCommits(root: string, read: readonly ReadDefinition[]): Promise<DefinitionSources[]> {
    const { project } = this.#options;
    const committed = await committedFiles(root, [...new Set(read.flatMap(({ own }) => own))]);
    return read.map(({ own, ...definition }) => ({ project, ...definition, ...commitOf(committed, own) }));
  }

  #tell(lines: readonly string[]): void {
    const { folder, log } = this.#options;
    for (const line of lines.filter((each) => !this.#told.has(each))) {
      this.#told.add(line);
      log.warn(line, { folder });
    }
  }

  async #root(): Promise<string> {
    const { folder } = this.#options;
    try {
      const root = await realpath(folder);
      if ((await stat(root)).isDirectory()) return root;
    } catch (cause) {
      throw unavailable(`the folder ${folder} cannot be read`, cause);
    }
    throw unavailable(`${folder} is no folder`);
  }

  #lookIn(delayMs: number): void {
    if (!this.#isFollowing) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(delayMs, () => void this.#lookAgain());
  }

  /** A folder that cannot be read, or a sink that does not take what was found, is asked again. */
  async #lookAgain(): Promise<void> {
    try {
      await this.refresh();
      this.#problem = undefined;
    } catch (error) {
      const problem = String(error);
      const { log, folder } = this.#options;
      if (problem !== this.#problem) log.warn("the folder could not be read again", { folder, error: problem });
      this.#problem = problem;
      this.#lookIn(pollMs);
    }
  }
}

/** Notes which paths are asked for. */
function watched(files: ProjectFiles, asked: Set<string>): ProjectFiles {
  return {
    read: (file) => {
      asked.add(file);
      return files.read(file);
    },
  };
}

/** The folders in which a change of these files, or a new definition, would show: as far as they exist. */
async function foldersToWatch(
  root: string,
  files: Iterable<string>,
  listed: readonly string[],
): Promise<WatchedFolder[]> {
  const folders = new Set<string>(listed);
  for (const file of files) if (isInsideProject(file)) folders.add(path.dirname(path.join(root, file)));
  const found = await Promise.all([...folders].map((folder) => nearestFolder(root, folder)));
  const logs = await gitLogFolder(root);
  return logs === undefined ? found : [...found, await nearestFolder(logs, logs)];
}

function unlockedLine(project: string): string {
  return `what is loaded of ${project} is not in ${lockPath} and is taken as it is now: \`autoflow lock\` pins it`;
}

function cutLine(why: string): string {
  return `some definitions may not have been found: ${why}`;
}

function unavailable(message: string, cause?: unknown): AutoFlowError {
  return new AutoFlowError("SCRIPT_SOURCE_UNAVAILABLE", message, {
    hint: "Name the folder of a project.",
    ...(cause === undefined ? {} : { cause }),
  });
}
