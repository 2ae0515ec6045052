/** What has just happened outside the server. */
import { pause } from "../support/eventually.ts";

/** The sender heard that an event is accepted; the ledger got a call. */
export type Moment = "acknowledged" | "performed";

/** One may be waited for so long; a server that is busy with its recovery may have none. */
const longestMs = 2000;

export class Moments {
  readonly #waiting = new Map<Moment, (() => void)[]>();

  happened(moment: Moment): void {
    for (const resolve of this.#waiting.get(moment)?.splice(0) ?? []) resolve();
  }

  /** Resolves at the next such moment. */
  async next(moment: Moment): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(moment) ?? [];
    this.#waiting.set(moment, [...waiting, resolve]);
    await Promise.race([promise, pause(longestMs)]);
  }
}
