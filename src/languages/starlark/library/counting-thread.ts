/** For tests: a machine's part in a builtin's call, without a machine. */
import { LimitReached } from "../values/errors.ts";
import type { Thread } from "./builtin.ts";

/** A thread that counts what is spent and charged, and refuses what goes beyond its limits. */
export class CountingThread implements Thread {
  steps = 0;
  bytes = 0;
  readonly lines: string[] = [];
  readonly #maxSteps: number;
  readonly #maxBytes: number;

  constructor(limits: { steps?: number; bytes?: number } = {}) {
    this.#maxSteps = limits.steps ?? Infinity;
    this.#maxBytes = limits.bytes ?? Infinity;
  }

  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > this.#maxSteps) throw new LimitReached("LIMIT_STEPS", `more than ${this.#maxSteps} steps`);
  }

  charge(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.#maxBytes) throw new LimitReached("LIMIT_MEMORY", `more than ${this.#maxBytes} bytes`);
  }

  now(): number {
    return 1_700_000_000_123;
  }

  print(text: string): void {
    this.lines.push(text);
  }
}
