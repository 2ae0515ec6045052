/**
 * The engine between two failures of the store: everything it holds in memory, and the loop. After a failed commit it is thrown
 * away whole and built anew from what is on disk.
 */
import type { Action, SecretSource, VariableSource } from "../../core/action.ts";
import type { Clock, Log, Observer, Random } from "../../core/ports.ts";
import type { Diagnostic, Limits, LoadedImage, Program, WorkflowDescription } from "../../core/program.ts";
import type { ActiveRun, Pending } from "./active-run.ts";
import { Children } from "./children.ts";
import { Committer } from "./committer.ts";
import { armCancelDeadline } from "./control.ts";
import { CorrelatedRuns } from "./correlated-runs.ts";
import { type CrashNote, mostNoted } from "./crash-note.ts";
import { Dispatcher } from "./dispatcher.ts";
import { DueTimers } from "./due-timers.ts";
import { EventLog } from "./event-log.ts";
import type { HistoryFeed, OnHistory } from "./history-feed.ts";
import { Images } from "./images.ts";
import { isCall } from "../run/ledger.ts";
import { KeyedRuns } from "./keyed-runs.ts";
import { bringUp, loadRun } from "./load-run.ts";
import { Mail } from "./mail.ts";
import { Performer } from "./performer.ts";
import { ReadyQueue } from "./ready-queue.ts";
import { Scheduler } from "./scheduler.ts";
import type { Settling } from "./settling.ts";
import { record } from "./recording.ts";
import { Starts } from "./starts.ts";
import { Tasks } from "./tasks.ts";
import type { StoredRun } from "./store/runs.ts";
import type { Aggregates, Store } from "./store/store.ts";
import { advance } from "./turns.ts";

export interface RunOfEntries {
  id: string;
  project: string;
  definition: string;
  trigger: string;
}

/** Who waits for news of runs, whatever becomes of the core. */
export interface Watchers {
  history: HistoryFeed;
  settling: Settling;
}

export interface CoreOptions {
  programs: ReadonlyMap<string, Program>;
  actions: ReadonlyMap<string, Action>;
  clock: Clock;
  random: Random;
  log: Log;
  observer: Observer;
  variables: VariableSource;
  secrets: SecretSource;
  limits: Limits;
  /**
   * What is wrong with an input for a definition that a run starts: a line for each problem. Throws an AutoFlowError when that
   * cannot be told.
   */
  checkInput?: ((workflow: WorkflowDescription, input: string) => readonly string[]) | undefined;
  /** What is wrong with a definition that compiles; an error keeps it from becoming the active version. */
  checkDefinition?: ((workflow: WorkflowDescription, project: string) => readonly Diagnostic[]) | undefined;
  drainGraceMs: number;
  /** Hears of all history. */
  onHistory: OnHistory | undefined;
}

/** The loop computes this long before it lets others have a turn. */
const sliceMs = 4;
/** A turn that took longer than that goes on in slices of this length: what others wait for takes several rounds of the loop. */
const longTurnSliceMs = 1;
/** So many runs are kept in memory before further ones wait in the store. */
const mostActive = 10_000;
/** So many of those are taken in at once. */
const mostAdmitted = 500;

export class Core {
  readonly options: CoreOptions;
  readonly store: Store;
  readonly data: Aggregates;
  readonly committer: Committer;
  readonly images: Images;
  readonly eventLog: EventLog;
  readonly starts: Starts;
  readonly children: Children;
  readonly keyed: KeyedRuns;
  readonly tasks: Tasks;
  readonly mail: Mail;
  readonly dispatcher: Dispatcher;
  readonly performer: Performer;
  readonly timers: DueTimers;
  readonly scheduler: Scheduler;
  readonly history: HistoryFeed;
  readonly settling: Settling;
  readonly note: CrashNote;
  readonly active = new Map<number, ActiveRun>();
  readonly correlated = new CorrelatedRuns();
  /** The runs that the crash note names. */
  #noted: readonly number[] = [];
  /** Ended runs that are removed by a commit that has not ended. */
  readonly expiring = new Set<number>();
  readonly ready = new ReadyQueue<ActiveRun>();
  /** Runs in the store after this id wait to be admitted; undefined when all are in memory. */
  #backlogAfter: number | undefined;
  readonly #handles = new Set<{ cancel(): void }>();
  #woken = false;
  #closed = false;
  lastLoopAt = performance.now();

