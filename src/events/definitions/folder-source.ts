/** A script in a local folder: read, watched, and read again a moment after it changed. */
import { constants } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { AutoFlowError } from "../../core/errors.ts";
import { fingerprint } from "../../core/hash.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { Program, Sources } from "../../core/program.ts";
import { Coalesced } from "./coalesced.ts";
import { removeScript, scriptPath, type DefinitionSink, type DefinitionSource } from "./definition-source.ts";
import { FolderWatch, nearestFolder, type WatchedFolder } from "./folder-watch.ts";
import { gitCommitOf, gitLogFolder, type GitCommit } from "./git-commit.ts";
import { isInside, readClosure } from "./source-closure.ts";

export interface FolderSourceOptions {
  /** The project's root; loads are resolved inside it, and no symbolic link leads out of it. */
  folder: string;
  /** Relative to the folder; ".gitlab/autoflow/main.star" unless said otherwise. */
  entry?: string;
  /** Whose events the script is for; "*" for every project's. */
  project: string;
  program: Pick<Program, "language" | "dependencies">;
  sink: DefinitionSink;
  clock: Clock;
  log: Log;
}

/** Editors write a file in several steps. */
const settleMs = 100;
/** Where the system cannot watch any more folders. */
const pollMs = 2000;

/** One script of a local folder with all it loads; a definition as long as the script is there. */
export class FolderSource implements DefinitionSource {
  readonly #options: FolderSourceOptions;
  readonly #entry: string;
  readonly #look = new Coalesced(() => this.#lookNow());
  readonly #watch: FolderWatch;
  #timer: { cancel(): void } | undefined;
  #isFollowing = false;
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
    await this.refresh();
  }

  refresh(): Promise<void> {
    return this.#look.run();
  }

  async stop(): Promise<void> {
    this.#isFollowing = false;
    this.#timer?.cancel();
    await this.#look.settled();
    this.#watch.set([]);
  }

  async #lookNow(): Promise<void> {
    const root = await this.#root();
    const sources = await this.#readAndWatch(root);
    if (sources === undefined) await this.#gone();
    else await this.#found(sources, await gitCommitOf(root, [...sources.files.keys()]));
  }

  /** Reads until nothing can have changed unnoticed between reading it and watching it. */
  async #readAndWatch(root: string): Promise<Sources | undefined> {
    for (;;) {
      const asked = new Set<string>([this.#entry]);
      const sources = await readClosure(this.#options.program, this.#entry, (file) => {
        asked.add(file);
        return readInside(root, file);
      });
      const folders = await foldersToWatch(root, asked);
      if (!this.#isFollowing || !this.#watch.set(folders)) return sources;
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

  async #found(sources: Sources, git: GitCommit | undefined): Promise<void> {
    const { project, program, sink } = this.#options;
    const seen = fingerprint(JSON.stringify([...sources.files]), git?.commit ?? "");
    if (seen === this.#seen) return;
    await sink.put({ project, language: program.language, sources, ...git });
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

/** The text of a file whose real place is inside `root`, itself a real path; undefined when there is none. */
async function readInside(root: string, file: string): Promise<string | undefined> {
  if (!isInside(file)) return undefined;
  try {
    const real = await realpath(path.join(root, file));
    if (!real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) return undefined;
    await using handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return (await handle.stat()).isFile() ? await handle.readFile("utf8") : undefined;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw new AutoFlowError("SCRIPT_SOURCE_UNAVAILABLE", `${file} cannot be read`, { cause: error });
  }
}

function isAbsence(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENXIO"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** The folders in which a change of these files would show: their own, or as far as they exist. */
async function foldersToWatch(root: string, files: Iterable<string>): Promise<WatchedFolder[]> {
  const folders = new Set<string>();
  for (const file of files) if (isInside(file)) folders.add(path.dirname(path.join(root, file)));
  const found = await Promise.all([...folders].map((folder) => nearestFolder(root, folder)));
  const logs = await gitLogFolder(root);
  return logs === undefined ? found : [...found, await nearestFolder(logs, logs)];
}
