/** A script in a local folder: read, watched, and read again a moment after it changed. */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { DefinitionSources } from "../../core/definition.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { fingerprint } from "../../core/hash.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { Program } from "../../core/program.ts";
import { isInsideProject, parseOtherProjectPath } from "../../core/source-path.ts";
import { Coalesced } from "./coalesced.ts";
import { removeScript, scriptPath, type DefinitionSink, type DefinitionSource } from "./definition-source.ts";
import { FolderFiles } from "./folder-files.ts";
import { FolderWatch, nearestFolder, type WatchedFolder } from "./folder-watch.ts";
import { gitCommitOf, gitLogFolder } from "./git-commit.ts";
import { lacksLibraries, type LibraryAccess, LockedLibraries } from "./libraries.ts";
import { lockPath } from "./lock-file.ts";
import type { ProjectFiles } from "./project-files.ts";
import { readClosure } from "./source-closure.ts";

export interface FolderSourceOptions {
  /** The project's root; loads are resolved inside it, and no symbolic link leads out of it. */
  folder: string;
  /** Relative to the folder; ".gitlab/autoflow/main.star" unless said otherwise. */
  entry?: string;
  /** Whose events the script is for; "*" for every project's. */
  project: string;
  program: Pick<Program, "language" | "dependencies">;
  /** What the script may load besides its own project's files; nothing when absent. */
  libraries?: LibraryAccess;
  sink: DefinitionSink;
  clock: Clock;
  log: Log;
}

/** What a look found. */
type Found = Pick<DefinitionSources, "sources" | "libraries" | "commit" | "author">;

/** Editors write a file in several steps. */
const settleMs = 100;
/** Where the system cannot watch any more folders. */
const pollMs = 2000;
/** After files of another project could not be had. */
const libraryRetryMs = 30_000;

/** One script of a local folder with all it loads; a definition as long as the script is there. */
export class FolderSource implements DefinitionSource {
  readonly #options: FolderSourceOptions;
  readonly #entry: string;
  readonly #look = new Coalesced(() => this.#lookNow());
  readonly #watch: FolderWatch;
  #timer: { cancel(): void } | undefined;
  #isFollowing = false;
  #isStopped = false;
  /** The projects that a log line told to be without a lock. */
  readonly #told = new Set<string>();
  /** What the sink has: nothing of it before the first look, "" for no script. */
  #seen: string | undefined;
  #problem: string | undefined;

  constructor(options: FolderSourceOptions) {
    this.#options = options;
    this.#entry = options.entry ?? scriptPath;
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
    const { sources, libraries } = await this.#readAndWatch(root);
    if (sources === undefined) return this.#gone();
    const files = [...sources.files.keys()].filter((file) => parseOtherProjectPath(file) === undefined);
    const git = await gitCommitOf(root, libraries === undefined ? files : [...files, lockPath]);
    // What a stop has broken off is no news.
    if (this.#isStopped && lacksLibraries(sources)) return;
    await this.#found({ sources, ...(libraries !== undefined && { libraries }), ...git });
    if (lacksLibraries(sources)) this.#lookIn(libraryRetryMs);
  }

  /** Reads until nothing can have changed unnoticed between reading it and watching it. */
  async #readAndWatch(root: string): Promise<Partial<Found>> {
    for (;;) {
      const asked = new Set<string>([this.#entry, lockPath]);
      const own = watched(new FolderFiles(root), asked);
      const { program, libraries: access } = this.#options;
      const libraries = access === undefined ? undefined : new LockedLibraries({ own, ...access });
      const sources = await readClosure(program, this.#entry, { own, ...(libraries !== undefined && { libraries }) });
      const folders = await foldersToWatch(root, asked);
      if (this.#isFollowing && this.#watch.set(folders)) continue;
      this.#tellUnlocked(libraries?.unlocked ?? []);
      const used = libraries?.used ?? [];
      return { ...(sources !== undefined && { sources }), ...(used.length > 0 && { libraries: used }) };
    }
  }

  #tellUnlocked(projects: readonly string[]): void {
    for (const project of projects.filter((one) => !this.#told.has(one))) {
      this.#told.add(project);
      const message = `what is loaded of ${project} is not in ${lockPath} and is taken as it is now: \`autoflow lock\` pins it`;
      this.#options.log.warn(message, { folder: this.#options.folder });
    }
  }

  async #root(): Promise<string> {
    const { folder } = this.#options;
    try {
      const root = await realpath(folder);
      if ((await stat(root)).isDirectory()) return root;
    } catch (cause) {
      throw this.#unavailable(`the folder ${folder} cannot be read`, cause);
    }
    throw this.#unavailable(`${folder} is no folder`);
  }

  #unavailable(message: string, cause?: unknown): AutoFlowError {
    return new AutoFlowError("SCRIPT_SOURCE_UNAVAILABLE", message, {
      hint: `Name the folder of a project that has ${this.#entry}.`,
      ...(cause === undefined ? {} : { cause }),
    });
  }

  async #found(found: Found): Promise<void> {
    const { project, program, sink } = this.#options;
    const { sources, libraries = [], commit = "" } = found;
    const texts = [[...sources.files], [...(sources.missing ?? [])], libraries];
    const seen = fingerprint(JSON.stringify(texts), commit);
    if (seen === this.#seen) return;
    await sink.put({ project, language: program.language, ...found });
    this.#seen = seen;
  }

  async #gone(): Promise<void> {
    const { folder, project, sink, log } = this.#options;
    if (this.#seen === "") return;
    log.info("there is no script", { folder, path: this.#entry });
    await removeScript(sink, project, this.#entry);
    this.#seen = "";
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
      if (problem !== this.#problem) log.warn("the script could not be read again", { folder, error: problem });
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

/** The folders in which a change of these files would show: their own, or as far as they exist. */
async function foldersToWatch(root: string, files: Iterable<string>): Promise<WatchedFolder[]> {
  const folders = new Set<string>();
  for (const file of files) if (isInsideProject(file)) folders.add(path.dirname(path.join(root, file)));
  const found = await Promise.all([...folders].map((folder) => nearestFolder(root, folder)));
  const logs = await gitLogFolder(root);
  return logs === undefined ? found : [...found, await nearestFolder(logs, logs)];
}
