/** What a long-running command does when it is asked to end. */
import { say } from "./output.ts";

/** A second request within this time is the same one: a terminal and a launcher may both pass Ctrl-C on. */
const sameRequestMs = 500;

/** The exit status of a process that was ended in the middle of its work, as shells count it for SIGINT. */
const exitInterrupted = 130;

/** A start that is nearly done is waited for, so that what it has begun ends in good order. */
const startGraceMs = 2000;

export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Resolves at the same moment. */
  asked: Promise<void>;
}

/** Listens for SIGINT and SIGTERM. The first asks to end in good order; another one, later, ends the process at once. */
export function onInterruption(): Interruption {
  const controller = new AbortController();
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let firstAt: number | undefined;
  const hear = (): void => {
    const now = performance.now();
    firstAt ??= now;
    if (now - firstAt > sameRequestMs) process.exit(exitInterrupted);
    controller.abort();
    resolve();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, hear);
  return { signal: controller.signal, asked };
}

/**
 * What a server starts with, however long that takes: it may wait for others. Asked to end meanwhile, the process ends, as nothing has
 * begun that would be lost; its exit status is then 0.
 */
export async function starting<T>(start: Promise<T>, { signal }: Interruption): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hurry = (): void => {
    timer = setTimeout(() => {
      say("Ended before it had started.");
      process.exit(0);
    }, startGraceMs);
  };
  if (signal.aborted) hurry();
  else signal.addEventListener("abort", hurry, { once: true });
  try {
    return await start;
  } finally {
    signal.removeEventListener("abort", hurry);
    clearTimeout(timer);
  }
}
