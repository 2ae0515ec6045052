/** A process that starts while Temporal cannot be used, or nobody works yet, waits for that, and says so once. */
import { setTimeout as pause } from "node:timers/promises";
import { AutoFlowError } from "../../core/errors.ts";
import type { Log } from "../../core/ports.ts";
import { explained } from "./client/reach.ts";

export interface Patience {
  log: Log;
  /** What is waited for, as a sentence of the log. */
  waiting: string;
  /** What is said when that is over. */
  over: string;
  limitMs: number;
}

const againMs = 500;
const passing = new Set(["TEMPORAL_UNREACHABLE", "TEMPORAL_UNAVAILABLE"]);

/** Tries until it goes well. Throws what is not passing at once, and what is when the time is up. */
export async function patiently<T>({ log, waiting, over, limitMs }: Patience, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  let told: string | undefined;
  for (;;) {
    try {
      const result = await work();
      if (told !== undefined) log.info(over, { seconds: Math.round((performance.now() - startedAt) / 1000) });
      return result;
    } catch (thrown) {
      const error = explained(thrown);
      const isPassing = error instanceof AutoFlowError && passing.has(error.code);
      if (!isPassing || performance.now() - startedAt > limitMs) throw error;
      if (told === undefined)
        log.warn(waiting, { problem: error.message, hint: error.hint, seconds: Math.round(limitMs / 1000) });
      told = error.message;
    }
    await pause(againMs);
  }
}
