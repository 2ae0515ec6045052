/** Runs tests again whenever something in their folders has changed. */
import { Coalesced } from "../../events/definitions/coalesced.ts";
import { FolderWatch, nearestFolder } from "../../events/definitions/folder-watch.ts";
import { listFolder } from "../../events/definitions/folder-listing.ts";
import type { Clock } from "../../core/ports.ts";
import { testedFolders } from "./find-tests.ts";

export interface WatchOptions {
  /** A folder, or a test file. */
  path: string;
  clock: Clock;
  /** Runs the tests once. */
  run: () => Promise<void>;
  /** Told when a folder cannot be watched. */
  onUnwatchable: (folder: string) => void;
  signal: AbortSignal;
}

/** Editors write a file in several steps. */
const settleMs = 100;

/** Runs them now, and after each change until the signal aborts. Rejects with what `run` rejects with the first time. */
export async function watchTests({ path, clock, run, onUnwatchable, signal }: WatchOptions): Promise<void> {
  let timer: { cancel(): void } | undefined;
  const watch = new FolderWatch(changed, onUnwatchable);
  const runs = new Coalesced(async () => {
    await watchFolders();
    await run();
  });
  function changed(): void {
    timer?.cancel();
    timer = clock.setTimer(settleMs, () => void runs.run().catch(() => {}));
  }
  async function watchFolders(): Promise<void> {
    const listings = await Promise.all((await testedFolders(path)).map((root) => listFolder(root, () => false)));
    const folders = [...new Set(listings.flatMap((listing) => listing.folders))];
    watch.set(await Promise.all(folders.map((folder) => nearestFolder(folder, folder))));
  }
  await runs.run();
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  timer?.cancel();
  watch.set([]);
  await runs.settled();
}
