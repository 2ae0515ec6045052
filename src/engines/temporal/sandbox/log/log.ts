/**
 * The workflow "log": the entity of a project that puts its events in order. An update is accepted in the workflow task that decides
 * on it, and only with the end of that task is it durable: what has been decided is therefore done in a later one.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  log as workflowLog,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  workflowInfo,
} from "@temporalio/workflow";
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";
import type { EventDecision } from "../../../../core/engine.ts";
import type { Activities, LookBackAnswer } from "../../protocol/activities.ts";
import {
  type AppendItem,
  type AppendOutcome,
  type Candidate,
  type LogInput,
  type LogMemo,
  logMemoKey,
  logQueries,
  logRenews,
  logSignals,
  logUpdates,
  type LogView,
  type RunReport,
} from "../../protocol/log.ts";
import { continueOnCurrentVersion } from "../continue.ts";
import type { LogCarry } from "./carry.ts";
import { EventLog, type Search } from "./event-log.ts";

/** Continues in a new execution from here on, later when much has to be taken along: copying that should stay cheap. */
const eventsAtLeast = 300;
const bytesPerEvent = 1024;
const historyBytesAtMost = 8 * 1024 * 1024;
/** Events of history that something takes, with its part of the workflow tasks that it causes. */
const eventsOf = { signal: 3, append: 5, local: 1, remote: 6, timer: 5 } as const;
/** Of an event that is appended, besides its body. */
const eventBytes = 1000;
/** So long an event waits to hear how a run stands that may take it. */
const hearAtMost = "10s";
/** Searches that are made together, in one reading of what came before. */
const searchesAtOnce = 50;
/** Executions that a memo tells of; the oldest of them tells of those before it. */
const earlierKept = 50;

const appendUpdate = defineUpdate<AppendOutcome[], [AppendItem[]]>(logUpdates.append);
const reportSignal = defineSignal<[RunReport[]]>(logSignals.report);
const resumeSignal = defineSignal<[{ definition: string; trigger: string }]>(logSignals.resume);
const renewSignal = defineSignal(logSignals.renew);
const goSignal = defineSignal(logSignals.go);
const startUpdate = defineUpdate<EventDecision, [Candidate]>(logUpdates.start);
const endQuery = defineQuery<number>(logQueries.end);
const holderQuery = defineQuery<string | undefined, [string]>(logQueries.holder);
const viewQuery = defineQuery<LogView>(logQueries.view);

const again = { initialInterval: "200ms", maximumInterval: "10s" } as const;

const { wake, dispatch } = proxyLocalActivities<Pick<Activities, "wake" | "dispatch">>({
  startToCloseTimeout: "1m",
  retry: again,
});
/** The registry answers it, which wants a place at the same workers: so no local one. */
const { pause } = proxyActivities<Pick<Activities, "pause">>({ startToCloseTimeout: "30s", retry: again });
const { whichEnded } = proxyLocalActivities<Pick<Activities, "whichEnded">>({
  startToCloseTimeout: "30s",
  scheduleToCloseTimeout: "2m",
  retry: again,
});
/** It may take long, and while a local activity goes on, a log hears of nothing. What cannot be read is given up at last. */
const { lookBack } = proxyActivities<Pick<Activities, "lookBack">>({
  startToCloseTimeout: "2m",
  heartbeatTimeout: "10s",
  retry: { ...again, maximumAttempts: 15 },
});

export function log(input: LogInput, keys?: Uint8Array): Promise<void> {
  return CancellationScope.nonCancellable(() => new Host(input, keys).run());
}

class Host {
  readonly #project: string;
  readonly #log: EventLog;
  readonly #startedWith: { after: number; since: number };
  #turn: Promise<void> = Promise.resolve();
  #isAsked = false;
  #isRenewing = false;
  readonly #eventsAtMost: number;
  /** With each of them a new workflow task is known to have begun, also when the history is computed again. */
  #signals = 0;
  /** Of them, those that it has sent itself, for nothing but that. */
  #goes = 0;
  /** What the history has come to, roughly: lengths that Temporal tells may differ when it is computed again. */
  #events = 0;
  #bytes = 0;
  /** Updates under way: what runs tell may be what they wait for. */
  #decisions = 0;
  /** Questions whether runs are open. */
  #looks = 0;
  #searches: Search[] = [];
  /** Reports that are left for the next execution, so that this one comes to an end. */
  #held: RunReport[];

