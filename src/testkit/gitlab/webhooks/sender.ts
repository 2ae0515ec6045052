/** Sends deliveries to the addresses of their hooks, as GitLab does: once, within ten seconds, and hooks that fail are held back. */
import type { Hook } from "../model/hook.ts";
import type { World } from "../model/world.ts";
import type { Delivery } from "./delivery.ts";

const timeoutMs = 10_000;
const keptResponseBytes = 8 * 1024;
/** From the fourth failure in a row a hook waits a minute, twice as long each time, and after the fortieth for good. */
const toleratedFailures = 3;
const lastFailure = 39;
const firstPauseMs = 60_000;
const longestPauseMs = 24 * 60 * 60_000;

export interface Sender {
  /** Takes a delivery; those of one hook go out one after the other, in order. */
  send(delivery: Delivery): void;
  /** Resolves when all that was taken is delivered or has failed. */
  settled(): Promise<void>;
  /** Ends what is under way. */
  close(): void;
}

/**
 * `onSent` is told of each delivery that has come to its end, `onFailed` of an attempt after which it is tried again. Other than GitLab, which never does, a delivery that was not answered 2xx is tried again
 * after each of `retryDelaysMs`, with the same Idempotency-Key.
 */
export function createSender(
  world: World,
  options: {
    retryDelaysMs?: readonly number[];
    onSent?: (delivery: Delivery) => void;
    onFailed?: (delivery: Delivery) => void;
  } = {},
): Sender {
  const queues = new Map<Hook, Promise<void>>();
  const closing = new AbortController();

  async function deliver(delivery: Delivery): Promise<void> {
    for (const delay of [...(options.retryDelaysMs ?? []), undefined]) {
      await attempt(world, delivery, closing.signal);
      const isFine = delivery.event.responseStatus?.startsWith("2") === true;
      if (isFine || delay === undefined || closing.signal.aborted) break;
      options.onFailed?.(delivery);
      await pause(delay, closing.signal);
    }
    countOutcome(world, delivery);
    options.onSent?.(delivery);
  }

  return {
    send(delivery) {
      const before = queues.get(delivery.hook) ?? Promise.resolve();
      const mine = before.then(() => deliver(delivery));
      queues.set(delivery.hook, mine);
      void mine.finally(() => {
        if (queues.get(delivery.hook) === mine) queues.delete(delivery.hook);
      });
    },
    async settled() {
      while (queues.size > 0) await Promise.all(queues.values());
    },
    close() {
      closing.abort();
    },
  };
}

/** Sends it once and notes the answer. Never throws. */
async function attempt(world: World, { hook, headers, text, event }: Delivery, closed: AbortSignal): Promise<void> {
  const start = performance.now();
  try {
    const response = await fetch(urlOf(hook), {
      method: "POST",
      headers,
      body: text,
      redirect: "manual",
      signal: AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)]),
    });
    event.responseStatus = String(response.status);
    event.responseHeaders = Object.fromEntries(response.headers);
    event.responseBody = (await response.text()).slice(0, keptResponseBytes);
  } catch (error) {
    event.responseStatus = "internal error";
    event.responseBody = reasonOf(error);
  }
  event.executionDuration = (performance.now() - start) / 1000;
  event.createdAt = world.now();
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** The address with its variables filled in. */
function urlOf({ url, urlVariables }: Hook): string {
  let filled = url;
  for (const { key, value } of urlVariables) filled = filled.replaceAll(`{${key}}`, value);
  return filled;
}

/** Holds back a hook that fails again and again. */
function countOutcome(world: World, { hook, event }: Delivery): void {
  if (event.responseStatus?.startsWith("2") === true) {
    hook.failures = 0;
    hook.disabledUntil = null;
    return;
  }
  hook.failures++;
  if (hook.failures > lastFailure) hook.disabledUntil = Infinity;
  else if (hook.failures > toleratedFailures) {
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (hook.failures - toleratedFailures - 1));
    hook.disabledUntil = world.now() + pauseMs;
  }
}

function pause(delayMs: number, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    closed.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      closed.removeEventListener("abort", done);
      resolve();
    }
  });
}
