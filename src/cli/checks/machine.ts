/** What `autoflow doctor` checks about this machine. */
import { constants, accessSync, existsSync, statfsSync } from "node:fs";
import path from "node:path";
import { ok, problem, warning, type Finding } from "../../core/finding.ts";

const leastFreeBytes = 200 * 1024 ** 2;
const lowFreeBytes = 1024 ** 3;
/** Any earlier and the clock was never set. */
const earliestTime = Date.UTC(2026, 0, 1);

export function checkNode(): Finding {
  return ok("node", `${process.version}, SQLite ${process.versions["sqlite"]}`);
}

/** The data folder, or the nearest folder above it that exists, must be writable. */
export function checkDataFolder(folder: string): Finding {
  const existing = nearestExisting(folder);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch {
    return problem(
      "data folder",
      `${existing} is not writable`,
      "Change its owner, or use another folder with --data.",
    );
  }
  return ok("data folder", existing === path.resolve(folder) ? existing : `${path.resolve(folder)} does not exist yet`);
}

export function checkDiskSpace(folder: string): Finding {
  const { bavail, bsize } = statfsSync(nearestExisting(folder));
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  if (free < leastFreeBytes) return problem("disk space", detail, "Free space; at 0 nothing is accepted any more.");
  if (free < lowFreeBytes) return warning("disk space", detail, "Free space soon; at 0 nothing is accepted any more.");
  return ok("disk space", detail);
}

/** A wall clock that was never set would put every timer into the far past. */
export function checkClock(now: number): Finding {
  const detail = new Date(now).toISOString();
  if (now >= earliestTime) return ok("clock", detail);
  return problem("clock", `${detail} is in the past`, "Set the machine's clock, by NTP best; timers depend on it.");
}

function nearestExisting(folder: string): string {
  let candidate = path.resolve(folder);
  while (!existsSync(candidate)) candidate = path.dirname(candidate);
  return candidate;
}