  constructor({ project, carry, held = [] }: LogInput, keys: Uint8Array = new Uint8Array()) {
    this.#project = project;
    this.#log = new EventLog(project, { now: () => Date.now(), task: () => this.#signals });
    if (carry !== undefined) this.#log.restore(carry as LogCarry, keys);
    this.#held = held;
    this.#startedWith = { after: this.#log.last, since: Date.now() };
    const carried = carry === undefined ? 0 : JSON.stringify(carry).length + keys.length;
    this.#eventsAtMost = eventsAtLeast + Math.floor(carried / bytesPerEvent);
  }

  async run(): Promise<void> {
    this.#listen();
    void this.#keepDoing();
    void this.#keepLooking();
    void this.#keepSearching();
    await condition(() => this.#isAsked || this.#isLong());
    this.#isRenewing = true;
    await this.#untilStill();
    await this.#renew();
  }

  /**
   * Temporal does not let an execution end while there are signals that it has not taken, and then has its whole history computed
   * again, during which more of them come. So it ends only in a workflow task that has brought none, which is short.
   */
  async #untilStill(): Promise<void> {
    const isStill = (): boolean => allHandlersFinished() && this.#isQuiet;
    for (;;) {
      await condition(isStill);
      const [goes, others] = [this.#goes, this.#signals - this.#goes];
      await wake(this.#project);
      await condition(() => this.#goes > goes && isStill());
      if (this.#signals - this.#goes === others) return;
    }
  }

  #listen(): void {
    const whenOpen = { validator: (_given: unknown): void => this.#requireOpen() };
    setHandler(appendUpdate, (items) => this.#deciding(() => this.#append(items)), whenOpen);
    setHandler(startUpdate, (candidate) => this.#deciding(() => this.#start(candidate)), whenOpen);
    for (const report of this.#held.splice(0)) this.#report(report);
    setHandler(reportSignal, (reports) => {
      this.#signalled();
      if (this.#isRenewing && this.#decisions === 0) this.#held.push(...reports);
      else for (const report of reports) this.#report(report);
    });
    setHandler(resumeSignal, ({ definition, trigger }) => {
      this.#signalled();
      this.#log.resume(definition, trigger);
    });
    setHandler(renewSignal, () => {
      this.#signalled();
      this.#isAsked = true;
    });
    setHandler(goSignal, () => {
      this.#signalled();
      this.#goes++;
    });
    setHandler(endQuery, () => this.#log.last);
    setHandler(holderQuery, (runId) => this.#log.keyed.holderOf(runId));
    setHandler(viewQuery, () => this.#log.view);
  }

  #signalled(): void {
    this.#signals++;
    this.#events += eventsOf.signal;
  }

  /** Nothing is under way. */
  get #isQuiet(): boolean {
    return this.#log.outbox.isEmpty && !this.#log.isSearching && this.#looks === 0;
  }

  #report(report: RunReport): void {
    this.#searches.push(...this.#log.report(report));
  }

  #requireOpen(): void {
    if (!this.#isRenewing) return;
    throw ApplicationFailure.nonRetryable("the log continues in a new execution", logRenews);
  }

  async #deciding<T>(work: () => Promise<T>): Promise<T> {
    this.#decisions++;
    try {
      return await work();
    } finally {
      this.#decisions--;
    }
  }

  /** Batches are taken one after another; an answer waits for what has been decided to be done. */
  async #append(items: AppendItem[]): Promise<AppendOutcome[]> {
    this.#events += eventsOf.append;
    for (const { body, overlay } of items) this.#bytes += eventBytes + body.length + overlay.length;
    const answered = { signals: Infinity };
    const isReadable = (): boolean => answered.signals < this.#signals;
    const outcomes: AppendOutcome[] = [];
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    for (const item of items) {
      await this.#hearOf(item);
      await this.#look(this.#log.silentInTheWay(item));
      outcomes.push(this.#log.take(item, isReadable));
    }
    const { added } = this.#log.outbox;
    resolve();
    await condition(() => this.#log.outbox.done >= added);
    answered.signals = this.#signals;
    return outcomes.map((outcome) => this.#log.answer(outcome));
  }

  /** Answers once what has been decided is done. */
  async #start(candidate: Candidate): Promise<EventDecision> {
    this.#events += eventsOf.append;
    const { outbox } = this.#log;
    const decision = this.#log.takeTime(candidate);
    const { added } = outbox;
    await condition(() => outbox.done >= added);
    return this.#log.answerTime(decision);
  }

  /** An event waits for the runs that may take it, until it is known what they wait for. A run that is lost stops nothing. */
  async #hearOf(item: AppendItem): Promise<void> {
    if (!this.#log.isWaitingFor(item)) return;
    if (await condition(() => !this.#log.isWaitingFor(item), hearAtMost)) return;
    const runs = this.#log.giveUpOn(item);
    workflowLog.warn("events wait no longer to hear what runs wait for", { runs });
  }

  async #keepDoing(): Promise<void> {
    const { outbox } = this.#log;
    for (;;) {
      await condition(() => !outbox.isEmpty);
      if (!outbox.isDurable) {
        this.#events += eventsOf.local;
        await wake(this.#project);
        await condition(() => outbox.isDurable);
      }
      this.#events += eventsOf.local;
      const { gone, failed } = await outbox.doSome({ pause, dispatch });
      for (const runId of gone) this.#log.drop(runId);
      for (const { runId, reason } of failed) this.#log.failStart(runId, reason);
    }
  }

  /** A run may end without a word: terminated, say. Those that others wait for are looked for now and then. */
  async #keepLooking(): Promise<void> {
    const { keyed, outbox } = this.#log;
    for (;;) {
      await condition(() => keyed.isAwaited);
      const ms = keyed.lookAt - Date.now();
      if (ms > 0) {
        this.#events += eventsOf.timer;
        await sleep(ms);
        continue;
      }
      // One that is yet to be started is not there.
      await condition(() => outbox.isEmpty);
      await this.#look(keyed.silent(Date.now()));
    }
  }

  /** Those of them that are not there any more are forgotten. */
  async #look(runIds: string[]): Promise<void> {
    if (runIds.length === 0) return;
    this.#looks++;
    this.#events += eventsOf.local;
    try {
      const ended = new Set(await whichEnded(runIds));
      for (const runId of ended) this.#log.drop(runId);
    } catch (error) {
      workflowLog.warn("it is not known whether runs are open that others wait for", { error: String(error) });
    }
    for (const runId of runIds) this.#log.keyed.seen(runId, Date.now());
    this.#looks--;
  }

  /** One reading at a time; what is to be looked for meanwhile is in the next. */
  async #keepSearching(): Promise<void> {
    for (;;) {
      await condition(() => this.#searches.length > 0);
      // Who has found something else to do meanwhile does not look any more.
      this.#searches = this.#searches.filter(({ wait }) => wait.looking !== undefined);
      const searches = this.#searches.slice(0, searchesAtOnce);
      if (searches.length === 0) continue;
      const { answered, found } = await this.#lookBack(searches);
      this.#searches = this.#searches.slice(answered);
      const events = new Map(found.map(({ search, ...event }) => [search, event]));
      for (const [at, { wait }] of searches.slice(0, answered).entries()) this.#log.found(wait, events.get(at));
    }
  }

  async #lookBack(searches: readonly Search[]): Promise<LookBackAnswer> {
    this.#events += eventsOf.remote;
    const asked = searches.map(({ wait: { run, filter }, after, upTo }) => ({ runId: run.runId, filter, after, upTo }));
    try {
      return await lookBack({ project: this.#project, searches: asked });
    } catch (error) {
      const runs = asked.map(({ runId }) => runId);
      workflowLog.warn("earlier events cannot be read", { runs, error: String(error) });
      return { answered: searches.length, found: [] };
    }
  }

  #isLong(): boolean {
    return this.#events > this.#eventsAtMost || this.#bytes > historyBytesAtMost;
  }

  async #renew(): Promise<never> {
    const { carry, keys } = this.#log.carry();
    const { after, since } = this.#startedWith;
    const { runId, memo } = workflowInfo();
    const { earlier = [] } = (memo?.[logMemoKey] ?? {}) as Partial<LogMemo>;
    const next: LogMemo = {
      project: this.#project,
      after: this.#log.last,
      since: Date.now(),
      earlier: [...earlier, [runId, after, since] as LogMemo["earlier"][number]].slice(-earlierKept),
    };
    const args: Parameters<typeof log> = [{ project: this.#project, carry, held: this.#held }, keys];
    return continueOnCurrentVersion<typeof log>(args, { memo: { [logMemoKey]: next } });
  }
}
