/** The clock of the machine. */
import type { Clock } from "../core/ports.ts";

/** `setTimeout` fires at once when it is asked for more. */
const longestTimeoutMs = 2 ** 31 - 1;

/** Wall-clock time; timers follow the monotonic clock, so that a stepped wall clock neither fires nor holds them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer,
};

function setTimer(delayMs: number, callback: () => void): { cancel(): void } {
  const due = performance.now() + delayMs;
  let handle = arm(delayMs);

  function arm(restMs: number): NodeJS.Timeout {
    return setTimeout(onTimeout, Math.min(Math.ceil(restMs), longestTimeoutMs));
  }

  function onTimeout(): void {
    const rest = due - performance.now();
    // The event loop's own time may run up to a millisecond ahead.
    if (rest > 0) handle = arm(rest);
    else callback();
  }

  return { cancel: () => clearTimeout(handle) };
}
