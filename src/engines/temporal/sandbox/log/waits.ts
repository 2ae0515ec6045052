/** The runs that wait for events of a log, found by what they wait for, and how each of them stands. */
import type { EventAttributes } from "../../../../core/event.ts";
import { comparesAny, type Filter, indexEntries, indexKeyFor } from "../../../../core/filter.ts";
import type { RunReport, Subscription } from "../../protocol/log.ts";
import type { RecentEvent } from "./recent-events.ts";
import { CorrelatedRuns } from "./correlated-runs.ts";

export interface Wait {
  run: KnownRun;
  effect: number;
  filter: Filter;
  /** Events after this position. */
  since: number;
  /** Earlier executions are searched for an event that it may have missed; `found` came meanwhile, and waits for that. */
  looking?: { found?: Pick<RecentEvent, "seq" | "item"> };
}

export interface KnownRun {
  runId: string;
  /** Of the last report; -1 before the first. */
  n: number;
  position: number;
  definitionKey: string;
  stands: "standing" | "busy";
  heard: number;
  /** Position of the last event that it was sent, or that is left to it by correlation. */
  delivered: number;
  /** What it looks back for has been waited for in vain. */
  isSlow?: true;
  waits: Map<number, Wait>;
}

/** Bytes of a run and of a wait in a carry, without the filter. */
const runBytes = 80;
const waitBytes = 16;
const keyBytes = 20;

/** What is known of runs that are not known any more: late copies of their reports are told from new ones. */
const forgottenKept = 200;

export class Waits {
  readonly correlated = new CorrelatedRuns();
  readonly #runs = new Map<string, KnownRun>();
  readonly #shapes = new Map<string, number>();
  readonly #keys = new Map<string, Set<Wait>>();
  readonly #filters = new Map<string, number>();
  readonly #forgotten = new Map<string, number>();
  readonly #budget: number;
  #bytes = 0;
  #count = 0;
  #looking = 0;

  /** `budget`: bytes that a carry of it may have. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  get count(): number {
    return this.#count;
  }

  get isLooking(): boolean {
    return this.#looking > 0;
  }

  find(runId: string): KnownRun | undefined {
    return this.#runs.get(runId);
  }

  /** A run whose first report is to come. */
  expect(runId: string, definitionKey: string, position: number): void {
    this.#add({ runId, n: -1, position, definitionKey, heard: position, delivered: position });
  }

