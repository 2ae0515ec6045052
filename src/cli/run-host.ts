/** Where a driver script runs: in this process, or in a server that is already there. */
import type { Engine, StartDriver } from "../core/engine.ts";
import { AutoFlowError } from "../core/errors.ts";
import { hasEnded, type HistoryEntry, type RunDetails } from "../core/run.ts";
import { segment, type Client } from "./client.ts";

export interface RunHost {
  /** Starts the driver, or finds its open run. */
  start(request: StartDriver): Promise<{ runId: string; created: boolean }>;
  /** The entries of a run's history from the first, until it has ended or `signal` aborts. */
  follow(runId: string, signal: AbortSignal): AsyncIterable<HistoryEntry>;
  /** Throws NOT_FOUND. */
  find(runId: string): Promise<RunDetails>;
}

/** `askedAt`: epoch ms before the engine was opened, with which runs may have gone on. */
export function hostInProcess(engine: Engine, askedAt?: number): RunHost {
  return {
    start: (request) => engine.startDriver({ ...request, ...(askedAt !== undefined && { askedAt }) }),
    find: async (runId) => (await engine.findRun(runId)) ?? noSuchRun(runId),
    async *follow(runId, signal) {
      let after = 0;
      while (!signal.aborted) {
        // Asked before the entries are read, so that what is written in between is not missed.
        const ended = hasEnded((await engine.findRun(runId))?.state ?? noSuchRun(runId));
        const entries = await engine.history(runId, { after });
        yield* entries;
        after = entries.at(-1)?.seq ?? after;
        if (entries.length > 0) continue;
        if (ended) return;
        await engine.whenHistoryAfter(runId, after, signal);
      }
    },
  };
}

export function hostOnServer(client: Client): RunHost {
  const routeOf = (runId: string): string => `/api/v1/runs/${segment(runId)}`;
  return {
    start({ definition, input, ...rest }) {
      const { project, sources, ...others } = definition;
      const { entry, missing } = sources;
      const files = Object.fromEntries(sources.files);
      const gaps = missing === undefined ? {} : { missing: Object.fromEntries(missing) };
      const head = JSON.stringify({ ...rest, ...others, entry, files, ...gaps });
      const body = input === undefined ? head : `${head.slice(0, -1)},"input":${input}}`;
      return client.postText(`/api/v1/projects/${segment(project)}/drivers`, body);
    },
    find: (runId) => client.get<RunDetails>(routeOf(runId)),
    async *follow(runId, signal) {
      for await (const { data } of client.follow<HistoryEntry>(`${routeOf(runId)}/history/stream`, 0, signal))
        yield data;
    },
  };
}

function noSuchRun(runId: string): never {
  throw new AutoFlowError("NOT_FOUND", `there is no run ${runId}`);
}
