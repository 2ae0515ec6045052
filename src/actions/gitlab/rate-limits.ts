/** What GitLab says of how many calls it still takes: nothing is sent with a token that has none left. */

/** Headers of an answer by lower-case name. */
export type AnswerHeaders = ReadonlyMap<string, string>;

export interface RateLimits {
  /** For how many more ms nothing may be sent with this key; 0 when something may. */
  heldFor(key: string): number;
  /** Takes in what an answer says of the limit. */
  note(key: string, headers: AnswerHeaders): void;
}

/** What an instance says of its limit is not believed beyond this, in ms: its clock may be wrong. */
const longestHold = 15 * 60_000;

/** `now` is in epoch ms. A key stands for one instance and token. */
export function createRateLimits(now: () => number): RateLimits {
  const heldUntil = new Map<string, number>();

  function heldFor(key: string): number {
    const until = heldUntil.get(key);
    if (until === undefined) return 0;
    const left = until - now();
    if (left <= 0) heldUntil.delete(key);
    return Math.max(0, left);
  }

  function note(key: string, headers: AnswerHeaders): void {
    if (headers.get("ratelimit-remaining")?.trim() !== "0") return;
    const wait = resetAfterMs(headers, now());
    if (wait !== undefined && wait > 0) heldUntil.set(key, now() + wait);
  }

  return { heldFor, note };
}

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
