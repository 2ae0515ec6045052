/** When and whether a failed attempt of an action is tried again. One pure function, used by every engine. */
import type { Failure } from "./failure.ts";

export interface RetryPolicy {
  /** Attempts in all, the first included; 1 means no retry. */
  maxAttempts: number;
  /** Delay before the second attempt, in ms. */
  initialMs: number;
  /** Each further delay is this many times the one before. */
  factor: number;
  /** No delay is longer than this, in ms. */
  maxMs: number;
  /** Added to the second delay once, to the third twice, and so on, in ms. */
  incrementMs?: number;
  /** How much chance may take away from a delay or add to it: a fraction of it, or ms. Up to a fifth is taken away when absent. */
  jitter?: { fraction: number } | { ms: number };
  /** No attempt starts later than this after the first one, in ms. */
  expiresMs?: number;
}

/** Twelve attempts within an hour: a restart or a short outage is survived, a wrong address is known before long. */
export const defaultRetry: RetryPolicy = {
  maxAttempts: 12,
  initialMs: 1000,
  factor: 2,
  maxMs: 300_000,
  expiresMs: 3_600_000,
};

export interface RetryQuestion {
  policy: RetryPolicy;
  /** The attempt that has just failed, 1-based. */
  attempt: number;
  failure: Failure;
  /** Ms since the first attempt started. */
  elapsedMs: number;
  /** A number in [0, 1) that depends on the effect only, so that a recomputation gives the same delay. */
  jitter: number;
}

/**
 * The delay in ms before the next attempt, or undefined when the call has failed for good. A `retryAfterMs` that the failure
 * carries (Retry-After) is never undercut.
 */
export function retryDelay({ policy, attempt, failure, elapsedMs, jitter }: RetryQuestion): number | undefined {
  if (!failure.retryable || attempt >= policy.maxAttempts) return undefined;
  const growing = policy.initialMs * policy.factor ** (attempt - 1) + (policy.incrementMs ?? 0) * (attempt - 1);
  const chosen = varied(Math.min(policy.maxMs, growing), policy.jitter, jitter);
  const delay = Math.round(Math.max(chosen, failure.retryAfterMs ?? 0));
  if (policy.expiresMs !== undefined && elapsedMs + delay > policy.expiresMs) return undefined;
  return delay;
}

function varied(delay: number, range: RetryPolicy["jitter"], chance: number): number {
  if (range === undefined) return delay * (1 - chance / 5);
  const most = "ms" in range ? range.ms : delay * range.fraction;
  return Math.max(0, delay + most * (2 * chance - 1));
}
