/** Tells the log of refused webhooks, sparingly: whoever sends wrong ones must not be able to fill a disk. */
import type { AutoFlowError, ErrorCode } from "../core/errors.ts";
import type { Clock, Log } from "../core/ports.ts";

const quietMs = 1000;

export interface Refusal {
  requestId: string;
  url: string;
  from: string;
}

/** Of each code, one refusal a second is logged, with how many there were since the last one. */
export function createRefusalLog(
  log: Log,
  clock: Pick<Clock, "now">,
): (refusal: Refusal, error: AutoFlowError) => void {
  const lasts = new Map<ErrorCode, { at: number; since: number }>();
  return (refusal, { code, message }) => {
    const now = clock.now();
    const last = lasts.get(code);
    if (last !== undefined && now - last.at < quietMs) {
      last.since++;
      return;
    }
    lasts.set(code, { at: now, since: 0 });
    const more = last !== undefined && last.since > 0 ? { moreSinceTheLast: last.since } : {};
    log.warn("a webhook was refused", { ...refusal, code, reason: message, ...more });
  };
}
