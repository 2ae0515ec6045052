/** A disk of a chosen size, for filling it. */
import { spawnSync } from "node:child_process";

export interface SmallDisk extends Disposable {
  /** Why there is none: mounting is not permitted to users who are not root. */
  impossible: string | undefined;
  /** Changes its size; what is on it stays. */
  resize(kilobytes: number): void;
}

/** Mounts a disk on a folder, where that is permitted. */
export function mountSmallDisk(folder: string, kilobytes: number): SmallDisk {
  const impossible = mount("-t", "tmpfs", "-o", `size=${kilobytes}k`, "autoflow-test", folder);
  return {
    impossible,
    resize(wanted) {
      const failed = mount("-o", `remount,size=${wanted}k`, folder);
      if (failed !== undefined) throw new Error(failed);
    },
    [Symbol.dispose]() {
      if (impossible === undefined) spawnSync("umount", ["--lazy", folder]);
    },
  };
}

/** Why it failed, if it did. */
function mount(...args: string[]): string | undefined {
  const { status, stderr, error } = spawnSync("mount", args, { encoding: "utf8" });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim();
}
