/** Watches a changing set of folders. */
import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";

/** A folder as it is now: one that was removed and made again is another one, and has to be watched anew. */
export interface WatchedFolder {
  path: string;
  inode: bigint;
}

/** Calls back for every change of what is in one of the folders (not below). */
export class FolderWatch {
  readonly #onChange: () => void;
  readonly #onUnwatchable: (folder: string, error: unknown) => void;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(onChange: () => void, onUnwatchable: (folder: string, error: unknown) => void) {
    this.#onChange = onChange;
    this.#onUnwatchable = onUnwatchable;
  }

  /** Watches these folders and no others. Answers whether one is new: what was read before that may have changed since. */
  set(folders: readonly WatchedFolder[]): boolean {
    const wanted = new Map(folders.map((folder) => [`${folder.inode}:${folder.path}`, folder.path]));
    for (const key of this.#watchers.keys()) if (!wanted.has(key)) this.#unwatch(key);
    let isNew = false;
    for (const [key, folder] of wanted) {
      if (!this.#watchers.has(key)) isNew = this.#watch(key, folder) || isNew;
    }
    return isNew;
  }

  #watch(key: string, folder: string): boolean {
    try {
      const watcher = watch(folder, this.#onChange);
      watcher.on("error", () => {
        this.#unwatch(key);
        this.#onChange();
      });
      this.#watchers.set(key, watcher);
      return true;
    } catch (error) {
      this.#onUnwatchable(folder, error);
      return false;
    }
  }

  #unwatch(key: string): void {
    this.#watchers.get(key)?.close();
    this.#watchers.delete(key);
  }
}

/** The folder itself, or the nearest one above it that exists, up to `root`. */
export async function nearestFolder(root: string, folder: string): Promise<WatchedFolder> {
  for (let here = folder; ; here = path.dirname(here)) {
    const found = await stat(here, { bigint: true }).catch(() => undefined);
    if (found?.isDirectory() === true || here === root) return { path: here, inode: found?.ino ?? 0n };
  }
}
