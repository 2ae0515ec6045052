/** Which calls may have reached GitLab in an earlier attempt: only of those must it be asked what became of them. */
import type { ActionCall } from "../../core/action.ts";

export interface SentCalls {
  /**
   * Since when the call may have been carried out, in epoch ms; undefined when nothing of it was sent, or GitLab refused every attempt
   * for its limit. What another process did is taken for sent.
   */
  since(call: ActionCall): number | undefined;
  /** It is sent now. */
  sends(call: ActionCall): void;
  /** The attempt did nothing: it was held back, or refused for the limit. */
  didNothing(call: ActionCall): void;
  /** There will be no further attempt. */
  forget(call: ActionCall): void;
}

/** Where an engine does not know when a call was first tried: attempts end within an hour unless the call says otherwise. */
const longestUnknown = 3_600_000;

/** Calls that are remembered; of those before them nothing is known, which costs a look and nothing more. */
const most = 10_000;

/** `now` is in epoch ms. */
export function createSentCalls(now: () => number): SentCalls {
  /** By idempotency key: when it was first sent, or that it was not. */
  const known = new Map<string, number | "not">();

  function remember(key: string, what: number | "not"): void {
    known.delete(key);
    known.set(key, what);
    const oldest = known.keys().next();
    if (known.size > most && oldest.done !== true) known.delete(oldest.value);
  }

  return {
    since({ idempotencyKey, attempt, firstAttemptAt }) {
      const at = known.get(idempotencyKey);
      if (at !== undefined) return at === "not" ? undefined : at;
      return attempt === 1 ? undefined : (firstAttemptAt ?? now() - longestUnknown);
    },
    sends({ idempotencyKey, attempt }) {
      // The engine knows when a first attempt was.
      if (attempt > 1) remember(idempotencyKey, now());
    },
    didNothing({ idempotencyKey }) {
      remember(idempotencyKey, "not");
    },
    forget({ idempotencyKey }) {
      known.delete(idempotencyKey);
    },
  };
}
