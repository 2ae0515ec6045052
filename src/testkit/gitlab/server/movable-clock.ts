/** A clock that runs as the machine's does, and can be put forward. */
import type { Clock } from "../../../core/ports.ts";

export interface MovableClock {
  /** Epoch ms. */
  now(): number;
  /** Puts it forward. */
  advance(ms: number): void;
}

export function movableClock(base: Pick<Clock, "now">): MovableClock {
  let ahead = 0;
  return {
    now: () => base.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}
