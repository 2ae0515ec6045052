/** When a call whose attempt has failed is tried again. */
import type { Failure } from "../../core/failure.ts";
import { fingerprint } from "../../core/hash.ts";
import { effectId } from "../../core/ids.ts";
import { retryDelay, type RetryPolicy } from "../../core/retry.ts";
import type { OpenCall } from "./ledger.ts";

/** The delay in ms, or undefined when the call has failed for good. `policy` is the action's own; the effect may change parts of it. */
export function delayBeforeNext(
  runId: string,
  call: OpenCall,
  policy: RetryPolicy,
  failure: Failure,
  now: number,
): number | undefined {
  return retryDelay({
    policy: { ...policy, ...call.effect.retry },
    attempt: call.attempt - call.free,
    failure,
    elapsedMs: now - call.since,
    jitter: jitterOf(`${effectId(runId, call.effect.n)}#${call.attempt}`),
  });
}

/** A number in [0, 1) that only depends on the text. */
function jitterOf(text: string): number {
  return Number.parseInt(fingerprint(text).slice(0, 8), 16) / 0x1_0000_0000;
}
