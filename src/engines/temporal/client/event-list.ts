/** Lists of events over all logs, newest first. */
import type { EventView, ListEvents, Page } from "../../../core/engine.ts";
import { type LogMemo, logMemoKey } from "../protocol/log.ts";
import { workflowTypes } from "../protocol/names.ts";
import { eventsBackwards, eventView, type HistoryContext, type PastEvent } from "./event-history.ts";
import { visibility } from "./executions.ts";
import { cursorOf, pageSize, tokenOf } from "./paging.ts";
import { forEachOf, reach } from "./reach.ts";

/** Logs that a list without a project looks at: those whose executions began last. */
const mostLogs = 500;
/** Events that one page looks at; where a type is rare, a page may be short and still have a next one. */
const mostLookedAt = 5000;
/** Events among which one is looked for by its id. */
const mostSearched = 20_000;
const atATime = 16;

/** Where a page ended: events before it in the order of lists. */
interface Place {
  receivedAt: number;
  project: string;
  seq: number;
}

/** Throws REQUEST_INVALID for a cursor that is none. `known`: projects whose logs lists of Temporal may not know yet. */
export async function listEvents(
  context: HistoryContext,
  query: ListEvents,
  known: readonly string[],
): Promise<Page<EventView>> {
  const { project, type, cursor } = query;
  const name = JSON.stringify(["events", project ?? null, type ?? null]);
  const token = tokenOf(context.registry, name, cursor);
  const after = token === undefined ? undefined : (JSON.parse(Buffer.from(token).toString()) as Place);
  const limit = pageSize(query.limit);
  await using merged = await mergedLogs(context, project === undefined ? await logs(context, known) : [project], after);
  const items: EventView[] = [];
  for (let looked = 0; items.length < limit; looked++) {
    if (looked === mostLookedAt) break;
    const event = await merged.next();
    if (event === undefined) return { items };
    if (type === undefined || event.item.attributes.type === type) items.push(eventView(event));
  }
  const { last } = merged;
  if (last === undefined || merged.isEmpty) return { items };
  const place: Place = { receivedAt: last.receivedAt, project: last.project, seq: last.seq };
  return { items, next: cursorOf(context.registry, name, Buffer.from(JSON.stringify(place))) };
}

/** By id, else by position: the newest. Undefined also for one that came long ago. */
export async function findEvent(
  context: HistoryContext,
  idOrSeq: string,
  known: readonly string[],
): Promise<EventView | undefined> {
  const projects = await logs(context, known);
  await using merged = await mergedLogs(context, projects, undefined);
  for (let looked = 0; looked < mostSearched; looked++) {
    const event = await merged.next();
    if (event === undefined) break;
    if (event.item.attributes.id === idOrSeq) return eventView(event);
  }
  if (!/^[1-9]\d{0,14}$/.test(idOrSeq)) return undefined;
  const found = await forEachOf(projects, atATime, (project) => atPosition(context, project, Number(idOrSeq)));
  const newest = found.filter((event) => event !== undefined).toSorted(inOrder)[0];
  return newest === undefined ? undefined : eventView(newest);
}

async function atPosition(context: HistoryContext, project: string, seq: number): Promise<PastEvent | undefined> {
  for await (const event of eventsBackwards(context, project, { seq: seq + 1 })) {
    return event.seq === seq ? event : undefined;
  }
  return undefined;
}

/** Projects that have a log. */
async function logs({ client, taskQueue }: HistoryContext, known: readonly string[]): Promise<string[]> {
  const query = [
    visibility.oneOf("TaskQueue", [taskQueue]),
    visibility.oneOf("WorkflowType", [workflowTypes.log]),
    visibility.isOpen,
  ].join(" AND ");
  const projects = new Set(known);
  await reach(client, async () => {
    for await (const { memo } of client.workflow.list({ query, pageSize: mostLogs })) {
      const about = memo?.[logMemoKey] as LogMemo | undefined;
      if (about !== undefined) projects.add(about.project);
      if (projects.size >= mostLogs) break;
    }
  });
  return [...projects];
}

interface Source {
  events: AsyncGenerator<PastEvent, void, undefined>;
  head: PastEvent;
}

/** The events of several logs in one order. */
class MergedLogs implements AsyncDisposable {
  last: PastEvent | undefined;
  readonly #sources: Source[];

  constructor(sources: Source[]) {
    this.#sources = sources.toSorted((a, b) => inOrder(a.head, b.head));
  }

  get isEmpty(): boolean {
    return this.#sources.length === 0;
  }

  async next(): Promise<PastEvent | undefined> {
    const source = this.#sources.shift();
    if (source === undefined) return undefined;
    this.last = source.head;
    const { value } = await source.events.next();
    if (value !== undefined) this.#insert({ events: source.events, head: value });
    return this.last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { events } of this.#sources) await events.return();
  }

  #insert(source: Source): void {
    const at = this.#sources.findIndex(({ head }) => inOrder(source.head, head) < 0);
    this.#sources.splice(at < 0 ? this.#sources.length : at, 0, source);
  }
}

async function mergedLogs(
  context: HistoryContext,
  projects: readonly string[],
  after: Place | undefined,
): Promise<MergedLogs> {
  const sources = await forEachOf(projects, atATime, async (project): Promise<Source | undefined> => {
    const events = eventsAfter(context, project, after);
    const { value } = await events.next();
    return value === undefined ? undefined : { events, head: value };
  });
  return new MergedLogs(sources.filter((source) => source !== undefined));
}

/** Those that come after a place in the order of lists. */
async function* eventsAfter(
  context: HistoryContext,
  project: string,
  after: Place | undefined,
): AsyncGenerator<PastEvent, void, undefined> {
  const before =
    after === undefined ? {} : { time: after.receivedAt, ...(after.project === project && { seq: after.seq }) };
  for await (const event of eventsBackwards(context, project, before)) {
    if (after === undefined || inOrder(after, event) < 0) yield event;
  }
}

/** The newest first; of those that came at the same time, by project. */
function inOrder(a: Place, b: Place): number {
  if (a.receivedAt !== b.receivedAt) return b.receivedAt - a.receivedAt;
  if (a.project !== b.project) return a.project < b.project ? -1 : 1;
  return b.seq - a.seq;
}
