/** Further tries of actions that failed. */
import type { Failure } from "../../../core/failure.ts";
import { fingerprint } from "../../../core/hash.ts";
import { retryDelay, type RetryPolicy } from "../../../core/retry.ts";
import { matchesError } from "../functions/error-match.ts";
import type { Action, ActionRetry, RetryDefinition } from "../model.ts";
import type { Run } from "./run.ts";
import type { Fiber } from "./run-state.ts";
import { restartSingleTimer } from "./timeouts.ts";

/** Waits for the next try of an action, when there is to be one. */
export function tryAgainLater(run: Run, fiber: Fiber, action: Action, failure: Failure): boolean {
  const { retry } = action;
  if (retry === undefined || !isRetried(run, retry, failure)) return false;
  const delay = retryDelay({
    policy: policyOf(retry.policy),
    attempt: fiber.tries,
    failure: { ...failure, retryable: true },
    elapsedMs: run.time - fiber.firstTry,
    jitter: chance(run.start.runId, run.outbox.count),
  });
  if (delay === undefined) return false;
  const until = run.time + delay;
  fiber.phase = "waiting";
  run.openTimer({ kind: "pause", fiber: fiber.id, until, leadsTo: "perform" }, action.at, action.id);
  restartSingleTimer(run);
  return true;
}

function isRetried(run: Run, retry: ActionRetry, failure: Failure): boolean {
  // Trying again changes neither the data nor the expression.
  if (failure.type === "expression") return false;
  const matches = (name: string): boolean => matchesError(run.image.error(name), failure);
  if (retry.except.some(matches)) return false;
  return retry.on === "any" || retry.on.some(matches);
}

function policyOf(definition: RetryDefinition): RetryPolicy {
  return {
    maxAttempts: definition.maxAttempts ?? Infinity,
    initialMs: definition.delay?.ms ?? 0,
    factor: definition.multiplier ?? 1,
    maxMs: definition.maxDelay?.ms ?? Infinity,
    jitter: definition.jitter ?? { ms: 0 },
    ...(definition.increment === undefined ? {} : { incrementMs: definition.increment.ms }),
  };
}

/** A number in [0, 1) that is the same whenever the turn is computed again. */
function chance(runId: string, count: number): number {
  return Number.parseInt(fingerprint(runId, String(count)).slice(0, 8), 16) / 2 ** 32;
}
