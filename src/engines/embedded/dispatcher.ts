/** Takes events in: writes them to the log, starts the runs whose triggers match, delivers to the runs that wait, in one commit. */
import type { EmitEffect } from "../../core/effect.ts";
import type { AppendResult } from "../../core/engine.ts";
import type { LoggedEvent, NewEvent } from "../../core/event.ts";
import { effectId } from "../../core/ids.ts";
import { heldBy } from "../../events/flags.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { namedRun, type RecentEvent } from "./event-log.ts";
import type { DispatchNote } from "./store/events.ts";

/** Rows of events stay small, however many runs wait. */
const mostDeliveriesNoted = 20;

export class Dispatcher {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Takes up deliveries that were not finished when the process ended. */
  start(): void {
    for (const definition of this.#core.data.definitions.all()) this.#core.starts.refresh(definition);
    for (const { event, afterRun } of this.#core.data.deliveries.open())
      this.#core.mail.continueDelivery(event, afterRun);
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
      source: effect.source ?? `autoflow/runs/${record.uuid}`,
      type: effect.type,
      time: new Date(run.ledger.time).toISOString(),
      datacontenttype: "application/json",
    };
    if (effect.subject !== undefined) attributes.subject = effect.subject;
    if (effect.extensions !== undefined) attributes.extensions = effect.extensions;
    const body = new TextEncoder().encode(effect.data);
    this.#appendOne({
      project: record.project,
      attributes,
      body,
      overlay: "",
      cause: { runId: record.uuid, hops: record.hops + 1 },
    });
  }

  #appendOne(input: NewEvent): AppendResult {
    const { data, committer, eventLog } = this.#core;
    const key = data.events.key(input);
    const before = eventLog.find(key);
    if (before !== undefined) return this.#duplicate(input, before);
    if (this.#core.correlated.size > 0) this.#core.starts.settleTakers(input);
    const event: LoggedEvent = { ...input, seq: data.events.nextSeq(), receivedAt: this.#core.now };
    const flag = heldBy(data.flags.settings, input.project, input.attributes.type);
    if (flag !== undefined) event.heldBy = flag;
    const recent: RecentEvent = { event, runs: [] };
    eventLog.add(recent, key);
    const dispatched = this.#dispatch(recent);
    data.events.append(committer.batch, event, key, dispatched);
    this.#core.options.observer.eventAccepted(input.attributes.type, false);
    const result: AppendResult = { seq: event.seq, duplicate: false, runs: recent.runs };
    if (flag !== undefined) result.heldBy = flag;
    return result;
  }

  #duplicate(input: NewEvent, seq: number): AppendResult {
    this.#core.options.observer.eventAccepted(input.attributes.type, true);
    return { seq, duplicate: true, runs: this.#core.eventLog.runsOf(seq) };
  }

  /** An event that names a run starts nothing and is for no other. */
  #answerRun(named: string, recent: RecentEvent): DispatchNote {
    const id = this.#core.mail.deliverTo(named, recent);
    if (id !== undefined) return { decisions: [], deliveredTo: [id] };
    return { reason: `the run ${named} that it names does not wait for it`, decisions: [] };
  }

  /** Starts and deliveries of one event. Returns what the runs it started do not tell. */
  #dispatch(recent: RecentEvent): DispatchNote | undefined {
    const { starts, mail } = this.#core;
    const { event } = recent;
    if (event.heldBy !== undefined) return { reason: `held by flag ${event.heldBy}`, decisions: [] };
    const named = namedRun(event);
    if (named !== undefined) return this.#answerRun(named, recent);
    const decisions = starts.startRuns(recent);
    const deliveredTo = mail.deliver(recent, 0);
    const passedBy = decisions.filter(({ outcome }) => outcome !== "started");
    if (deliveredTo.length > 0) return { decisions: passedBy, deliveredTo: deliveredTo.slice(0, mostDeliveriesNoted) };
    if (decisions.length > passedBy.length) return passedBy.length === 0 ? undefined : { decisions: passedBy };
    const received = passedBy.find(({ outcome }) => outcome === "received");
    const reason = (received ?? passedBy[0])?.reason ?? starts.whyNone(event.project, event.attributes.type);
    return { reason, decisions: passedBy };
  }
}