  /** Notes how a run stands; undefined for a report that is known already. */
  take(report: RunReport): KnownRun | undefined {
    const { runId, n, position, definitionKey, heard } = report;
    const known = this.#runs.get(runId);
    if (n <= (known?.n ?? this.#forgotten.get(runId) ?? -1)) return undefined;
    const run = known ?? this.#add({ runId, n, position, definitionKey, heard, delivered: 0 });
    run.n = n;
    run.definitionKey = definitionKey;
    run.heard = Math.max(run.heard, heard);
    if (report.stands !== "ended") run.stands = report.stands;
    for (const effect of report.closes) this.close(run.waits.get(effect));
    return run;
  }

  /** False when it does not fit any more. */
  open(run: KnownRun, { effect, filter }: Subscription, since: number): Wait | undefined {
    const known = run.waits.get(effect);
    if (known !== undefined) return known;
    const bytes = waitBytes + this.#filterBytes(filter, 1);
    if (this.#bytes + bytes > this.#budget) {
      this.#filterBytes(filter, -1);
      return undefined;
    }
    const wait: Wait = { run, effect, filter, since };
    run.waits.set(effect, wait);
    this.#bytes += bytes;
    this.#count++;
    this.#index(wait);
    return wait;
  }

  close(wait: Wait | undefined): void {
    if (wait === undefined || wait.run.waits.get(wait.effect) !== wait) return;
    this.endLooking(wait);
    wait.run.waits.delete(wait.effect);
    this.#unindex(wait);
    this.#bytes -= waitBytes + this.#filterBytes(wait.filter, -1);
    this.#count--;
  }

  beginLooking(wait: Wait): void {
    wait.looking = {};
    this.#looking++;
  }

  endLooking(wait: Wait): void {
    if (wait.looking === undefined) return;
    delete wait.looking;
    this.#looking--;
  }

  /** It is over, or is not there. */
  forget(runId: string): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    for (const wait of run.waits.values()) this.close(wait);
    this.#bytes -= runBytes + keyBytes * this.correlated.keysOf(runId).length;
    this.correlated.remove(runId);
    this.#runs.delete(runId);
    this.#forgotten.delete(runId);
    this.#forgotten.set(runId, run.n);
    if (this.#forgotten.size > forgottenKept) this.#forgotten.delete(this.#forgotten.keys().next().value!);
  }

  /** A run that computes nothing takes events only by its waits. One that takes none is nothing to remember. */
  settle(run: KnownRun): void {
    if (!isBusy(run)) {
      this.#bytes -= keyBytes * this.correlated.keysOf(run.runId).length;
      this.correlated.remove(run.runId);
    }
    if (run.waits.size === 0 && this.correlated.keysOf(run.runId).length === 0) this.forget(run.runId);
  }

  correlate(run: KnownRun, by: readonly string[], event: EventAttributes): void {
    const before = this.correlated.keysOf(run.runId).length;
    this.correlated.add(run.runId, run.definitionKey, by, event);
    this.#bytes += keyBytes * (this.correlated.keysOf(run.runId).length - before);
  }

  /**
   * Waits that an event may be for, those of earlier runs first. With `comparing`, those that compare one of these attributes.
   */
  for(attributes: EventAttributes, data: () => unknown, comparing?: readonly string[]): Wait[] {
    const found = new Set<Wait>();
    for (const shape of this.#shapes.keys()) {
      if (comparing !== undefined && !comparesAny(shape, comparing)) continue;
      const key = indexKeyFor(shape, attributes, data);
      if (key !== undefined) for (const wait of this.#keys.get(key) ?? []) found.add(wait);
    }
    return [...found].toSorted((a, b) => a.run.position - b.run.position || a.effect - b.effect);
  }

  runs(): Iterable<KnownRun> {
    return this.#runs.values();
  }

  #add(run: Omit<KnownRun, "stands" | "waits">): KnownRun {
    const known: KnownRun = { ...run, stands: "busy", waits: new Map() };
    this.#runs.set(run.runId, known);
    this.#bytes += runBytes;
    return known;
  }

  /** Adds a run of an earlier execution. */
  restore(run: Omit<KnownRun, "waits">, waits: Omit<Wait, "run">[], keys: readonly string[]): void {
    const known = this.#add(run);
    known.stands = run.stands;
    for (const { effect, filter, since } of waits) this.open(known, { effect, filter, since }, since);
    for (const key of keys) this.correlated.addKey(run.runId, key);
    this.#bytes += keyBytes * keys.length;
  }

  #index(wait: Wait): void {
    for (const { shape, key } of indexEntries(wait.filter)) {
      this.#shapes.set(shape, (this.#shapes.get(shape) ?? 0) + 1);
      const waits = this.#keys.get(key);
      if (waits === undefined) this.#keys.set(key, new Set([wait]));
      else waits.add(wait);
    }
  }

  #unindex(wait: Wait): void {
    for (const { shape, key } of indexEntries(wait.filter)) {
      const uses = this.#shapes.get(shape)! - 1;
      if (uses === 0) this.#shapes.delete(shape);
      else this.#shapes.set(shape, uses);
      const waits = this.#keys.get(key);
      waits?.delete(wait);
      if (waits?.size === 0) this.#keys.delete(key);
    }
  }

  /** Filters stand once in a carry: the bytes that one more, or one less, of a kind makes. */
  #filterBytes(filter: Filter, change: 1 | -1): number {
    const text = JSON.stringify(filter);
    const uses = (this.#filters.get(text) ?? 0) + change;
    if (uses === 0) this.#filters.delete(text);
    else this.#filters.set(text, uses);
    return (change === 1 ? uses === 1 : uses === 0) ? text.length + 1 : 0;
  }
}

/** Whether a run computes, or is about to. */
export function isBusy(run: KnownRun): boolean {
  return run.n < 0 || run.stands === "busy" || run.delivered > run.heard;
}
