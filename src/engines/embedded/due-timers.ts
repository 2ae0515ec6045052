/**
 * Timers: those due soon are in memory, in a heap; the others are in the store and are read when their time comes near. One
 * timer of the host is armed, at most an hour ahead.
 */
import type { Clock } from "../../core/ports.ts";
import type { DueTimer, Timers } from "./store/waiting.ts";

const chunk = 500;
const longestArmMs = 3_600_000;
const lookAheadMs = 60_000;

export class DueTimers {
  readonly #clock: Clock;
  readonly #stored: Timers;
  readonly #fire: (timer: DueTimer) => void;
  readonly #heap: DueTimer[] = [];
  /** The last stored timer that was read; those after it are still only in the store. */
  #readUpTo: DueTimer = { due: -1, run: 0, effect: 0 };
  /** Stored timers are in memory up to this time. */
  #horizon = -1;
  /** When the first stored timer after that is due. */
  #nextStored = 0;
  #armed: { cancel(): void; at: number } | undefined;
  #closed = false;

  constructor(clock: Clock, stored: Timers, fire: (timer: DueTimer) => void) {
    this.#clock = clock;
    this.#stored = stored;
    this.#fire = fire;
  }

  /** A timer of a run that is in memory, or one that has just been stored: it is kept in memory when it is due soon. */
  arm(timer: DueTimer, isStored: boolean): void {
    if (isStored && timer.due > this.#horizon) this.#nextStored = Math.min(this.#nextStored, timer.due);
    else push(this.#heap, timer);
    this.#rearm();
  }

  /** Fires what is due, in chunks; goes on in a later turn of the loop when there is more. Call it once at the start. */
  run(): void {
    if (this.#closed) return;
    const now = this.#clock.now();
    let fired = 0;
    while (fired < chunk) {
      if (this.#nextStored <= now && (this.#heap[0]?.due ?? Infinity) >= this.#nextStored) this.#read(now);
      const first = this.#heap[0];
      if (first === undefined || first.due > now) break;
      pop(this.#heap);
      fired++;
      this.#fire(first);
    }
    this.#rearm();
  }

  close(): void {
    this.#closed = true;
    this.#armed?.cancel();
  }

  /** Reads the next chunk of stored timers, up to a little ahead of now. */
  #read(now: number): void {
    const end = now + lookAheadMs;
    const rows = this.#stored.after(this.#readUpTo, chunk);
    const beyond = rows.find(({ due }) => due > end);
    for (const row of rows) {
      if (row.due > end) break;
      push(this.#heap, row);
      this.#readUpTo = row;
    }
    if (rows.length < chunk || beyond !== undefined) {
      this.#horizon = end;
      this.#readUpTo = { due: end, run: Number.MAX_SAFE_INTEGER, effect: 0 };
      this.#nextStored = beyond?.due ?? Infinity;
    } else {
      this.#horizon = this.#readUpTo.due;
      this.#nextStored = this.#readUpTo.due;
    }
  }

  #rearm(): void {
    if (this.#closed) return;
    const now = this.#clock.now();
    const next = Math.min(this.#heap[0]?.due ?? Infinity, this.#nextStored, now + longestArmMs);
    const at = Math.max(next, now);
    if (this.#armed !== undefined && this.#armed.at <= at && this.#armed.at >= now) return;
    this.#armed?.cancel();
    const handle = this.#clock.setTimer(at - now, () => {
      this.#armed = undefined;
      this.run();
    });
    this.#armed = { cancel: () => handle.cancel(), at };
  }
}

function push(heap: DueTimer[], timer: DueTimer): void {
  let at = heap.push(timer) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.due <= timer.due) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = timer;
}

function pop(heap: DueTimer[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.due < heap[child]!.due) child++;
    if (heap[child]!.due >= last.due) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
