/** The newest events of a log with their bodies: what runs look back for that begin to wait. */
import { type Filter, matchesType } from "../../../../core/filter.ts";
import type { LoggedItem } from "../../protocol/log.ts";
import { dataOfItem, mayTake } from "../../protocol/logged-item.ts";

export interface RecentEvent {
  seq: number;
  /** Epoch ms. */
  receivedAt: number;
  item: LoggedItem;
  heldBy?: string;
  named?: string;
}

export interface KeptEvent extends RecentEvent {
  bytes: number;
  /** Whether its answer is in the history, where others can read it. */
  isReadable: () => boolean;
  data?: { parsed: unknown };
}

/** So many types are told apart; senders choose them. */
const typesKept = 500;

export interface RecentCarry {
  events: RecentEvent[];
  /** Events after this position are here. */
  after: number;
  types: [type: string, seq: number][];
  forgotten: number;
}

export class RecentEvents {
  readonly #budget: number;
  #events: KeptEvent[] = [];
  #bytes = 0;
  #after = 0;
  /** Of the events that are not here any more: position of the newest of each type. */
  readonly #types = new Map<string, number>();
  /** Position of the newest event whose type is not among them any more. */
  #forgotten = 0;

  /** `budget`: bytes of events that are kept in memory. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** All events after this position are here. */
  get after(): number {
    return this.#after;
  }

  add(event: RecentEvent, isReadable: () => boolean): KeptEvent {
    const kept = { ...event, bytes: sizeOf(event), isReadable };
    this.#events.push(kept);
    this.#bytes += kept.bytes;
    this.#trim(this.#budget);
    return kept;
  }

  /** The first event after a position, and not from before a time, that a run may take with this filter. */
  find(filter: Filter, runId: string, after: number, notBefore: number): RecentEvent | undefined {
    return this.#events.find(
      (event) =>
        event.seq > after && event.receivedAt >= notBefore && mayTake(filter, runId, event, () => dataOf(event)),
    );
  }

  /** Whether an event from before those that are here may pass a filter. */
  mayBeEarlier(filter: Filter, after: number): boolean {
    if (after >= this.#after) return false;
    if (this.#forgotten > after) return true;
    for (const [type, seq] of this.#types) {
      if (seq > after && filter.types.some((pattern) => matchesType(pattern, type))) return true;
    }
    return false;
  }

  /** What fits of it, the newest; call it when everything is answered. */
  carry(budget: number): RecentCarry {
    this.#trim(budget, true);
    const events = this.#events.map(({ seq, receivedAt, item, heldBy, named }) => ({
      seq,
      receivedAt,
      item,
      ...(heldBy !== undefined && { heldBy }),
      ...(named !== undefined && { named }),
    }));
    return { events, after: this.#after, types: [...this.#types], forgotten: this.#forgotten };
  }

  restore({ events, after, types, forgotten }: RecentCarry): void {
    this.#after = after;
    this.#forgotten = forgotten;
    for (const [type, seq] of types) this.#types.set(type, seq);
    for (const event of events) {
      const bytes = sizeOf(event);
      this.#events.push({ ...event, bytes, isReadable: () => true });
      this.#bytes += bytes;
    }
  }

  /** What nobody can read yet is kept whatever it takes. */
  #trim(budget: number, all = false): void {
    let dropped = 0;
    for (; this.#bytes > budget && dropped < this.#events.length; dropped++) {
      const event = this.#events[dropped]!;
      if (!all && !event.isReadable()) break;
      this.#bytes -= event.bytes;
      this.#after = event.seq;
      this.#noteDropped(event.item.attributes.type, event.seq);
    }
    if (dropped > 0) this.#events = this.#events.slice(dropped);
  }

  #noteDropped(type: string, seq: number): void {
    this.#types.delete(type);
    this.#types.set(type, seq);
    if (this.#types.size <= typesKept) return;
    const [oldest, position] = this.#types.entries().next().value!;
    this.#types.delete(oldest);
    this.#forgotten = Math.max(this.#forgotten, position);
  }
}

/** The data of an event, parsed at most once. */
export function dataOf(event: Pick<KeptEvent, "item" | "data">): unknown {
  event.data ??= { parsed: dataOfItem(event.item) };
  return event.data.parsed;
}

/** In a carry. */
function sizeOf(event: RecentEvent): number {
  return JSON.stringify(event).length + 1;
}
