/** Loops end: events that runs caused carry a hop count, and starts of one trigger for one object are counted. */
import { maxHops, type NewEvent } from "../core/event.ts";

/** More starts than this within a minute, of one trigger for one object, pause the trigger. */
export const maxStartsPerMinute = 20;

const windowMs = 60_000;

/** Whether an event ends a chain of events that runs caused: it is stored and starts nothing (LOOP_HOPS). */
export function endsHopChain(event: Pick<NewEvent, "cause">): boolean {
  return (event.cause?.hops ?? 0) >= maxHops;
}

/**
 * What an event is about, for counting starts: its source and the first two parts of its subject, so that the notes of an issue
 * count for the issue. Undefined without a subject: such an event is about no object, and only hops end its loops.
 */
export function objectOf(event: Pick<NewEvent, "attributes">): string | undefined {
  const { source, subject } = event.attributes;
  if (subject === undefined) return undefined;
  const slash = subject.indexOf("/", subject.indexOf("/") + 1);
  const plainRef = subject.startsWith("branches/") || subject.startsWith("tags/") || subject.startsWith("wikis/");
  return `${source} ${slash < 0 || plainRef ? subject : subject.slice(0, slash)}`;
}

/**
 * Counts the starts of the last minute by trigger and object. Memory is bounded: the pairs that started last are kept, at least
 * half of `capacity` of them, and counted exactly; a pair in a loop is always among them.
 */
export class StartRates {
  readonly #half: number;
  /** Two generations: what is used moves to the young one; when that is full, the old one is dropped as a whole. */
  #young = new Map<string, Starts>();
  #old = new Map<string, Starts>();

  constructor(capacity = 65_536) {
    this.#half = Math.ceil(capacity / 2);
  }

  /**
   * Counts a start at `nowMs` and answers whether it is allowed; false means that the trigger is to be paused for the object
   * (LOOP_RATE), and counts nothing. `trigger` names it for good, across versions of its script.
   */
  admit(trigger: string, object: string, nowMs: number): boolean {
    const key = `${trigger}\n${object}`;
    const known = this.#young.get(key) ?? this.#old.get(key);
    const starts = known === undefined ? nowMs : withStart(known, nowMs);
    if (starts === undefined) return false;
    this.#young.set(key, starts);
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return true;
  }

  /** Counts anew for a trigger that somebody has resumed. */
  forget(trigger: string): void {
    for (const generation of [this.#young, this.#old]) {
      for (const key of generation.keys()) if (key.startsWith(`${trigger}\n`)) generation.delete(key);
    }
  }

  /** What is counted at `nowMs`, for a copy: pairs with the times of their starts (epoch ms), those that started last at the end. */
  entries(nowMs: number): [pair: string, starts: number[]][] {
    return [...new Map([...this.#old, ...this.#young])]
      .map(([pair, starts]): [string, number[]] => [pair, timesWithin(starts, nowMs)])
      .filter(([, starts]) => starts.length > 0)
      .toSorted(([, a], [, b]) => a.at(-1)! - b.at(-1)!);
  }

  /** Counts what another one has counted: its `entries`, or the last of them. */
  restore(entries: readonly (readonly [pair: string, starts: readonly number[]])[]): void {
    for (const [pair, starts] of entries) this.#young.set(pair, [...starts]);
  }

  /** How many pairs of trigger and object are kept, those counted twice in a change of generations included. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}

/** Epoch ms of the starts within the window, ascending; most pairs start once, and need no array. */
type Starts = number | number[];

function withStart(known: Starts, nowMs: number): Starts | undefined {
  const recent = timesWithin(known, nowMs);
  if (recent.length >= maxStartsPerMinute) return undefined;
  if (recent.length === 0) return nowMs;
  recent.push(nowMs);
  return recent;
}

function timesWithin(known: Starts, nowMs: number): number[] {
  return (typeof known === "number" ? [known] : known).filter((time) => time > nowMs - windowMs);
}
