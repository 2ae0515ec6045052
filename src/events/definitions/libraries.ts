/** Files of other projects as a script gets them: at the commits that its project's lock file names, with the content it names. */
import { AutoFlowError } from "../../core/errors.ts";
import type { LoadedProject } from "../../core/definition.ts";
import type { MissingFile, Sources } from "../../core/program.ts";
import { type OtherProjectFile, parseOtherProjectPath } from "../../core/source-path.ts";
import { decodeText } from "./decode-text.ts";
import { contentHash, type Lock, LockProblem, lockKey, lockPath, parseLock } from "./lock-file.ts";
import { isAddress, type OtherProjects, type ProjectFiles } from "./project-files.ts";

/** What reading a closure asks for files of other projects. */
export interface Libraries {
  read(file: OtherProjectFile): Promise<Uint8Array | MissingFile>;
}

/** How a script reaches other projects. */
export interface LibraryAccess {
  others: OtherProjects;
  /** What to do with what is not in the lock file: refuse it, or take what a ref stands for now, which is for development. */
  unlocked: "refuse" | "resolve";
}

interface LockedLibrariesOptions extends LibraryAccess {
  /** The files of the script's own project, the lock file among them. */
  own: ProjectFiles;
}

/** Whether files of other projects or from addresses could not be had; they may be there later. */
export function lacksOthers({ missing }: Sources): boolean {
  return [...(missing?.keys() ?? [])].some((path) => isAddress(path) || parseOtherProjectPath(path) !== undefined);
}

/** For one reading of one script and all it loads. */
export class LockedLibraries implements Libraries {
  readonly #options: LockedLibrariesOptions;
  #lock: Promise<Lock | string> | undefined;
  readonly #used = new Map<string, LoadedProject>();
  readonly #resolved = new Map<string, Promise<string>>();
  readonly #unlocked = new Set<string>();

  constructor(options: LockedLibrariesOptions) {
    this.#options = options;
  }

  /** The projects that something was read of, in the order of their names. */
  get used(): LoadedProject[] {
    return [...this.#used].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, project]) => project);
  }

  /** "group/project@ref" of those that something was taken of that the lock file does not name. */
  get unlocked(): string[] {
    return [...this.#unlocked].toSorted();
  }

  async read(file: OtherProjectFile): Promise<Uint8Array | MissingFile> {
    try {
      return await this.#read(file);
    } catch (error) {
      if (!(error instanceof AutoFlowError)) throw error;
      return { reason: error.message };
    }
  }

  async #read(file: OtherProjectFile): Promise<Uint8Array | MissingFile> {
    const lock = await (this.#lock ??= this.#readLock());
    if (typeof lock === "string") return { reason: lock };
    const locked = lock.get(lockKey(file));
    const digest = locked?.files.get(file.path);
    if (this.#options.unlocked === "refuse" && digest === undefined) return { reason: notLocked };
    if (digest === undefined) this.#unlocked.add(lockKey(file));
    const commit = locked?.commit ?? (await this.#resolve(file));
    const content = await this.#options.others.at(file.project, commit).read(file.path);
    if (!(content instanceof Uint8Array)) return content;
    if (digest !== undefined && contentHash(content) !== digest) return { reason: changedContent(file, commit) };
    this.#used.set(lockKey(file), { project: file.project, ref: file.ref, commit });
    return content;
  }

  async #readLock(): Promise<Lock | string> {
    const content = await this.#options.own.read(lockPath);
    if (!(content instanceof Uint8Array))
      return content.reason === undefined ? new Map() : `${lockPath}: ${content.reason}`;
    const text = decodeText(content);
    if (typeof text !== "string") return `${lockPath}: ${text.reason}`;
    try {
      return parseLock(text);
    } catch (error) {
      if (!(error instanceof LockProblem)) throw error;
      const place = error.line === undefined ? lockPath : `${lockPath}:${error.line}`;
      return `${place} cannot be used: ${error.message}. Mend it, or write it anew with \`autoflow lock\``;
    }
  }

  #resolve(file: OtherProjectFile): Promise<string> {
    const key = lockKey(file);
    const known = this.#resolved.get(key) ?? this.#options.others.commitOf(file.project, file.ref);
    this.#resolved.set(key, known);
    return known;
  }
}

const notLocked = `it is not in ${lockPath}: run \`autoflow lock\` in the project and commit that file`;

/** Why a file is refused whose content is not the one that the lock file names. */
export function changedContent({ project, ref }: OtherProjectFile, commit: string): string {
  return (
    `its content at commit ${commit} is not the one that ${lockPath} names. If that is right, take it over with ` +
    `\`autoflow lock --update ${project}@${ref}\``
  );
}
