/** What an evaluation may use, and what it is told of the world. */
import type { Value } from "../value.ts";

/** Bounds and surroundings of one evaluation. */
export interface EvaluationOptions {
  /** Instructions, and the work of builtins by the size of values. Default 10,000,000. */
  readonly steps?: number;
  /**
   * Bytes that are reachable, by the simple sums of `library/contract.ts` (16 + 2 a character, 24 + 8 an element, 64 + 48 a member, and
   * the frames of calls). Counted when they are allocated; what is garbage by then is found out each time the count has doubled, so
   * up to twice as much may be in memory. Default 64 MiB.
   */
  readonly bytes?: number;
  /** Calls inside calls; tail calls count none. Default 100,000. */
  readonly depth?: number;
  /** Seconds since 1970, for `now`. Default: `now` fails. */
  readonly now?: () => number;
  /** What `input` and `inputs` read. Default: nothing. */
  readonly inputs?: Iterator<Value>;
  /** Hears `debug` and `stderr`. Default: nobody does. */
  readonly report?: (channel: "debug" | "stderr", value: Value) => void;
}

/** The options with nothing left open. */
export interface Limits {
  readonly steps: number;
  readonly bytes: number;
  readonly depth: number;
}

/** The limits of `options`, defaults filled in. */
export function limitsOf(options: EvaluationOptions): Limits {
  return { steps: options.steps ?? 10_000_000, bytes: options.bytes ?? 67_108_864, depth: options.depth ?? 100_000 };
}
