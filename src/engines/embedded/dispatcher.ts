/**
 * Takes events in: writes them to the log, starts the runs whose triggers match, delivers to the runs that wait. An event and
 * what it causes are in one commit; only a wide fan-out goes on in further ones.
 */
import type { AppendResult, EventDecision } from "../../core/engine.ts";
import type { AwaitEffect, EmitEffect, OpenEffect } from "../../core/effect.ts";
import { eventDataText, eventText, type LoggedEvent, lookBackMs, type NewEvent } from "../../core/event.ts";
import { type Filter, matchesFilter, matchesType } from "../../core/filter.ts";
import { effectId, uuidv7 } from "../../core/ids.ts";
import { heldBy } from "../../events/flags.ts";
import { endsHopChain, objectOf, StartRates } from "../../events/loop-guard.ts";
import { matchTriggers, TriggerIndex } from "../../events/trigger-index.ts";
import { type ActiveRun, newActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { decodeLedger, firstJournalEntry, newLedger } from "./ledger.ts";
import { runStart } from "./load-run.ts";
import type { DispatchNote, StoredEvent } from "./store/events.ts";
import type { RunRecord } from "./store/runs.ts";
import type { Message, WaitingRun } from "./store/waiting.ts";
import type { DefinitionRecord } from "./store/definitions.ts";
import { parseUuid } from "./store/uuid.ts";

/** One commit delivers an event to at most so many waiting runs. */
const mostDeliveries = 500;
const lookBackPage = 500;
const mostLookBack = 10_000;

/** An event that is in the log and perhaps not committed yet. */
interface RecentEvent {
  event: LoggedEvent;
  runs: string[];
  data?: { parsed: unknown };
}

/** What a run is started from: a trigger of an active version, or a driver. */
export interface Startable {
  definition: number;
  version: number;
  path: string;
  /** The trigger's; "" for a driver. */
  name: string;
}

export class Dispatcher {
  readonly #core: Core;
  readonly #recent = new Map<number, RecentEvent>();
  readonly #keys = new Map<string, number>();
  readonly #watching = new Map<string, Map<string, WaitingRun>>();
  readonly #rates = new StartRates();
  readonly #triggers = new TriggerIndex<{ definition: number; version: number }>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Call when a definition has another active version, or was removed. */
  refresh(definition: DefinitionRecord): void {
    const { id, project, path, version, removed } = definition;
    if (version === undefined || removed) this.#triggers.delete(project, path);
    else
      this.#triggers.set(
        { project, path, owner: { definition: id, version } },
        this.#core.image(version).describe().triggers,
      );
  }

  /** A trigger that somebody has resumed is counted anew. */
  forgetStarts(definition: number, trigger: string): void {
    this.#rates.forget(rateName(definition, trigger));
  }

  /** Takes up deliveries that were not finished when the process ended. */
  start(): void {
    for (const definition of this.#core.data.definitions.all()) this.refresh(definition);
    for (const { event, afterRun } of this.#core.data.deliveries.open()) this.#continueDelivery(event, afterRun);
  }

  /** Adds events to the next commit, with all they cause. */
  append(events: readonly NewEvent[]): AppendResult[] {
    const results =
      events.length === 1
        ? [this.#appendOne(events[0]!)]
        : this.#core.data.reader.together(() => events.map((event) => this.#appendOne(event)));
    this.#core.wake();
    return results;
  }

  emit(run: ActiveRun, effect: EmitEffect): void {
    const { record } = run;
    const attributes: NewEvent["attributes"] = {
      id: effectId(record.uuid, effect.n),
      source: `autoflow/runs/${record.uuid}`,
      type: effect.type,
      time: new Date(run.ledger.time).toISOString(),
      datacontenttype: "application/json",
    };
    if (effect.subject !== undefined) attributes.subject = effect.subject;
    const body = new TextEncoder().encode(effect.data);
    this.#appendOne({
      project: record.project,
      attributes,
      body,
      overlay: "",
      cause: { runId: record.uuid, hops: record.hops + 1 },
    });
  }

  /** Sends a signal within the next commit. False when there is no such open run. */
  signal(runId: string, name: string, payload: string): boolean {
    const hex = parseUuid(runId);
    const id = hex === undefined ? undefined : (this.#created.get(runId) ?? this.#core.data.runs.findByUuid(hex)?.id);
    return id !== undefined && this.#sendTo(id, { kind: "signal", name, payload });
  }

  /** Puts a message into a run's inbox within the next commit, and delivers it. */
  send(run: ActiveRun, incoming: Message): void {
    run.hadInbox = true;
    const row = this.#core.data.inbox.add(this.#core.committer.batch, run.record.id, incoming);
    this.#core.deliver(run, { incoming, row });
  }

  /** Like `send`, for a run that may not be in memory; a suspended one finds the message when it is resumed. */
  #sendTo(id: number, message: Message): boolean {
    const run = this.#core.find(id);
    if (run !== undefined) {
      if (run.outcome !== undefined) return false;
      this.send(run, message);
      return true;
    }
    if (this.#core.data.runs.find(id)?.status !== "suspended") return false;
    this.#core.data.inbox.add(this.#core.committer.batch, id, message);
    return true;
  }

  /** Runs created and not committed yet, by UUID. */
  readonly #created = new Map<string, number>();

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

  /** The first event after a position that passes a filter, if it is not too far back. */
  lookBack(project: string, filter: Filter, since: number): { seq: number | undefined; truncated: boolean } {
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
          if (this.#passes(filter, event)) {
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
      if (event.seq > since && event.project === project && this.#passes(filter, event)) candidates.push(event.seq);
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

  #passes(filter: Filter, event: LoggedEvent | StoredEvent): boolean {
    return event.heldBy === undefined && matchesFilter(filter, event.attributes.type, parsedData(event));
  }

  #appendOne(input: NewEvent): AppendResult {
    const { data, committer } = this.#core;
    const key = data.events.key(input);
    const before = this.#keys.get(key) ?? data.events.seqOfKey(key);
    if (before !== undefined) return this.#duplicate(input, before);
    const event: LoggedEvent = { ...input, seq: data.events.nextSeq(), receivedAt: this.#core.now };
    const flag = heldBy(data.flags.settings, input.project, input.attributes.type);
    if (flag !== undefined) event.heldBy = flag;
    const recent: RecentEvent = { event, runs: [] };
    this.#recent.set(event.seq, recent);
    this.#keys.set(key, event.seq);
    const dispatched = this.#dispatch(recent);
    data.events.append(committer.batch, event, key, dispatched);
    committer.onCommitted(() => {
      this.#recent.delete(event.seq);
      this.#keys.delete(key);
    });
    this.#core.options.observer.eventAccepted(input.attributes.type, false);
    const result: AppendResult = { seq: event.seq, duplicate: false, runs: recent.runs };
    if (flag !== undefined) result.heldBy = flag;
    return result;
  }

  #duplicate(input: NewEvent, seq: number): AppendResult {
    this.#core.options.observer.eventAccepted(input.attributes.type, true);
    const runs = this.#recent.get(seq)?.runs ?? this.#core.data.runs.ofEvent(seq).map(({ uuid }) => uuid);
    return { seq, duplicate: true, runs };
  }

  /** Starts and deliveries of one event. Returns what its runs do not tell. */
  #dispatch(recent: RecentEvent): DispatchNote | undefined {
    const { event } = recent;
    if (event.heldBy !== undefined) return { reason: `held by flag ${event.heldBy}`, decisions: [] };
    const decisions = this.#startRuns(recent);
    const delivered = this.#deliver(recent, 0);
    const passedBy = decisions.filter(({ outcome }) => outcome !== "started");
    if (decisions.length > passedBy.length || delivered > 0)
      return passedBy.length === 0 ? undefined : { decisions: passedBy };
    const reason = passedBy[0]?.reason ?? this.#triggers.whyNone(event.project, event.attributes.type);
    return { reason, decisions: passedBy };
  }

  #startRuns(recent: RecentEvent): EventDecision[] {
    const { event } = recent;
    const asked = { type: event.attributes.type, data: () => this.#data(recent) };
    const { matches, nearMisses } = matchTriggers(this.#triggers, event.project, asked);
    const decisions: EventDecision[] = nearMisses.map(({ trigger: { path, trigger }, reason }) => ({
      definition: path,
      trigger: trigger.name,
      outcome: "filter",
      reason,
    }));
    for (const { owner, path, trigger } of matches) {
      decisions.push(this.#startRun(recent, { ...owner, path, name: trigger.name }));
    }
    return decisions;
  }

  #startRun(recent: RecentEvent, trigger: Startable): EventDecision {
    const { event } = recent;
    const decision = { definition: trigger.path, trigger: trigger.name };
    if (endsHopChain(event)) {
      const hops = event.cause?.hops ?? 0;
      this.#core.options.log.warn("a chain of events was stopped", {
        code: "LOOP_HOPS",
        event: event.attributes.id,
        hops,
      });
      return {
        ...decision,
        outcome: "hops",
        reason: `LOOP_HOPS: the event is number ${hops} in a chain of events that runs caused`,
      };
    }
    const refused = this.#refuse(trigger, objectOf(event));
    if (refused !== undefined) return { ...decision, ...refused };
    const runId = this.createRun({ definition: trigger, event, hops: event.cause?.hops ?? 0 });
    recent.runs.push(runId);
    return { ...decision, outcome: "started", runId, reason: "" };
  }

  /** Whether a trigger is paused for an object, or is to be paused now because it starts too often. */
  #refuse(trigger: Startable, object: string | undefined): { outcome: "paused" | "rate"; reason: string } | undefined {
    if (object === undefined) return undefined;
    const { pauses } = this.#core.data;
    const known = pauses.reason(trigger.definition, trigger.name, object);
    if (known !== undefined) return { outcome: "paused", reason: `paused for ${object}: ${known}` };
    if (this.#rates.admit(rateName(trigger.definition, trigger.name), object, this.#core.now)) return undefined;
    const reason = `LOOP_RATE: more than 20 runs in a minute for ${object}`;
    const at = { definition: trigger.definition, trigger: trigger.name, object };
    pauses.pause(this.#core.committer.batch, at, reason, this.#core.now);
    this.#core.options.log.warn("a trigger is paused", { code: "LOOP_RATE", trigger: trigger.name, object });
    return { outcome: "rate", reason };
  }

  /** Creates a run within the next commit and returns its id. */
  createRun(start: {
    definition: Startable;
    event?: LoggedEvent;
    hops: number;
    project?: string;
    input?: string;
    identity?: string;
  }): string {
    const { data, committer, now, options } = this.#core;
    const project = start.event?.project ?? start.project ?? "*";
    const settings = { vars: options.variables.values(project), secrets: options.secrets.names(project) };
    const record: RunRecord = {
      id: data.runs.nextId(),
      uuid: uuidv7(now, options.random.bytes(10)),
      project,
      version: start.definition.version,
      trigger: start.definition.name,
      event: start.event?.seq,
      position: start.event?.seq ?? data.events.last,
      hops: start.hops,
      settings: data.settings.id(committer.batch, settings, data.salt),
      input: start.input,
      identity: start.identity,
      createdAt: now,
    };
    data.runs.create(committer.batch, record, firstJournalEntry);
    this.#created.set(record.uuid, record.id);
    committer.onCommitted(() => this.#created.delete(record.uuid));
    options.observer.runStarted(start.definition.path);
    const image = this.#core.image(record.version);
    this.#core.admit(
      newActiveRun(record, "queued", {
        definition: start.definition.path,
        image,
        machine: image.open(runStart(this.#core, record)),
        ledger: newLedger(now),
        stateEntry: firstJournalEntry,
        started: false,
      }),
    );
    return record.uuid;
  }

  /** Delivers an event to the runs that wait for it, after a run; goes on later when there are many. Returns how many got it. */
  #deliver(recent: RecentEvent, afterRun: number): number {
    const { event } = recent;
    const waiting = this.#waiting(recent, afterRun);
    const first = waiting.slice(0, mostDeliveries);
    let delivered = 0;
    for (const { run: id, effect } of first) {
      const entry = this.#openEffect(id, effect);
      if (entry?.kind !== "await") continue;
      if (typeof entry.since === "number" && entry.since >= event.seq) continue;
      if (!matchesFilter(entry.filter, event.attributes.type, this.#data(recent))) continue;
      if (this.#sendTo(id, { kind: "event", effect, event: event.seq })) delivered++;
    }
    this.#planRest(event.seq, waiting.length > mostDeliveries ? first.at(-1)!.run : undefined, afterRun);
    return delivered;
  }

  /** Waits that an event may be for, by run: committed ones, and those of runs in memory. More than one commit delivers to. */
  #waiting(recent: RecentEvent, afterRun: number): WaitingRun[] {
    const { project, attributes } = recent.event;
    const { waits } = this.#core.data;
    const found = new Map<string, WaitingRun>();
    for (const key of waits.keysFor(project, attributes.type, () => this.#data(recent))) {
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

  #planRest(event: number, afterRun: number | undefined, before: number): void {
    const { committer, data } = this.#core;
    if (afterRun === undefined) {
      if (before > 0) data.deliveries.finish(committer.batch, event);
      return;
    }
    data.deliveries.continueAfter(committer.batch, { event, afterRun });
    committer.onCommitted(() => this.#continueDelivery(event, afterRun));
  }

  #continueDelivery(seq: number, afterRun: number): void {
    const event = this.event(seq);
    if (event !== undefined) this.#deliver({ event, runs: [] }, afterRun);
    this.#core.wake();
  }

  #data(recent: RecentEvent): unknown {
    recent.data ??= { parsed: parsedData(recent.event) };
    return recent.data.parsed;
  }
}

function watchKey(project: string, key: string): string {
  return `${project}\0${key}`;
}

function rateName(definition: number, trigger: string): string {
  return `${definition}\0${trigger}`;
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
