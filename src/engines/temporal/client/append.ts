/** Appends events: one append of a project is under way at a time, and what comes meanwhile goes together into the next. */
import type { AppendResult } from "../../../core/engine.ts";
import type { NewEvent } from "../../../core/event.ts";
import type { AppendOutcome, LoggedItem } from "../protocol/log.ts";
import { appendItem, loggedItem } from "./append-item.ts";
import type { TemporalContext } from "./context.ts";
import { appendBatch, type LogContext } from "./log-entity.ts";

export type AppendContext = LogContext & Pick<TemporalContext, "observer">;

/** What goes into one append, but for a single event that is larger. */
const mostItems = 500;
const mostBytes = 1024 * 1024;

interface Waiting {
  event: NewEvent;
  item: LoggedItem;
  onDurable: () => void;
  onDone: (outcome: AppendOutcome) => void;
  onFailed: (error: unknown) => void;
}

export class Appends {
  readonly #context: AppendContext;
  /** Projects with an append under way, and what waits. */
  readonly #queues = new Map<string, Waiting[]>();

  constructor(context: AppendContext) {
    this.#context = context;
  }

  /** Answers in order, once what the events start is started. Throws EVENT_TOO_LARGE, and then appends nothing; TEMPORAL_UNAVAILABLE. */
  async append(events: readonly NewEvent[]): Promise<AppendResult[]> {
    return Promise.all(this.#add(events).map(async ({ done }) => resultOf(await done)));
  }

  /** Resolves when the events cannot be lost any more. */
  async keep(events: readonly NewEvent[]): Promise<void> {
    await Promise.all(this.#add(events).map(({ durable }) => durable));
  }

  #add(events: readonly NewEvent[]): { durable: Promise<void>; done: Promise<AppendOutcome> }[] {
    const items = events.map((event) => ({ event, item: loggedItem(event) }));
    return items.map(({ event, item }) => {
      const durable = Promise.withResolvers<void>();
      const done = Promise.withResolvers<AppendOutcome>();
      // Whoever waits for one of them does not look at the other.
      durable.promise.catch(() => {});
      done.promise.catch(() => {});
      const onFailed = (error: unknown): void => {
        durable.reject(error);
        done.reject(error);
      };
      this.#enqueue({ event, item, onDurable: durable.resolve, onDone: done.resolve, onFailed });
      return { durable: durable.promise, done: done.promise };
    });
  }

  #enqueue(waiting: Waiting): void {
    const { project } = waiting.event;
    const queue = this.#queues.get(project);
    if (queue !== undefined) {
      queue.push(waiting);
      return;
    }
    this.#queues.set(project, [waiting]);
    queueMicrotask(() => void this.#drain(project));
  }

  async #drain(project: string): Promise<void> {
    for (;;) {
      const queue = this.#queues.get(project)!;
      if (queue.length === 0) break;
      await this.#appendSome(project, nextBatch(queue));
    }
    this.#queues.delete(project);
  }

  async #appendSome(project: string, batch: readonly Waiting[]): Promise<void> {
    try {
      const items = batch.map(({ event, item }) => appendItem(this.#context, event, item));
      const onDurable = (): void => {
        for (const waiting of batch) waiting.onDurable();
      };
      const outcomes = await appendBatch(this.#context, project, items, onDurable);
      for (const [at, waiting] of batch.entries()) this.#settle(waiting, outcomes[at]!);
    } catch (error) {
      for (const waiting of batch) waiting.onFailed(error);
    }
  }

  #settle({ event, onDurable, onDone }: Waiting, outcome: AppendOutcome): void {
    const { type, id } = event.attributes;
    this.#context.observer.eventAccepted(type, outcome.duplicate);
    for (const decision of outcome.decisions) this.#warn(id, decision);
    onDurable();
    onDone(outcome);
  }

  #warn(event: string, { outcome, definition, trigger, reason }: AppendOutcome["decisions"][number]): void {
    const { log } = this.#context;
    if (outcome === "hops") log.warn("a chain of events was stopped", { code: "LOOP_HOPS", event, reason });
    if (outcome === "rate") log.warn("a trigger is paused", { code: "LOOP_RATE", definition, trigger, reason });
    if (outcome === "failed") log.error("an event cannot start a run", { event, definition, trigger, reason });
  }
}

/** Takes what fits into one append out of the queue: at least one. */
function nextBatch(queue: Waiting[]): Waiting[] {
  let count = 0;
  for (let bytes = 0; count < Math.min(queue.length, mostItems); count++) {
    const { attributes, body, overlay } = queue[count]!.item;
    bytes += JSON.stringify(attributes).length + body.length + overlay.length;
    if (count > 0 && bytes > mostBytes) break;
  }
  return queue.splice(0, count);
}

function resultOf({ seq, duplicate, runs, heldBy }: AppendOutcome): AppendResult {
  return { seq, duplicate, ...(heldBy !== undefined && { heldBy }), runs };
}
