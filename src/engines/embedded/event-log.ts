/** The log of events as the engine sees it: what is stored, and what is on its way there. */
import { eventDataText, eventText, type LoggedEvent, lookBackMs } from "../../core/event.ts";
import { type Filter, matchesFilter, matchesType } from "../../core/filter.ts";
import type { Core } from "./core.ts";
import type { RunRecord } from "./store/runs.ts";
import type { StoredEvent } from "./store/events.ts";

const lookBackPage = 500;
const mostLookBack = 10_000;

/** An event that is in the log and perhaps not committed yet. */
export interface RecentEvent {
  event: LoggedEvent;
  /** Runs that it started. */
  runs: string[];
  data?: { parsed: unknown };
}

interface LookedBack {
  seq: number | undefined;
  /** There were too many events to look at all. */
  truncated: boolean;
}

export class EventLog {
  readonly #core: Core;
  readonly #recent = new Map<number, RecentEvent>();
  readonly #keys = new Map<string, number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** An event that will be in the next commit, until that is done. */
  add(recent: RecentEvent, key: string): void {
    const { seq } = recent.event;
    this.#recent.set(seq, recent);
    this.#keys.set(key, seq);
    this.#core.committer.onCommitted(() => {
      this.#recent.delete(seq);
      this.#keys.delete(key);
    });
  }

  /** The position of the event with this key. */
  find(key: string): number | undefined {
    return this.#keys.get(key) ?? this.#core.data.events.seqOfKey(key);
  }

  /** The runs that an event has started. */
  runsOf(seq: number): string[] {
    return this.#recent.get(seq)?.runs ?? this.#core.data.runs.ofEvent(seq).map(({ uuid }) => uuid);
  }

  /** The first event after a position that passes a filter, if it is not too far back. */
  lookBack({ project, uuid }: RunRecord, filter: Filter, since: number): LookedBack {
    const { events } = this.#core.data;
    if (since >= events.last) return { seq: undefined, truncated: false };
    const notBefore = this.#core.now - lookBackMs;
    const candidates: number[] = [];
    let truncated = false;
    for (const type of this.#typesOf(filter)) {
      let after = since;
      let seen = 0;
      scan: for (;;) {
        const page = events.after(project, type, after, notBefore, lookBackPage);
        for (const event of page) {
          if (this.#passes(filter, event, uuid)) {
            candidates.push(event.seq);
            break scan;
          }
          after = event.seq;
        }
        seen += page.length;
        truncated ||= seen >= mostLookBack;
        if (page.length < lookBackPage || seen >= mostLookBack) break;
      }
    }
    for (const { event } of this.#recent.values()) {
      if (event.seq > since && event.project === project && this.#passes(filter, event, uuid))
        candidates.push(event.seq);
    }
    return { seq: candidates.length === 0 ? undefined : Math.min(...candidates), truncated };
  }

  /** An event by its position, also before its commit. */
  event(seq: number): LoggedEvent | undefined {
    return this.#recent.get(seq)?.event ?? this.#core.data.events.find(seq);
  }

  eventText(seq: number): string | undefined {
    const event = this.event(seq);
    return event === undefined ? undefined : eventText(event);
  }

  #typesOf(filter: Filter): string[] {
    const { names } = this.#core.data;
    return filter.types.flatMap((pattern) =>
      pattern.endsWith("*") ? names.all().filter((name) => matchesType(pattern, name)) : [pattern],
    );
  }

  /** An event that names a run is for that one only, if it waits for the type. */
  #passes(filter: Filter, event: LoggedEvent | StoredEvent, run: string): boolean {
    if (event.heldBy !== undefined) return false;
    const named = namedRun(event);
    if (named === undefined) return matchesFilter(filter, event.attributes, parsedData(event));
    return named === run && filter.types.some((pattern) => matchesType(pattern, event.attributes.type));
  }
}

/** The run that an event names as the one that it is for: the extension attribute that Kogito has for it. */
export function namedRun({ attributes }: Pick<LoggedEvent, "attributes">): string | undefined {
  const named = attributes.extensions?.["kogitoprocrefid"];
  return typeof named === "string" && named !== "" ? named : undefined;
}

/** The data of an event, parsed at most once. */
export function dataOf(recent: RecentEvent): unknown {
  recent.data ??= { parsed: parsedData(recent.event) };
  return recent.data.parsed;
}

function parsedData(event: LoggedEvent): unknown {
  const text = eventDataText(event);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
