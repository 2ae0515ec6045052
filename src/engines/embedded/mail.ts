/** Brings signals and events to the runs they are for, within a commit; only a wide fan-out goes on in further ones. */
import type { AwaitEffect, OpenEffect } from "../../core/effect.ts";
import { type Filter, matchesFilter, matchesType } from "../../core/filter.ts";
import type { Correlation } from "../../core/program.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { dataOf, type RecentEvent } from "./event-log.ts";
import { hasEnded } from "../../core/run.ts";
import { decodeLedger, type OpenEntry } from "../run/ledger.ts";
import type { StoredRun } from "./store/runs.ts";
import { parseUuid } from "./store/uuid.ts";
import type { Message, WaitingRun } from "./store/waiting.ts";

/** One commit delivers an event to at most so many waiting runs. */
const mostDeliveries = 500;

export class Mail {
  readonly #core: Core;
  readonly #watching = new Map<string, Map<string, WaitingRun>>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Sends a signal within the next commit. False when there is no such open run. */
  signal(runId: string, name: string, payload: string): boolean {
    const hex = parseUuid(runId);
    const id =
      hex === undefined
        ? undefined
        : (this.#core.starts.findCreated(runId) ?? this.#core.data.runs.findByUuid(hex)?.id);
    return id !== undefined && this.post(id, { kind: "signal", name, payload });
  }

  /** Puts a message into a run's inbox within the next commit, and delivers it. */
  send(run: ActiveRun, incoming: Message): void {
    run.hadInbox = true;
    const row = this.#core.data.inbox.add(this.#core.committer.batch, run.record.id, incoming);
    this.#core.deliver(run, { incoming, row });
  }

  /**
   * Like `send`, for a run that may not be in memory; one that is suspended or held finds the message when it goes on. False when it is not
   * open.
   */
  post(id: number, message: Message): boolean {
    const run = this.#core.find(id);
    if (run !== undefined) {
      if (run.outcome !== undefined) return false;
      this.send(run, message);
      return true;
    }
    const isOpen = this.#core.starts.isCreated(id) || this.#waitsInStore(id);
    if (isOpen) this.#core.data.inbox.add(this.#core.committer.batch, id, message);
    return isOpen;
  }

  #waitsInStore(id: number): boolean {
    const row = this.#core.data.runs.find(id);
    return (
      row !== undefined && (row.status === "suspended" || (row.endedAt === undefined && this.#core.keyed.isHeld(row)))
    );
  }

  /** Has a run end that is not in memory: it is suspended, or created in this commit and there is no room for it yet. */
  postCancel(id: number, reason: string): void {
    const { data, committer, now } = this.#core;
    if (!this.post(id, { kind: "cancel", reason }) || this.#core.starts.isCreated(id)) return;
    data.runs.resume(committer.batch, id, now);
    this.#core.deaths.delete(id);
    committer.onCommitted(() => void this.#core.find(id));
  }

  /** A run that has an effect open for an event, until it is forgotten or the wait is over. */
  watch(run: ActiveRun, effect: AwaitEffect): void {
    for (const key of this.#watchKeys(run, effect.filter)) {
      let waiting = this.#watching.get(key);
      if (waiting === undefined) this.#watching.set(key, (waiting = new Map<string, WaitingRun>()));
      waiting.set(`${run.record.id}:${effect.n}`, { run: run.record.id, effect: effect.n });
    }
  }

  unwatch(run: ActiveRun, effect: AwaitEffect): void {
    for (const key of this.#watchKeys(run, effect.filter)) {
      const waiting = this.#watching.get(key);
      waiting?.delete(`${run.record.id}:${effect.n}`);
      if (waiting?.size === 0) this.#watching.delete(key);
    }
  }

  #watchKeys(run: ActiveRun, filter: Filter): string[] {
    const { project } = run.record;
    const keys = this.#core.data.waits.noteShapes(this.#core.committer.batch, project, filter);
    return keys.map((key) => watchKey(project, key));
  }

  /** Delivers an event to the runs that wait for it, after a run; goes on later when there are many. Returns who got it. */
  deliver(recent: RecentEvent, afterRun: number): number[] {
    const { event } = recent;
    const waiting = this.#waiting(recent, afterRun);
    const first = waiting.slice(0, mostDeliveries);
    const delivered: number[] = [];
    for (const { run: id, effect } of first) {
      if (!this.#wants(id, effect, recent) || this.#isServed(id, effect)) continue;
      if (this.post(id, { kind: "event", effect, event: event.seq })) delivered.push(id);
    }
    this.#planRest(event.seq, waiting.length > mostDeliveries ? first.at(-1)!.run : undefined, afterRun);
    return delivered;
  }

  /**
   * The run of a definition that takes an event by correlation, as `deliver` will find or, where it takes such events one after
   * another, as it will look back for; the first of several.
   */
  taker(recent: RecentEvent, definition: number, correlation: Correlation): number | undefined {
    const { active, correlated } = this.#core;
    const { by, repeatedly } = correlation;
    const { attributes } = recent.event;
    for (const { run: id, effect } of this.#waiting(recent, 0, by)) {
      if (this.#definitionOf(id) !== definition || !this.#wants(id, effect, recent) || !this.#goesOn(id)) continue;
      if (repeatedly === true || !this.#isServed(id, effect)) return id;
    }
    if (repeatedly !== true) return undefined;
    return correlated.find(definition, by, attributes).find((id) => active.has(id) && this.#goesOn(id));
  }

  #definitionOf(id: number): number | undefined {
    const { data } = this.#core;
    const version = this.#core.find(id)?.record.version ?? data.runs.find(id)?.version;
    return version === undefined ? undefined : data.definitions.version(version).definition;
  }

  #goesOn(id: number): boolean {
    const run = this.#core.find(id);
    return run === undefined || (run.outcome === undefined && run.status !== "cancelling");
  }

  #wants(id: number, effect: number, recent: RecentEvent): boolean {
    const entry = this.#openEffect(id, effect);
    if (entry?.kind !== "await") return false;
    if (typeof entry.since === "number" && entry.since >= recent.event.seq) return false;
    return matchesFilter(entry.filter, recent.event.attributes, dataOf(recent));
  }

  /**
   * Delivers an event to the run that it names, if that waits for its type, whatever else the wait asks for: it is an answer to
   * that very run. Answers which run that is.
   */
  deliverTo(uuid: string, { event }: RecentEvent): number | undefined {
    const hex = parseUuid(uuid);
    const row = hex === undefined ? undefined : this.#core.data.runs.findByUuid(hex);
    if (row === undefined || row.project !== event.project) return undefined;
    for (const { effect } of this.#openEffects(row)) {
      if (effect.kind !== "await" || this.#isServed(row.id, effect.n)) continue;
      if (typeof effect.since === "number" && effect.since >= event.seq) continue;
      if (!effect.filter.types.some((pattern) => matchesType(pattern, event.attributes.type))) continue;
      return this.post(row.id, { kind: "event", effect: effect.n, event: event.seq }) ? row.id : undefined;
    }
    return undefined;
  }

  #openEffects(row: StoredRun): OpenEntry[] {
    const ledger = this.#core.find(row.id)?.ledger;
    if (ledger !== undefined) return [...ledger.open.values()];
    return row.ledger === undefined || hasEnded(row.status) ? [] : [...decodeLedger(row.ledger).open.values()];
  }

  /**
   * Waits that an event may be for, by run: committed ones, and those of runs in memory. More than one commit delivers to. With
   * `comparing`, those that compare one of these attributes.
   */
  #waiting(recent: RecentEvent, afterRun: number, comparing?: readonly string[]): WaitingRun[] {
    const { project, attributes } = recent.event;
    const { waits } = this.#core.data;
    const found = new Map<string, WaitingRun>();
    for (const key of waits.keysFor(project, attributes, () => dataOf(recent), comparing)) {
      const inMemory = this.#watching.get(watchKey(project, key))?.values() ?? [];
      for (const waiting of [...inMemory, ...waits.find(project, key, afterRun, mostDeliveries + 1)]) {
        if (waiting.run > afterRun) found.set(`${waiting.run}:${waiting.effect}`, waiting);
      }
    }
    return [...found.values()].toSorted((a, b) => a.run - b.run);
  }

  #openEffect(id: number, effect: number): OpenEffect | undefined {
    const run = this.#core.find(id);
    if (run !== undefined) return run.ledger.open.get(effect)?.effect;
    const suspended = this.#core.data.runs.find(id)?.ledger;
    return suspended === undefined ? undefined : decodeLedger(suspended).open.get(effect)?.effect;
  }

  /** Whether an earlier event is on its way to an effect, which takes one. */
  #isServed(id: number, effect: number): boolean {
    const messages = this.#core.find(id)?.incoming ?? [];
    return messages.some(({ incoming }) => incoming.kind === "event" && incoming.effect === effect);
  }

  #planRest(event: number, afterRun: number | undefined, before: number): void {
    const { committer, data } = this.#core;
    if (afterRun === undefined) {
      if (before > 0) data.deliveries.finish(committer.batch, event);
      return;
    }
    data.deliveries.continueAfter(committer.batch, { event, afterRun });
    committer.onCommitted(() => this.continueDelivery(event, afterRun));
  }

  /** Takes up a delivery that its first commit did not finish. */
  continueDelivery(seq: number, afterRun: number): void {
    const event = this.#core.eventLog.event(seq);
    if (event !== undefined) this.deliver({ event, runs: [] }, afterRun);
    this.#core.wake();
  }
}

function watchKey(project: string, key: string): string {
  return `${project}\0${key}`;
}
