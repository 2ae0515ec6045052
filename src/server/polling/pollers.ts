/** Polls all projects that are configured to be. */
import type { ProjectConfig } from "../../config/config.ts";
import type { GitLabAccess } from "../../core/action.ts";
import type { Engine } from "../../core/engine.ts";
import type { NewEvent } from "../../core/event.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { createPollRounds } from "../../events/polling/poll-round.ts";
import { createGitLabReaders } from "./gitlab-reader.ts";
import { createPoller, type PollState } from "./poller.ts";

export interface PollersOptions {
  engine: Engine;
  projects: ReadonlyMap<string, ProjectConfig>;
  access: GitLabAccess;
  clock: Clock;
  log: Log;
  /** 0 to 1. */
  random: () => number;
  userAgent: string;
  /** Told of every event that was new. */
  onEvent: (event: NewEvent) => void;
}

export interface Pollers {
  isPolled: (project: string) => boolean;
  start: () => void;
  /** Breaks requests off; what was found and not yet told is found again at the next start. */
  stop: () => Promise<void>;
  states: () => PollState[];
}

export function createPollers(options: PollersOptions): Pollers {
  const { engine, projects, access, clock, log, random, userAgent, onEvent } = options;
  const stopping = new AbortController();
  const readers = createGitLabReaders({ access, clock, userAgent, signal: stopping.signal });
  const polled = new Set<string>();
  const pollers = [...projects].flatMap(([project, { poll }]) => {
    if (poll === undefined) return [];
    polled.add(project);
    const { everyMs, delayMs } = poll;
    const rounds = createPollRounds({ engine, reader: readers.of(project), project, clock, delayMs });
    return [createPoller({ project, rounds, everyMs, clock, log, random, onEvent })];
  });
  return {
    isPolled: (project) => polled.has(project),
    start() {
      for (const poller of pollers) poller.start();
    },
    async stop() {
      stopping.abort();
      await Promise.all(pollers.map((poller) => poller.stop()));
      readers.close();
    },
    states: () => pollers.map((poller) => poller.state()),
  };
}
