/** Events: taken into the logs of their projects, and found there again. */
import type { AppendResult, EventView, ListEvents, Page } from "../../../core/engine.ts";
import type { NewEvent } from "../../../core/event.ts";
import { type AppendContext, Appends } from "./append.ts";
import type { Events } from "./context.ts";
import { findEvent, listEvents } from "./event-list.ts";
import { Gathered } from "./gathered.ts";
import { logEnd } from "./log-entity.ts";

/** Projects to which this process has appended lately: lists of Temporal may not know a new log yet. */
const projectsKept = 1000;

export class LogEvents implements Events {
  readonly #context: AppendContext;
  readonly #appends: Appends;
  readonly #projects = new Set<string>();
  /** Each start that no event causes asks where its project's log ends. */
  readonly #ends: Gathered<string, number>;

  constructor(context: AppendContext) {
    this.#context = context;
    this.#appends = new Appends(context);
    this.#ends = new Gathered((project) => logEnd(context, project));
  }

  append(events: readonly NewEvent[]): Promise<AppendResult[]> {
    this.#note(events);
    return this.#appends.append(events);
  }

  keep(events: readonly NewEvent[]): Promise<void> {
    this.#note(events);
    return this.#appends.keep(events);
  }

  /** By id or position, the newest. */
  find(idOrSeq: string): Promise<EventView | undefined> {
    return findEvent(this.#context, idOrSeq, [...this.#projects]);
  }

  /** Throws REQUEST_INVALID for a cursor that is none. */
  list(query: ListEvents): Promise<Page<EventView>> {
    return listEvents(this.#context, query, [...this.#projects]);
  }

  end(project: string): Promise<number> {
    return this.#ends.ask(project);
  }

  #note(events: readonly NewEvent[]): void {
    for (const { project } of events) {
      this.#projects.delete(project);
      this.#projects.add(project);
      if (this.#projects.size > projectsKept) this.#projects.delete(this.#projects.values().next().value!);
    }
  }
}
