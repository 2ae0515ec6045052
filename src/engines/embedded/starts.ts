/** Starts runs: those whose triggers match an event, as far as the loop guards allow, and drivers. */
import type { EventDecision } from "../../core/engine.ts";
import type { LoggedEvent, NewEvent } from "../../core/event.ts";
import { uuidv7 } from "../../core/ids.ts";
import type { StartedBy } from "../../core/ports.ts";
import type { Concurrency, Correlation, Starter, WorkflowDescription } from "../../core/program.ts";
import { endsHopChain, objectOf, StartRates } from "../../events/loop-guard.ts";
import { matchTriggers, TriggerIndex } from "../../events/trigger-index.ts";
import { newActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { dataOf, type RecentEvent } from "./event-log.ts";
import { inTheWayText } from "../run/keys.ts";
import { firstJournalEntry, newLedger } from "../run/ledger.ts";
import { runStart } from "./run-start.ts";
import type { DefinitionRecord } from "./store/definitions.ts";
import type { Child, Kin, RunRecord } from "./store/runs.ts";
import { WorkflowIndex } from "../run/workflow-index.ts";

/** What a run is started from: a trigger of an active version, the version itself, or a driver. */
export interface Startable {
  definition: number;
  version: number;
  path: string;
  /** The trigger's; "" for a driver, and for what is started by its name. */
  name: string;
  workflow: WorkflowDescription | undefined;
}

/** A run that is to be created. */
export interface NewRun {
  by: StartedBy;
  definition: Startable;
  event?: LoggedEvent;
  hops: number;
  /** Of the event unless given. */
  project?: string;
  input?: string | undefined;
  identity?: string;
  /** Of runs with one key only the oldest open one is computed. */
  key?: string | undefined;
  starter?: Starter | undefined;
  /** Of runs with one key there is one: 32 hex digits. */
  startKey?: string | undefined;
  kin?: Kin;
}

const nothing: readonly string[] = [];

export class Starts {
  readonly #core: Core;
  readonly #rates = new StartRates();
  readonly #triggers = new TriggerIndex<{
    definition: number;
    version: number;
    workflow: WorkflowDescription | undefined;
  }>();
  readonly workflows = new WorkflowIndex();
  /** Runs created and not committed yet, by UUID. */
  readonly #created = new Map<string, RunRecord>();
  /** Their start keys. */
  readonly #startKeys = new Set<string>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Call when a definition has another active version, or was removed. */
  refresh(definition: DefinitionRecord): void {
    const { id, project, path, version, removed } = definition;
    if (version === undefined || removed) {
      this.#triggers.delete(project, path);
      this.workflows.set(id, undefined);
      this.#core.scheduler.refresh(definition, []);
      return;
    }
    const { triggers, workflow } = this.#core.image(version).describe();
    this.#triggers.set({ project, path, owner: { definition: id, version, workflow } }, triggers);
    const activeSince = definition.activeSince ?? 0;
    const entry = workflow && { definition: id, version, path, project, activeSince, workflow };
    this.workflows.set(id, entry);
    this.#core.scheduler.refresh(definition, triggers);
  }

  /** A trigger that somebody has resumed is counted anew. */
  forgetStarts(definition: number, trigger: string): void {
    this.#rates.forget(rateName(definition, trigger));
  }

  /** Why an event of this type starts nothing. */
  whyNone(project: string, type: string): string {
    return this.#triggers.whyNone(project, type);
  }

  /** The number of a run whose creation is not committed yet. */
  findCreated(uuid: string): number | undefined {
    return this.#created.get(uuid)?.id;
  }

  /** Whether the creation of a run is not committed yet. */
  isCreated(id: number): boolean {
    for (const record of this.#created.values()) if (record.id === id) return true;
    return false;
  }

  /** Children of a run whose creation is not committed yet. */
  createdChildren(parent: number): Child[] {
    return [...this.#created.values()].flatMap(({ id, kin }) =>
      kin?.parent?.run === parent ? [{ id, ...kin.parent }] : [],
    );
  }

  /** Whether a run with this start key is created in a commit that has not ended. */
  isStarting(startKey: string): boolean {
    return this.#startKeys.has(startKey);
  }

  /** Starts what an event is for. Answers a decision for each trigger of its type. */
  startRuns(recent: RecentEvent): EventDecision[] {
    const { event } = recent;
    const asked = { attributes: event.attributes, data: () => dataOf(recent) };
    const { matches, nearMisses } = matchTriggers(this.#triggers, event.project, asked);
    const decisions: EventDecision[] = nearMisses.map(({ trigger: { path, trigger }, reason }) => ({
      definition: path,
      trigger: trigger.name,
      outcome: "filter",
      reason,
    }));
    for (const { owner, path, trigger } of matches) {
      const startable = { ...owner, path, name: trigger.name };
      const { unlessReceived, concurrency } = trigger;
      decisions.push(
        unlessReceived === undefined
          ? this.#startRun(recent, startable, concurrency)
          : this.#startUnlessReceived(recent, startable, unlessReceived),
      );
    }
    return decisions;
  }

  /** Has runs that may take an event by correlation come to their waits before it is in the log. */
  settleTakers({ project, attributes }: NewEvent): void {
    const { correlated, active } = this.#core;
    for (const { owner, trigger } of this.#triggers.candidates(project, attributes.type)) {
      if (trigger.unlessReceived === undefined) continue;
      for (const id of correlated.find(owner.definition, trigger.unlessReceived.by, attributes)) {
        const run = active.get(id);
        if (run !== undefined && !run.started) this.#core.computeNow(run);
      }
    }
  }

  /** Starts a run unless another one of the definition takes the event by correlation. */
  #startUnlessReceived(recent: RecentEvent, trigger: Startable, correlation: Correlation): EventDecision {
    const { correlated, mail, active, data } = this.#core;
    const { attributes } = recent.event;
    const taker = mail.taker(recent, trigger.definition, correlation);
    if (taker === undefined) {
      const decision = this.#startRun(recent, trigger);
      const started = decision.runId === undefined ? undefined : this.findCreated(decision.runId);
      if (started !== undefined && active.has(started))
        correlated.add(started, trigger.definition, correlation.by, attributes);
      return decision;
    }
    const run = active.get(taker);
    if (run !== undefined) correlated.add(taker, trigger.definition, correlation.by, attributes);
    const runId = run?.record.uuid ?? data.runs.find(taker)!.uuid;
    const decision = { definition: trigger.path, trigger: trigger.name, runId };
    return { ...decision, outcome: "received", reason: `received by run ${runId}` };
  }

  /** Creates a run within the next commit. */
  createRun(start: NewRun): RunRecord {
    const { data, committer, now, options } = this.#core;
    const { workflow } = start.definition;
    const project = start.event?.project ?? start.project ?? "*";
    const environment = workflow?.environment ?? nothing;
    const settings = {
      vars: options.variables.values(project, environment),
      secrets: options.secrets.names(project, environment),
    };
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
      key: start.key,
      workflow: workflow?.name,
      starter: start.starter,
      kin: start.kin,
      createdAt: now,
    };
    const image = this.#core.image(record.version);
    const run = newActiveRun(record, "queued", {
      definition: start.definition.path,
      image,
      machine: image.open(runStart(this.#core, record)),
      ledger: newLedger(now),
      stateEntry: firstJournalEntry,
      started: false,
    });
    data.runs.create(committer.batch, record, firstJournalEntry, start.startKey);
    if (start.starter !== undefined) data.labels.add(committer.batch, record.id, start.starter);
    this.#untilCommitted(record, start.startKey);
    options.observer.runStarted(start.definition.path, start.by);
    if (start.key === undefined || !this.#core.keyed.created(run, start.key)) this.#core.admit(run);
    return record;
  }

  /** What is created is not in the store before its commit. */
  #untilCommitted(record: RunRecord, startKey: string | undefined): void {
    const { uuid } = record;
    this.#created.set(uuid, record);
    if (startKey !== undefined) this.#startKeys.add(startKey);
    this.#core.committer.onCommitted(() => {
      this.#created.delete(uuid);
      if (startKey !== undefined) this.#startKeys.delete(startKey);
    });
  }

  #startRun(recent: RecentEvent, trigger: Startable, concurrency?: Concurrency): EventDecision {
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
    const { keyed } = this.#core;
    const key = concurrency && keyed.keyOf(trigger, event.project, concurrency, () => dataOf(recent));
    const mode = concurrency?.mode ?? "queue";
    const runInTheWay = key && keyed.inTheWay(key, mode);
    if (runInTheWay !== undefined) {
      return { ...decision, outcome: "skipped", runId: runInTheWay, reason: inTheWayText(runInTheWay) };
    }
    const takesPlace = key !== undefined && keyed.takesPlace(key, mode);
    const refused = takesPlace ? undefined : this.#refuse(trigger, objectOf(event));
    if (refused !== undefined) return { ...decision, ...refused };
    if (key !== undefined) keyed.makeRoom(key, mode);
    const hops = event.cause?.hops ?? 0;
    const { uuid: runId } = this.createRun({ by: "event", definition: trigger, event, hops, key });
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
}

function rateName(definition: number, trigger: string): string {
  return `${definition}\0${trigger}`;
}