  constructor(
    store: Store,
    options: CoreOptions,
    note: CrashNote,
    { history, settling }: Watchers,
    onFailure: (error: unknown) => void,
  ) {
    this.options = options;
    this.store = store;
    this.note = note;
    this.history = history;
    this.settling = settling;
    this.data = store.aggregates();
    this.committer = new Committer(store.writer, options.observer, onFailure);
    this.images = new Images(this.data, options.programs);
    this.eventLog = new EventLog(this);
    this.starts = new Starts(this);
    this.children = new Children(this);
    this.keyed = new KeyedRuns(this);
    this.tasks = new Tasks(this);
    this.mail = new Mail(this);
    this.dispatcher = new Dispatcher(this);
    this.performer = new Performer(this);
    this.scheduler = new Scheduler(this);
    this.timers = new DueTimers(options.clock, this.data.timers, ({ run, effect }) => this.#timerFired(run, effect));
  }

  get now(): number {
    return this.options.clock.now();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Nothing is left to compute or to commit, but for `attempts` attempts that are under way at most. */
  isIdle(attempts: number): boolean {
    const { ready, committer, performer } = this;
    if (this.#woken || ready.size > 0 || committer.isBusy || performer.underWay > attempts) return false;
    return this.#backlogAfter === undefined && committer.batch.operations === 0;
  }

  /** Takes up everything that was under way when the process last ended. */
  start(): void {
    const startedAt = performance.now();
    this.#countDeaths();
    for (const state of ["queued", "running", "cancelling"] as const) this.#loadAll(state);
    for (const id of this.data.inbox.runs()) this.find(id);
    this.dispatcher.start();
    this.timers.run();
    this.scheduler.run();
    this.wake();
    this.options.observer.recovered(performance.now() - startedAt);
  }

  /** Nothing more is computed, performed or fired; what is in memory is given up. */
  close(): void {
    this.#closed = true;
    this.timers.close();
    this.scheduler.close();
    for (const handle of this.#handles) handle.cancel();
    this.performer.close();
  }

  /** The run in memory, loaded when it is open and not there; undefined when it has ended, is suspended, waits for another of its key or does not exist. */
  find(id: number): ActiveRun | undefined {
    const known = this.active.get(id);
    if (known !== undefined) return known.phase === "gone" ? undefined : known;
    const run = loadRun(this, id);
    if (run === undefined) return undefined;
    this.active.set(id, run);
    this.makeReady(run);
    return run;
  }

  /** A run that had ended is open again from the next commit on, with a note in its history. */
  reopen(row: StoredRun, text: string): ActiveRun {
    this.data.runs.reopen(this.committer.batch, row.id, this.now);
    const run = bringUp(this, { ...row, status: "running", endedAt: undefined, outcome: undefined });
    this.active.set(row.id, run);
    record(run, { note: { text, level: "info" } });
    this.options.observer.runStarted(run.definition, "command");
    return run;
  }

  /** A new run: in memory at once, or waiting in the store while too many are in memory. */
  admit(run: ActiveRun): void {
    if (this.#backlogAfter !== undefined || this.active.size >= mostActive) {
      this.#backlogAfter ??= run.record.id - 1;
      return;
    }
    this.active.set(run.record.id, run);
    this.makeReady(run);
  }

  /** A run leaves memory; there may be room for one that waits in the store. */
  leave(run: ActiveRun): void {
    this.active.delete(run.record.id);
    this.correlated.remove(run.record.id);
    if (this.#backlogAfter !== undefined) this.wake();
  }

  deliver(run: ActiveRun, pending: Pending): void {
    if (run.phase === "gone") return;
    run.incoming.push(pending);
    this.makeReady(run);
  }

  /** Somebody asked the run to end. */
  markCancelling(run: ActiveRun): void {
    this.data.runs.mark(this.committer.batch, run.record.id, { from: run.storedStatus, to: "cancelling" }, this.now);
    run.status = "cancelling";
    run.storedStatus = "cancelling";
  }

  makeReady(run: ActiveRun): void {
    if (run.phase !== "idle") return;
    run.phase = "ready";
    this.ready.push(run.record.project, run);
    this.wake();
  }

  /** Calls back later, unless the core is closed before. */
  after(delayMs: number, callback: () => void): void {
    const handle = this.options.clock.setTimer(delayMs, () => {
      this.#handles.delete(handle);
      callback();
    });
    this.#handles.add(handle);
  }

  /** The loop comes round soon. */
  wake(): void {
    if (this.#woken || this.#closed) return;
    this.#woken = true;
    setImmediate(() => this.#loop());
  }

  /** Image of a version, decoded. */
  image(version: number): LoadedImage {
    return this.images.get(this.data.definitions.version(version).image);
  }

  #loop(): void {
    this.#woken = false;
    if (this.#closed) return;
    this.lastLoopAt = performance.now();
    const until = this.lastLoopAt + sliceMs;
    while (this.ready.size > 0 && performance.now() < until && !this.#computeSome(until));
    this.#noteComputing([]);
    this.#admitBacklog();
    this.committer.flush();
    if (this.ready.size > 0) this.wake();
  }

  /**
   * Computes the runs whose turn it is: some together, or one that is suspected alone. True when one of them is in the middle of
   * a long turn: then everything else in the process has its chance first.
   */
  #computeSome(until: number): boolean {
    const runs: ActiveRun[] = [];
    while (runs.length < mostNoted) {
      const run = this.ready.shift();
      if (run === undefined) break;
      const suspected = this.deaths.has(run.record.id);
      if (suspected && runs.length > 0) {
        this.ready.push(run.record.project, run);
        break;
      }
      runs.push(run);
      if (suspected) break;
    }
    this.#noteComputing(runs.map(({ record }) => record.id));
    let isLong = false;
    for (const run of runs) {
      const now = performance.now();
      const end = run.midTurn ? Math.min(until, now + longTurnSliceMs) : until;
      if (now >= until || advance(this, run, end) === "again") {
        this.ready.push(run.record.project, run);
        isLong ||= run.midTurn;
      }
    }
    return isLong;
  }

  #timerFired(id: number, effect: number): void {
    const run = this.find(id);
    const entry = run?.ledger.open.get(effect);
    if (run === undefined || entry === undefined) return;
    if (isCall(entry)) this.performer.retry(run, entry);
    else if (entry.effect.kind === "sleep") this.deliver(run, { incoming: { kind: "timer", effect } });
  }

  #noteComputing(runs: readonly number[]): void {
    this.#noted = runs;
    this.note.computing(runs);
  }

  /** Computes a ready run out of turn, for at most a slice, so that it is known what it waits for. */
  computeNow(run: ActiveRun): void {
    const noted = this.#noted;
    if (run.phase !== "ready" || this.deaths.has(run.record.id)) return;
    this.#noteComputing([run.record.id, ...noted.slice(0, mostNoted - 1)]);
    advance(this, run, performance.now() + sliceMs);
    this.#noteComputing(noted);
  }

  #admitBacklog(): void {
    if (this.#backlogAfter === undefined || this.active.size > mostActive / 2) return;
    const ids = this.data.runs.idsInState("queued", this.#backlogAfter, mostAdmitted);
    this.data.reader.together(() => ids.forEach((id) => this.find(id)));
    this.#backlogAfter = ids.at(-1) ?? this.#backlogAfter;
    if (ids.length === 0 && !this.committer.isBusy && this.committer.batch.operations === 0)
      this.#backlogAfter = undefined;
    else this.wake();
  }

  #loadAll(state: "queued" | "running" | "cancelling"): void {
    let after = 0;
    for (;;) {
      const ids = this.data.runs.idsInState(state, after, 1000);
      for (const id of ids) {
        if (state === "queued" && this.active.size >= mostActive) {
          this.#backlogAfter = after;
          return;
        }
        this.find(id);
        if (state === "cancelling") armCancelDeadline(this, id);
        after = id;
      }
      if (ids.length === 0) return;
    }
  }

  #countDeaths(): void {
    for (const id of this.note.take()) {
      const run = this.data.runs.find(id);
      if (run === undefined || run.endedAt !== undefined) continue;
      this.data.runs.countDeath(this.committer.batch, id);
      this.deaths.set(id, run.deaths + 1);
      this.options.log.warn("a run was being computed when the process ended", {
        run: run.uuid,
        deaths: run.deaths + 1,
      });
    }
  }

  /** Deaths of the process at which a run was being computed, of the runs for which some were counted at this start. */
  readonly deaths = new Map<number, number>();
}
