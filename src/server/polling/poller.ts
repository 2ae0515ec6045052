/** Polls one project again and again: a little earlier or later each time, less often while GitLab does not answer. */
import type { NewEvent } from "../../core/event.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { PollFailed } from "../../events/polling/gitlab-reader.ts";
import type { PollResult, PollRounds } from "../../events/polling/poll-round.ts";

export interface PollState {
  project: string;
  /** Epoch ms of the end of the last poll that worked; undefined: there was none yet. */
  succeededAt: number | undefined;
  /** Epoch ms: all that happened before is told; undefined: it is not known yet. */
  until: number | undefined;
  /** Events that polls have told, those that were known already not among them. */
  events: number;
  /** Polls that did not work. */
  failures: number;
}

export interface PollerOptions {
  project: string;
  rounds: PollRounds;
  everyMs: number;
  clock: Clock;
  log: Log;
  /** 0 to 1: spreads the polls of many projects. */
  random: () => number;
  /** Told of every event that was new. */
  onEvent: (event: NewEvent) => void;
}

export interface Poller {
  start(): void;
  /** Resolves when no poll is under way. */
  stop(): Promise<void>;
  state(): PollState;
}

/** While polls fail, the time between them doubles up to this. */
const longestPauseMs = 15 * 60_000;

export function createPoller(options: PollerOptions): Poller {
  const { project, rounds, everyMs, clock, log, random, onEvent } = options;
  const state: PollState = { project, succeededAt: undefined, until: undefined, events: 0, failures: 0 };
  const report = createReport(project, log);
  let failedInARow = 0;
  let timer: { cancel(): void } | undefined;
  let underWay = Promise.resolve();
  let isStopped = false;

  function start(): void {
    schedule(random() * Math.min(everyMs, 5000));
  }

  function schedule(delayMs: number): void {
    if (isStopped) return;
    timer = clock.setTimer(delayMs, () => {
      underWay = round();
    });
  }

  async function round(): Promise<void> {
    let pauseMs = everyMs;
    try {
      succeeded(await rounds.poll());
    } catch (error) {
      pauseMs = failed(error);
    }
    schedule(pauseMs * (0.9 + 0.2 * random()));
  }

  function succeeded(result: PollResult): void {
    failedInARow = 0;
    state.succeededAt = clock.now();
    state.until = result.until;
    state.events += result.events.length;
    if (!isStopped) report.works(result);
    for (const event of result.events) onEvent(event);
  }

  /** How long to wait, in ms. */
  function failed(error: unknown): number {
    state.failures++;
    if (!isStopped) report.fails(error, state.until);
    const pauseMs = Math.max(everyMs, Math.min(longestPauseMs, everyMs * 2 ** Math.min(failedInARow++, 10)));
    const wantedMs = error instanceof PollFailed ? (error.retryAfterMs ?? 0) : 0;
    // Never earlier than asked for, whatever the spread takes off.
    return Math.max(pauseMs, wantedMs / 0.9);
  }

  return {
    start,
    async stop() {
      isStopped = true;
      timer?.cancel();
      await underWay;
    },
    state: () => ({ ...state }),
  };
}

/** One line for each change of how it goes, none for each poll. */
function createReport(
  project: string,
  log: Log,
): {
  works(result: PollResult): void;
  fails(error: unknown, until: number | undefined): void;
} {
  let last = "";
  return {
    works({ unreadable, until }) {
      const now = `works ${unreadable.join(" ")}`;
      if (now === last) return;
      const about = { project, until: new Date(until).toISOString() };
      if (unreadable.length === 0) log.info("GitLab is polled", about);
      else log.warn("GitLab is polled, but not all can be read", { ...about, unreadable });
      last = now;
    },
    fails(error, until) {
      const reason = error instanceof Error ? error.message : String(error);
      if (last === reason) return;
      const since = until === undefined ? {} : { until: new Date(until).toISOString() };
      log.warn("GitLab cannot be polled; what happens meanwhile is found later", { project, reason, ...since });
      last = reason;
    },
  };
}
