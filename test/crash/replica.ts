/** A worker beside the server, which dies and comes back by itself, at instants of its own. */
import type { ChildProcess } from "../support/child-process.ts";
import { pause } from "../support/eventually.ts";
import type { SeededRandom } from "./random.ts";

/** It lives so long at most, in ms, which is long enough to take up work. */
const longestMs = 8000;

/** Starts and kills a worker until told to stop; answers how often it was killed. */
export async function killWorkerRepeatedly(
  start: () => ChildProcess,
  random: SeededRandom,
  problem: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  let kills = 0;
  while (!signal.aborted) {
    await using worker = start();
    await Promise.race([pause(random.between(500, longestMs)), aborted(signal)]);
    if (worker.hasExited) problem(`the worker ended by itself: ${worker.stderr.slice(-2000)}`);
    worker.kill("SIGKILL");
    await worker.exited;
    kills++;
  }
  return kills;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
