/** A server that does not answer, as a follower sees it: waited for, and told once. */
import { setTimeout as pause } from "node:timers/promises";
import { AutoFlowError } from "../core/errors.ts";
import { say } from "./output.ts";

const firstPauseMs = 200;
const longestPauseMs = 1000;
/** A connection that has held for so long is a good one, though nothing came. */
const steadyMs = 5000;

export class Outage {
  readonly #url: string;
  readonly #patienceMs: number;
  #pauseMs = firstPauseMs;
  #since: number | undefined;
  #connectedAt = Infinity;
  #isTold = false;

  constructor(url: string, patienceMs: number) {
    this.#url = url;
    this.#patienceMs = patienceMs;
  }

  /** The server has answered; whether that holds is to be seen. */
  connected(): void {
    this.#connectedAt = performance.now();
    if (this.#isTold) say(`${this.#url} answers again`);
    this.#isTold = false;
  }

  /** The server has told something. */
  over(): void {
    this.#since = undefined;
    this.#pauseMs = firstPauseMs;
  }

  /** Resolves when it is time to ask again. Throws `error` when it has been waited for long enough. */
  async wait(error: unknown): Promise<void> {
    const now = performance.now();
    if (now - this.#connectedAt > steadyMs) this.over();
    this.#connectedAt = Infinity;
    this.#since ??= now;
    if (now - this.#since > this.#patienceMs) throw error;
    // A connection that breaks may be back at once.
    if (error instanceof AutoFlowError && !this.#isTold) {
      say(`${error.message}; waiting up to ${Math.round(this.#patienceMs / 1000)} s for it to answer again`);
      this.#isTold = true;
    }
    await pause(this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }
}
