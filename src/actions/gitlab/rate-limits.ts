/** What GitLab says of how many calls it still takes: nothing is sent with a token that has none left. */

/** Headers of an answer by lower-case name. */
export type AnswerHeaders = ReadonlyMap<string, string>;

export interface RateLimits {
  /**
   * For how many ms a call with this key has to wait; 0 when it may be sent. Calls that come while nothing may be sent get their turns:
   * as many for each period to come as GitLab takes in one.
   */
  waitFor(key: string): number;
  /** Takes in what an answer says of the limit. */
  note(key: string, headers: AnswerHeaders): void;
}

/** What an instance says of its limit is not believed beyond this, in ms: its clock may be wrong. */
const longestHold = 15 * 60_000;

/** `now` is in epoch ms. A key stands for one instance and token. */
export function createRateLimits(now: () => number): RateLimits {
  const holds = new Map<string, Hold>();

  function waitFor(key: string): number {
    const hold = holds.get(key);
    if (hold === undefined) return 0;
    const left = hold.until - now();
    if (left > 0) return left + Math.floor(hold.waiting++ / hold.perPeriod) * periodMs;
    holds.delete(key);
    return 0;
  }

  function note(key: string, headers: AnswerHeaders): void {
    if (headers.get("ratelimit-remaining")?.trim() !== "0") return;
    const wait = resetAfterMs(headers, now());
    if (wait === undefined || wait === 0) return;
    const limit = Number(headers.get("ratelimit-limit") ?? "");
    const before = holds.get(key);
    // Answers of calls that were under way tell of the same period.
    const waiting = before !== undefined && before.until > now() ? before.waiting : 0;
    holds.set(key, { until: now() + wait, waiting, perPeriod: limit > 0 ? Math.ceil(limit * share) : Infinity });
  }

  return { waitFor, note };
}

/** While nothing may be sent. */
interface Hold {
  /** Epoch ms. */
  until: number;
  /** Calls that have been told to wait. */
  waiting: number;
  perPeriod: number;
}

/** RateLimit-Limit counts calls in a minute. */
const periodMs = 60_000;
/** What is left of a period is for calls that did not have to wait. */
const share = 0.9;

/**
 * The ms until the limit begins anew: RateLimit-Reset is a moment in seconds since 1970, by the instance's clock, which its Date
 * header tells. Undefined when it says nothing of the kind.
 */
export function resetAfterMs(headers: AnswerHeaders, now: number): number | undefined {
  const text = headers.get("ratelimit-reset")?.trim() ?? "";
  if (!/^\d{1,12}$/.test(text)) return undefined;
  const there = Date.parse(headers.get("date") ?? "");
  const wait = Number(text) * 1000 - (Number.isNaN(there) ? now : there);
  return Math.min(longestHold, Math.max(0, wait));
}
