/** Decides what becomes of events and of runs' waits. Pure: what is to be done outside goes into the outbox. */
import type { EventDecision } from "../../../../core/engine.ts";
import { lookBackMs } from "../../../../core/event.ts";
import { matchesFilter, matchesType } from "../../../../core/filter.ts";
import type { Correlation } from "../../../../core/program.ts";
import type { AppendItem, AppendOutcome, Candidate, LoggedItem, LogView, RunReport } from "../../protocol/log.ts";
import { plainItem } from "../../protocol/logged-item.ts";
import { budgets, carryWaits, type LogCarry, recentInMemory, restoreWaits } from "./carry.ts";
import type { KeyedRuns } from "./keyed-runs.ts";
import { KnownEvents } from "./known-events.ts";
import { Outbox } from "./outbox.ts";
import { dataOf, type KeptEvent, type RecentEvent, RecentEvents } from "./recent-events.ts";
import { Starts } from "./starts.ts";
import { isBusy, type KnownRun, type Wait, Waits } from "./waits.ts";

/** Answers stay small, however many runs wait. */
const mostDeliveriesNoted = 20;

/** What it takes from where it runs. */
export interface LogHost {
  /** Epoch ms. */
  now(): number;
  /** Ascends with workflow tasks, though not with each: what was decided at a lower number is durable. */
  task(): number;
}

/** A wait for which earlier executions are to be searched. */
export interface Search {
  wait: Wait;
  after: number;
  upTo: number;
}

export class EventLog {
  readonly #host: LogHost;
  readonly #known = new KnownEvents(budgets.keys);
  readonly #recent = new RecentEvents(recentInMemory);
  readonly #starts: Starts;
  readonly #waits = new Waits(budgets.waits);
  /** Runs that could not be started, and why. */
  readonly #failed = new Map<string, string>();
  readonly outbox: Outbox;
  #last = 0;
  #time = 0;

  constructor(project: string, host: LogHost) {
    this.#host = host;
    this.outbox = new Outbox(project, () => host.task());
    this.#starts = new Starts(project, this.outbox, () => host.now());
  }

  get last(): number {
    return this.#last;
  }

  get keyed(): KeyedRuns {
    return this.#starts.keyed;
  }

  get isSearching(): boolean {
    return this.#waits.isLooking;
  }

  get view(): LogView {
    return {
      last: this.#last,
      subscriptions: this.#waits.count,
      events: this.#known.size,
      keyed: this.keyed.size,
      pauses: this.#starts.guards.pauses,
    };
  }

  /** Runs that may take an event by correlation, and of which it is not known yet how they stand. */
  isWaitingFor(item: AppendItem): boolean {
    return this.#unheard(item).length > 0;
  }

  /** They are not waited for any more. One that tells something later is known again. */
  giveUpOn(item: AppendItem): string[] {
    const runs = this.#unheard(item);
    for (const run of runs) {
      if (run.n < 0) this.#waits.forget(run.runId);
      else run.isSlow = true;
    }
    return runs.map(({ runId }) => runId);
  }

  /** Runs that are to be looked for before it is decided on an event. */
  silentInTheWay({ heldBy, named, candidates }: AppendItem): string[] {
    if (heldBy !== undefined || named !== undefined || !this.outbox.isEmpty) return [];
    const now = this.#host.now();
    return candidates.flatMap(({ keyed }) => (keyed && this.keyed.silentInTheWay(keyed, now)) ?? []);
  }

