/** Tells the log of every refused request; of a flood, the first and how many more there were. */
import type { AutoFlowError } from "../../core/errors.ts";
import type { Clock, Log } from "../../core/ports.ts";

export interface RefusedRequest {
  requestId: string;
  method: string;
  url: string;
  from: string;
  origin: string | undefined;
  namespace: string | undefined;
}

/** So many may come at once, and so many a second for ever, before they are counted instead of told. */
const burst = 200;
const perSecond = 20;

export function createRefusalLog(
  log: Log,
  clock: Pick<Clock, "now">,
): (request: RefusedRequest, error: AutoFlowError) => void {
  let left = burst;
  let since = clock.now();
  let untold = 0;
  return (request, { code, message }) => {
    const now = clock.now();
    left = Math.min(burst, left + ((now - since) / 1000) * perSecond);
    since = now;
    if (left < 1) {
      untold++;
      return;
    }
    left--;
    const more = untold > 0 ? { moreSinceTheLast: untold } : {};
    untold = 0;
    log.warn("the codec server refused a request", { ...request, code, reason: message, ...more });
  };
}
