/** What a long-running command does when it is asked to end. */

/** A second request within this time is the same one: a terminal and a launcher may both pass Ctrl-C on. */
const sameRequestMs = 500;

/** The exit status of a process that was ended in the middle of its work, as shells count it for SIGINT. */
const exitInterrupted = 130;

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
