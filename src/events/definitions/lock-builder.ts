/** What a lock file should say, found out by reading what scripts load. */
import { AutoFlowError } from "../../core/errors.ts";
import type { MissingFile } from "../../core/program.ts";
import type { OtherProjectFile } from "../../core/source-path.ts";
import { changedContent, type Libraries } from "./libraries.ts";
import { contentHash, type Lock, lockKey } from "./lock-file.ts";
import type { OtherProjects } from "./project-files.ts";

/** A project's commit, and what was read of it. */
interface Entry {
  commit: Promise<string>;
  files: Map<string, string>;
}

/** Gives the closures of scripts the files that they ask for, and notes which ones those were. */
export class LockBuilder implements Libraries {
  readonly #others: OtherProjects;
  readonly #before: Lock;
  readonly #isRenewed: (key: string) => boolean;
  readonly #entries = new Map<string, Entry & { file: OtherProjectFile }>();

  /** Commits that the lock file `before` names are kept, but for those of "group/project@ref" that are to be renewed. */
  constructor(others: OtherProjects, before: Lock, isRenewed: (key: string) => boolean) {
    this.#others = others;
    this.#before = before;
    this.#isRenewed = isRenewed;
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
    const key = lockKey(file);
    const kept = this.#isRenewed(key) ? undefined : this.#before.get(key);
    const entry = this.#entryOf(key, file, kept?.commit);
    const commit = await entry.commit;
    const content = await this.#others.at(file.project, commit).read(file.path);
    if (!(content instanceof Uint8Array)) return content;
    const digest = contentHash(content);
    const before = kept?.files.get(file.path);
    if (before !== undefined && before !== digest) return { reason: changedContent(file, commit) };
    entry.files.set(file.path, digest);
    return content;
  }

  #entryOf(key: string, file: OtherProjectFile, commit: string | undefined): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const found = commit === undefined ? this.#others.commitOf(file.project, file.ref) : Promise.resolve(commit);
      entry = { file, commit: found, files: new Map() };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** What was read, when all of it could be. */
  async lock(): Promise<Lock> {
    const lock = new Map();
    for (const [key, { file, commit, files }] of this.#entries) {
      lock.set(key, { project: file.project, ref: file.ref, commit: await commit, files });
    }
    return lock;
  }
}