  /** Puts an event into the log. `isReadable`: whether its answer is in the history. The answer is that of `answer`, once all is done. */
  take(item: AppendItem, isReadable: () => boolean): AppendOutcome {
    const known = this.#known.find(item.key);
    this.#time = Math.max(this.#time, this.#host.now());
    const receivedAt = this.#time;
    if (known !== undefined)
      return { seq: known.seq, duplicate: true, runs: known.runs, decisions: [], receivedBy: [], receivedAt };
    const seq = ++this.#last;
    const { heldBy, named } = item;
    const recent = this.#recent.add(
      {
        seq,
        receivedAt,
        item: plainItem(item),
        ...(heldBy !== undefined && { heldBy }),
        ...(named !== undefined && { named }),
      },
      isReadable,
    );
    const runs: string[] = [];
    const outcome: AppendOutcome = { seq, duplicate: false, runs, decisions: [], receivedBy: [], receivedAt };
    this.#dispatch(item, recent, outcome);
    this.#known.add(item.key, { seq, runs });
    return outcome;
  }

  /** The answer to an event whose outcome has been done. */
  answer(outcome: AppendOutcome): AppendOutcome {
    if (outcome.duplicate || this.#failed.size === 0) return outcome;
    const decisions = outcome.decisions.map((decision) => this.#asDone(decision));
    const runs = outcome.runs.filter((run) => !this.#failed.has(run));
    const failed = runs.length === 0 ? decisions.find((decision) => decision.outcome === "failed") : undefined;
    return {
      ...outcome,
      runs,
      decisions,
      ...(failed !== undefined && outcome.receivedBy.length === 0 && { reason: failed.reason }),
    };
  }

  /** A time has come: decides whether a run is started that has a key. */
  takeTime(candidate: Candidate): EventDecision {
    return this.#starts.bySchedule(candidate, this.#last);
  }

  /** A decision that has been done. */
  answerTime(decision: EventDecision): EventDecision {
    return this.#asDone(decision);
  }

  /** A run cannot be started. */
  failStart(runId: string, reason: string): void {
    this.#failed.set(runId, reason);
    this.#known.dropRun(runId);
    this.drop(runId);
  }

  /** A run is not open any more. */
  drop(runId: string): void {
    this.#waits.forget(runId);
    this.#starts.ended(runId);
  }

  resume(definitionKey: string, trigger: string): void {
    this.#starts.guards.resume(definitionKey, trigger);
  }

  /** Takes what a run tells. Answers the waits for which earlier executions are to be searched. */
  report(report: RunReport): Search[] {
    if (report.stands === "ended") {
      this.drop(report.runId);
      return [];
    }
    const run = this.#waits.take(report);
    if (run === undefined) return [];
    const searches: Search[] = [];
    for (const subscription of report.opens) {
      const since = subscription.since === "now" ? this.#last : subscription.since;
      const wait = this.#waits.open(run, subscription, since);
      if (wait === undefined) {
        this.outbox.add({ kind: "refusal", runId: run.runId, effect: subscription.effect });
        continue;
      }
      const search = this.#lookBack(wait);
      if (search !== undefined) searches.push(search);
    }
    this.#waits.settle(run);
    return searches;
  }

  /** What a search has found. */
  found(wait: Wait, event: { seq: number; item: LoggedItem } | undefined): void {
    const first = event ?? wait.looking?.found;
    if (wait.looking === undefined) return;
    this.#waits.endLooking(wait);
    if (first === undefined) return;
    this.#deliver(wait, first);
    this.#waits.settle(wait.run);
  }

  /** What it takes along, when nothing is under way: plain JSON, and bytes. */
  carry(): { carry: LogCarry; keys: Uint8Array } {
    const carry: LogCarry = {
      last: this.#last,
      time: this.#time,
      recent: this.#recent.carry(budgets.recent),
      guards: this.#starts.guards.carry(budgets.guards, this.#host.now()),
      waits: carryWaits(this.#waits),
      keyed: this.keyed.carry(),
    };
    return { carry, keys: this.#known.pack() };
  }

  restore({ last, time, recent, guards, waits, keyed = [] }: LogCarry, keys: Uint8Array): void {
    this.#last = last;
    this.#time = time;
    this.#recent.restore(recent);
    this.#starts.guards.restore(guards);
    this.keyed.restore(keyed);
    restoreWaits(this.#waits, waits);
    this.#known.unpack(keys);
  }

  #asDone(decision: EventDecision): EventDecision {
    const reason = this.#failed.get(decision.runId ?? "");
    if (decision.outcome !== "started" || reason === undefined) return decision;
    return { definition: decision.definition, trigger: decision.trigger, outcome: "failed", reason };
  }

  #lookBack(wait: Wait): Search | undefined {
    const { filter, since, run } = wait;
    const found = this.#recent.find(filter, run.runId, since, this.#host.now() - lookBackMs);
    if (this.#recent.mayBeEarlier(filter, since)) {
      this.#waits.beginLooking(wait);
      if (found !== undefined) wait.looking!.found = found;
      return { wait, after: since, upTo: this.#recent.after };
    }
    if (found !== undefined) this.#deliver(wait, found);
    return undefined;
  }

  /** Starts and deliveries of one event. */
  #dispatch(item: AppendItem, recent: KeptEvent, outcome: AppendOutcome): void {
    if (item.heldBy !== undefined) {
      outcome.heldBy = item.heldBy;
      outcome.reason = `held by flag ${item.heldBy}`;
      return;
    }
    if (item.named !== undefined) return this.#answerRun(item.named, recent, outcome);
    const decisions = item.candidates.map((candidate) => this.#decide(candidate, recent, outcome));
    const started = decisions.filter((decision) => decision.outcome === "started");
    const passedBy = decisions.filter((decision) => decision.outcome !== "started");
    outcome.decisions = [...started, ...passedBy];
    outcome.receivedBy = this.#deliverToAll(recent).slice(0, mostDeliveriesNoted);
    if (outcome.receivedBy.length > 0 || started.length > 0) return;
    const received = passedBy.find((decision) => decision.outcome === "received");
    outcome.reason = (received ?? item.nearMisses[0] ?? passedBy[0])?.reason ?? item.whyNone;
  }

  /** An event that names a run starts nothing and is for no other. */
  #answerRun(named: string, recent: KeptEvent, outcome: AppendOutcome): void {
    const { type } = recent.item.attributes;
    const waits = [...(this.#waits.find(named)?.waits.values() ?? [])];
    const wait = waits.find(
      ({ since, filter, looking }) =>
        since < recent.seq &&
        looking?.found === undefined &&
        filter.types.some((pattern) => matchesType(pattern, type)),
    );
    if (wait === undefined) outcome.reason = `the run ${named} that it names does not wait for it`;
    else {
      this.#deliver(wait, recent);
      this.#waits.settle(wait.run);
      outcome.receivedBy = [named];
    }
  }

  #decide(candidate: Candidate, recent: KeptEvent, outcome: AppendOutcome): EventDecision {
    const { unlessReceived } = candidate;
    if (unlessReceived === undefined) return this.#start(candidate, recent, outcome);
    const { attributes } = recent.item;
    const taker = this.#taker(candidate, recent, unlessReceived);
    if (taker !== undefined) {
      this.#waits.correlate(taker, unlessReceived.by, attributes);
      const { definition, trigger } = candidate;
      const { runId } = taker;
      return { definition, trigger, runId, outcome: "received", reason: `received by run ${runId}` };
    }
    const decision = this.#start(candidate, recent, outcome);
    if (decision.outcome === "started") {
      this.#waits.expect(candidate.runId, candidate.definitionKey, recent.seq);
      this.#waits.correlate(this.#waits.find(candidate.runId)!, unlessReceived.by, attributes);
    }
    return decision;
  }

  /** The run of a definition that takes an event by correlation, by a wait or, where it takes one after another, later on. */
  #taker(candidate: Candidate, recent: KeptEvent, { by, repeatedly }: Correlation): KnownRun | undefined {
    const { attributes } = recent.item;
    for (const wait of this.#waits.for(attributes, () => dataOf(recent), by)) {
      if (wait.run.definitionKey === candidate.definitionKey && this.#wants(wait, recent)) return wait.run;
    }
    if (repeatedly !== true) return undefined;
    const runs = this.#waits.correlated
      .find(candidate.definitionKey, by, attributes)
      .map((runId) => this.#waits.find(runId)!)
      .filter((run) => isBusy(run));
    return runs.toSorted((a, b) => a.position - b.position)[0];
  }

  #start(candidate: Candidate, { seq, item }: KeptEvent, outcome: AppendOutcome): EventDecision {
    const decision = this.#starts.byEvent(candidate, seq, item);
    if (decision.outcome === "started") outcome.runs.push(candidate.runId);
    return decision;
  }

  /** Answers who got it. */
  #deliverToAll(recent: KeptEvent): string[] {
    const { attributes } = recent.item;
    const waits = this.#waits.for(attributes, () => dataOf(recent)).filter((wait) => this.#wants(wait, recent));
    const delivered = waits.filter(({ looking }) => looking === undefined).map(({ run }) => run);
    for (const wait of waits) this.#deliver(wait, recent);
    for (const run of delivered) this.#waits.settle(run);
    return delivered.map(({ runId }) => runId);
  }

  #wants({ filter, since, looking }: Wait, recent: KeptEvent): boolean {
    if (since >= recent.seq || looking?.found !== undefined) return false;
    return matchesFilter(filter, recent.item.attributes, filter.fields.length > 0 ? dataOf(recent) : undefined);
  }

  /** A wait takes one event. One that looks back takes it only when no earlier one is found. */
  #deliver(wait: Wait, event: Pick<RecentEvent, "seq" | "item">): void {
    const { run, effect, looking } = wait;
    if (looking !== undefined) {
      looking.found = event;
      return;
    }
    this.#waits.close(wait);
    run.delivered = Math.max(run.delivered, event.seq);
    this.outbox.add({ kind: "delivery", seq: event.seq, item: event.item, runId: run.runId, effect });
  }

  #unheard(item: AppendItem): KnownRun[] {
    if (item.heldBy !== undefined || item.named !== undefined) return [];
    const correlated = item.candidates.filter(({ unlessReceived }) => unlessReceived !== undefined);
    if (correlated.length === 0 || this.#known.find(item.key) !== undefined) return [];
    return correlated.flatMap(({ definitionKey, unlessReceived }) =>
      this.#waits.correlated
        .find(definitionKey, unlessReceived!.by, item.attributes)
        .map((runId) => this.#waits.find(runId)!)
        .filter((run) => run.isSlow !== true && (run.n < 0 || isLookingBack(run))),
    );
  }
}

function isLookingBack(run: KnownRun): boolean {
  return [...run.waits.values()].some(({ looking }) => looking !== undefined);
}
