/**
 * Runs that share a key, in the order of their events: the first of each key is computed, the others are held until all before them
 * have ended.
 */
import type { ConcurrencyMode } from "../../../../core/program.ts";
import type { KeyOfRun } from "../../protocol/log.ts";

interface OpenRuns {
  /** The first has begun. */
  runs: string[];
  /** The first was asked to end. */
  isAsked: boolean;
  /** Epoch ms at which the first has begun, or was found open last. */
  seen: number;
  /** An event has started nothing because of the first since it was seen. */
  isInTheWay: boolean;
}

/** By key. */
export type KeyedCarry = [key: string, isAsked: 0 | 1, seen: number, isInTheWay: 0 | 1, runs: string[]][];

/** Bytes of a key and of a run in a carry. */
const keyBytes = 64;
const runBytes = 39;

/** A run that others wait for and that has told nothing for so long is looked for. */
const silentMs = 300_000;
/** So many are looked for at a time. */
const mostLookedFor = 200;

export class KeyedRuns {
  readonly #keys = new Map<string, OpenRuns>();
  readonly #keyOf = new Map<string, string>();
  /** Keys of which something waits for the first run. */
  readonly #awaited = new Set<string>();
  readonly #budget: number;

  /** `budget`: bytes that a carry of it may have. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** How many runs are open. */
  get size(): number {
    return this.#keyOf.size;
  }

  has(runId: string): boolean {
    return this.#keyOf.has(runId);
  }

  /** The run because of which an event starts none. */
  inTheWay({ key, mode }: KeyOfRun): string | undefined {
    const open = this.#keys.get(key);
    if (mode !== "skip" || open === undefined) return undefined;
    open.isInTheWay = true;
    this.#awaited.add(key);
    return open.runs[0];
  }

  /** The run that is to be looked for before an event is skipped because of it. */
  silentInTheWay({ key, mode }: KeyOfRun, now: number): string | undefined {
    const open = this.#keys.get(key);
    return mode === "skip" && open !== undefined && open.seen + silentMs <= now ? open.runs[0] : undefined;
  }

  /** Whether a new run would take the place of one that waits: no more runs begin because of it. */
  takesPlace({ key, mode }: KeyOfRun): boolean {
    return mode === "coalesce" && (this.#keys.get(key)?.runs.length ?? 0) > 1;
  }

  /** Whether one more run of a key fits. */
  fits({ key }: KeyOfRun): boolean {
    const bytes = this.#keys.size * keyBytes + this.#keyOf.size * runBytes;
    return bytes + runBytes + (this.#keys.has(key) ? 0 : keyBytes) <= this.#budget;
  }

  /** Takes out the runs whose place a new one takes. Answers those that are to be asked to end: once each. */
  makeRoom({ key, mode }: KeyOfRun): string[] {
    const open = this.#keys.get(key);
    if (open === undefined || !replaces.has(mode)) return [];
    const asked = open.runs.splice(1);
    for (const runId of asked) this.#keyOf.delete(runId);
    if (mode === "replace" && !open.isAsked) {
      open.isAsked = true;
      asked.unshift(open.runs[0]!);
    }
    return asked;
  }

  /** A run is created. True when it has to wait for another one. */
  add(runId: string, { key }: KeyOfRun, now: number): boolean {
    this.#keyOf.set(runId, key);
    const open = this.#keys.get(key);
    if (open === undefined) {
      this.#keys.set(key, { runs: [runId], isAsked: false, seen: now, isInTheWay: false });
      return false;
    }
    open.runs.push(runId);
    this.#awaited.add(key);
    return true;
  }

  /** A run has ended. Answers the one that begins because of that. */
  end(runId: string, now: number): string | undefined {
    const key = this.#keyOf.get(runId);
    if (key === undefined) return undefined;
    this.#keyOf.delete(runId);
    const open = this.#keys.get(key)!;
    const wasFirst = open.runs[0] === runId;
    open.runs = open.runs.filter((each) => each !== runId);
    if (wasFirst) Object.assign(open, { isAsked: false, seen: now, isInTheWay: false });
    if (open.runs.length === 0) this.#keys.delete(key);
    this.#note(key);
    return wasFirst ? open.runs[0] : undefined;
  }

  /** The run that an open one waits for. */
  holderOf(runId: string): string | undefined {
    const first = this.#keys.get(this.#keyOf.get(runId) ?? "")?.runs[0];
    return first === runId ? undefined : first;
  }

  /** Whether something waits for a run of a key. */
  get isAwaited(): boolean {
    return this.#awaited.size > 0;
  }

  /** Epoch ms at which runs are to be looked for that others wait for; Infinity when none does. */
  get lookAt(): number {
    let next = Infinity;
    for (const key of this.#awaited) next = Math.min(next, this.#keys.get(key)!.seen + silentMs);
    return next;
  }

  /** Runs that are to be looked for. */
  silent(now: number): string[] {
    const keys = [...this.#awaited].map((key) => this.#keys.get(key)!);
    const silent = keys.filter(({ seen }) => seen + silentMs <= now).map(({ runs }) => runs[0]!);
    return silent.slice(0, mostLookedFor);
  }

  /** A run is still open. */
  seen(runId: string, now: number): void {
    const key = this.#keyOf.get(runId);
    if (key === undefined) return;
    Object.assign(this.#keys.get(key)!, { seen: now, isInTheWay: false });
    this.#note(key);
  }

  carry(): KeyedCarry {
    return [...this.#keys].map(([key, { runs, isAsked, seen, isInTheWay }]) => [
      key,
      isAsked ? 1 : 0,
      seen,
      isInTheWay ? 1 : 0,
      runs,
    ]);
  }

  restore(carry: KeyedCarry): void {
    for (const [key, isAsked, seen, isInTheWay, runs] of carry) {
      this.#keys.set(key, { runs, isAsked: isAsked === 1, seen, isInTheWay: isInTheWay === 1 });
      for (const runId of runs) this.#keyOf.set(runId, key);
      this.#note(key);
    }
  }

  #note(key: string): void {
    const open = this.#keys.get(key);
    if (open !== undefined && (open.runs.length > 1 || open.isInTheWay)) this.#awaited.add(key);
    else this.#awaited.delete(key);
  }
}

const replaces: ReadonlySet<ConcurrencyMode> = new Set(["replace", "coalesce"]);
