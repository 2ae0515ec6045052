/** A clock that stands still until it is told to move, and may be set back. Timers are due at moments, wherever the clock stands. */
import type { Clock } from "../core/ports.ts";

interface Timer {
  due: number;
  callback: () => void;
}

export class SimulatedClock implements Clock {
  #now: number;
  /** The first one due is the last. */
  readonly #timers: Timer[] = [];

  /** `startMs`: epoch ms. */
  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  setTimer(delayMs: number, callback: () => void): { cancel(): void } {
    const timer = { due: this.#now + delayMs, callback };
    let at = this.#timers.length;
    while (at > 0 && this.#timers[at - 1]!.due <= timer.due) at--;
    this.#timers.splice(at, 0, timer);
    return { cancel: () => this.#remove(timer) };
  }

  /** When the next timer is due; undefined when there is none. */
  get next(): number | undefined {
    return this.#timers.at(-1)?.due;
  }

  /** Sets the clock. No timer fires by that. */
  set(now: number): void {
    this.#now = now;
  }

  /** Moves on to when the next timer is due, and fires it. */
  fire(): void {
    const timer = this.#timers.pop();
    if (timer === undefined) return;
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
  }

  #remove(timer: Timer): void {
    const at = this.#timers.indexOf(timer);
    if (at >= 0) this.#timers.splice(at, 1);
  }
}
