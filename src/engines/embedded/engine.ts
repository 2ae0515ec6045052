/** The embedded engine: one process, one data folder. Delegates to the core, and builds it anew when the store has failed. */
import type { DefinitionSources, DefinitionView } from "../../core/definition.ts";
import type {
  AppendResult,
  Engine,
  EngineHealth,
  EventView,
  FlagView,
  FollowHistory,
  ListEvents,
  ListRuns,
  Page,
  StartDriver,
} from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";
import type { NodeVisit } from "../../core/effect.ts";
import type { Diagnostic, LoadedImage, OpenNode, SourceText } from "../../core/program.ts";
import { hasEnded, type HistoryEntry, type RunDetails, type RunSummary } from "../../core/run.ts";
import { heldBy } from "../../events/flags.ts";
import { compileSources } from "../run/compile.ts";
import { commandRun } from "./commands.ts";
import { Core, type CoreOptions } from "./core.ts";
import { cancelRun, resumeRun, signalRun } from "./control.ts";
import type { CrashNote } from "./crash-note.ts";
import { drainCore } from "./drain.ts";
import { authorsPath, startDriver } from "./drivers.ts";
import { HistoryFeed } from "./history-feed.ts";
import { startText } from "../run/start-text.ts";
import { toEntries, visitsIn } from "../run/history-text.ts";
import { activationProblems } from "../run/activation.ts";
import { requireTrigger } from "../run/definition-errors.ts";
import { firstJournalEntry } from "../run/ledger.ts";
import { pageSize, rowsBelow, toPage } from "./paging.ts";
import { searchRuns, workflowStatistics } from "./run-search.ts";
import { expireOnce, type Retention } from "./retention.ts";
import type { OperatorCommand } from "../../core/arrival.ts";
import type { GivenAnswer, ListTasks, TaskView } from "../../core/task.ts";
import type {
  ActiveWorkflow,
  SearchRuns,
  Settled,
  StartWorkflow,
  WorkflowRun,
  WorkflowStatistics,
} from "../../core/workflows.ts";
import { Settling } from "./settling.ts";
import type { StoredRun } from "./store/runs.ts";
import type { Store } from "./store/store.ts";
import { parseUuid } from "./store/uuid.ts";
import { settleAll, type StartedRun, startWorkflow } from "./workflows.ts";
import { activeImage, definitionOf, sourceOf } from "./active-images.ts";
import { definitionViews, eventView, runDetails, runSummary } from "./views.ts";

const firstRetentionMs = 60_000;
const retentionEveryMs = 3_600_000;
const retryStoreMs = 1000;
/** Rows of a journal that are read at a time. */
const journalPage = 500;

export class EmbeddedEngine implements Engine {
  readonly #options: CoreOptions;
  readonly #store: Store;
  readonly #note: CrashNote;
  readonly #history: HistoryFeed;
  readonly #settling = new Settling();
  #core: Core;
  /** Why nothing is accepted: the store failed and has not recovered, or the engine drains. */
  #refusal: AutoFlowError | undefined;
  #retentionTimer: { cancel(): void } | undefined;
  /** As it was when the store was closed. */
  #lastHealth: EngineHealth | undefined;

  /** Nothing is taken up before `#begin`, while it is held. */
  #isHeld: boolean;

  constructor(store: Store, options: CoreOptions, note: CrashNote, retention: Retention | undefined, held: boolean) {
    this.#isHeld = held;
    this.#options = options;
    this.#store = store;
    this.#note = note;
    this.#history = new HistoryFeed(options.onHistory);
    this.#core = this.#newCore();
    if (!held) this.#core.start();
    if (retention !== undefined) this.#scheduleRetention(retention, firstRetentionMs);
  }

  async appendEvents(events: NewEvent[]): Promise<AppendResult[]> {
    const core = this.#accepting();
    const results = core.dispatcher.append(events);
    await core.committer.committed();
    return results;
  }

  async listEvents(query: ListEvents): Promise<Page<EventView>> {
    const core = this.#core;
    const limit = pageSize(query.limit);
    const before = rowsBelow(query.cursor);
    const rows = core.data.events.list({ ...query, before, limit });
    return toPage(
      rows,
      limit,
      (row) => eventView(core, row),
      (row) => row.seq,
    );
  }

  findEvent(idOrSeq: string): Promise<EventView | undefined> {
    const { events } = this.#core.data;
    const seq = /^\d{1,15}$/.test(idOrSeq) ? Number(idOrSeq) : 0;
    const event = events.findById(idOrSeq) ?? events.find(seq);
    return Promise.resolve(event === undefined ? undefined : eventView(this.#core, event));
  }

  async putDefinition(
    definition: DefinitionSources,
  ): Promise<{ imageHash?: string; problems: Diagnostic[]; output: string[] }> {
    const { image, diagnostics, output } = await compileSources(
      this.#options.programs,
      definition,
      "handlers",
      this.#options.limits,
    );
    const core = this.#accepting();
    const { batch } = core.committer;
    const { definitions } = core.data;
    const record = definitions.define(batch, definition.project, definition.sources.entry, definition.language);
    if (image === undefined) {
      definitions.setProblems(batch, record, diagnostics);
      core.wake();
      await core.committer.committed();
      return { problems: diagnostics, output };
    }
    const loaded = core.images.load(image);
    const description = loaded.describe();
    const { workflows } = core.starts;
    const { checkDefinition } = this.#options;
    const found = activationProblems({ workflows, checkDefinition }, record, description);
    const problems = [...found, ...diagnostics];
    const isRefused = found.some(({ severity }) => severity === "error");
    if (isRefused) {
      definitions.setProblems(batch, record, problems);
    } else {
      const { workflow } = description;
      const version = definitions.addVersion(batch, record.id, image, { ...definition, workflow, now: core.now });
      core.images.remember(version.image, loaded);
      definitions.activate(batch, record, version.id, core.now);
      core.starts.refresh(record);
    }
    core.wake();
    await core.committer.committed();
    return { ...(!isRefused && { imageHash: image.hash }), problems, output };
  }

  async removeDefinition(project: string, path: string): Promise<void> {
    const core = this.#accepting();
    const record = definitionOf(core, { project, path });
    core.data.definitions.remove(core.committer.batch, record);
    core.starts.refresh(record);
    core.wake();
    await core.committer.committed();
  }

  async listDefinitions(project?: string): Promise<DefinitionView[]> {
    await this.#untilCommitted();
    return definitionViews(this.#core, project);
  }

  loadDefinition(project: string, path: string): Promise<LoadedImage | undefined> {
    return Promise.resolve(activeImage(this.#core, { project, path }));
  }

  async resumeTrigger(project: string, path: string, trigger: string): Promise<void> {
    const core = this.#accepting();
    const record = definitionOf(core, { project, path });
    const triggers = record.version === undefined ? [] : core.image(record.version).describe().triggers;
    requireTrigger(record, triggers, trigger);
    core.data.pauses.resume(core.committer.batch, record.id, trigger);
    core.starts.forgetStarts(record.id, trigger);
    core.wake();
    await core.committer.committed();
  }

  startDriver(request: StartDriver): Promise<{ runId: string; created: boolean }> {
    return startDriver(
      () => this.#accepting(),
      request,
      () => this.#begin(),
    );
  }

  activeWorkflows(name?: string): ActiveWorkflow[] {
    const { workflows } = this.#core.starts;
    return name === undefined ? workflows.all() : [...workflows.named(name)];
  }

  async workflowSource(workflow: Pick<ActiveWorkflow, "project" | "path">): Promise<SourceText | undefined> {
    return Promise.resolve(sourceOf(this.#core, workflow));
  }

  async startWorkflow(request: StartWorkflow): Promise<StartedRun> {
    const core = this.#accepting();
    this.#begin();
    return startWorkflow(core, request);
  }

  #begin(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#core.start();
  }

  async listRuns(query: ListRuns): Promise<Page<RunSummary>> {
    const core = this.#core;
    const limit = pageSize(query.limit);
    const before = rowsBelow(query.cursor);
    const rows = core.data.runs.list({
      before,
      limit,
      ...(query.project === undefined ? {} : { project: query.project }),
      ...(query.states === undefined ? {} : { states: query.states }),
      ...(query.definition === undefined ? {} : { versions: core.data.definitions.versionsOf(query.definition) }),
    });
    return toPage(
      rows,
      limit,
      (row) => runSummary(core, row),
      (row) => row.id,
    );
  }

  findRun(id: string): Promise<RunDetails | undefined> {
    const row = this.#row(id);
    return Promise.resolve(row === undefined ? undefined : runDetails(this.#core, row));
  }

  history(runId: string, { after, limit }: FollowHistory): Promise<HistoryEntry[]> {
    const row = this.#requireRow(runId);
    const entries: HistoryEntry[] = [];
    if (after < 1) entries.push({ seq: 1, time: row.createdAt, kind: "started", text: startOf(this.#core, row) });
    const wanted = pageSize(limit);
    for (const journalRow of this.#core.data.journal.rowsHolding(row.id, Math.max(after, 1) + 1, wanted)) {
      entries.push(...toEntries(journalRow).filter(({ seq }) => seq > after));
      if (entries.length >= wanted) break;
    }
    return Promise.resolve(entries.slice(0, wanted));
  }

  nodesOf(runId: string): Promise<(NodeVisit | OpenNode)[]> {
    const row = this.#requireRow(runId);
    const left = visitsIn(this.#core.data.journal.rowsHolding(row.id, firstJournalEntry, journalPage));
    return Promise.resolve([...left, ...(runDetails(this.#core, row).inspection?.nodes ?? [])]);
  }

  searchRuns(query: SearchRuns): Promise<{ runs: WorkflowRun[]; total: number }> {
    return searchRuns(this.#core, query);
  }

  workflowStatistics(project: string | undefined): Promise<WorkflowStatistics[]> {
    return Promise.resolve(workflowStatistics(this.#core, project));
  }

  async whenHistoryAfter(runId: string, after: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      if (signal.aborted) return;
      const next = this.#history.next(runId, signal);
      const ended = hasEnded(this.#requireRow(runId).status);
      if (ended || (await this.history(runId, { after, limit: 1 })).length > 0) return;
      await next;
    }
  }

  cancelRun(runId: string, reason: string): Promise<void> {
    return cancelRun(this.#accepting(), this.#requireRow(runId), reason);
  }

  resumeRun(runId: string): Promise<void> {
    return resumeRun(this.#accepting(), this.#requireRow(runId));
  }

  commandRun(runId: string, command: OperatorCommand): Promise<{ settled: Promise<Settled> }> {
    return commandRun(this.#accepting(), this.#requireRow(runId), command);
  }

  signalRun(runId: string, name: string, payload: string): Promise<boolean> {
    return signalRun(this.#accepting(), runId, name, payload);
  }

  async listTasks(query: ListTasks): Promise<Page<TaskView>> {
    await this.#untilCommitted();
    return this.#core.tasks.list(query);
  }

  async findTask(id: string): Promise<TaskView | undefined> {
    await this.#untilCommitted();
    return this.#core.tasks.find(id);
  }

  async answerTask(id: string, answer: GivenAnswer): Promise<TaskView> {
    const core = this.#accepting();
    const view = core.tasks.answer(id, answer);
    core.wake();
    await core.committer.committed();
    return view;
  }

  listFlags(): Promise<FlagView[]> {
    return Promise.resolve(this.#core.data.flags.settings.views());
  }

  async setFlag(name: string, project: string | undefined, enabled: boolean | undefined): Promise<void> {
    const core = this.#accepting();
    core.data.flags.set(core.committer.batch, name, project, enabled);
    core.wake();
    await core.committer.committed();
  }

  heldByFlag(project: string, type: string): string | undefined {
    return heldBy(this.#core.data.flags.settings, project, type);
  }

  health(): EngineHealth {
    if (this.#lastHealth !== undefined) return this.#lastHealth;
    const core = this.#core;
    const health: EngineHealth = {
      writable: this.#refusal === undefined,
      loopAgeMs: core.ready.size === 0 ? 0 : performance.now() - core.lastLoopAt,
      runsByState: core.data.runs.countByState(),
      openTasks: core.data.tasks.countOpen(),
      eventLag: core.data.deliveries.open().length,
      oldestReadyMs: core.ready.size === 0 ? 0 : performance.now() - core.lastLoopAt,
      ...this.#store.sizes(),
    };
    if (this.#refusal !== undefined) health.problem = this.#refusal.message;
    return health;
  }

  /** Whether nothing will happen unless time passes, an attempt ends (but for `attempts` of them) or somebody asks for something. */
  isIdle(attempts: number): boolean {
    return this.#core.isIdle(attempts);
  }

  get openRuns(): number {
    return Object.values(this.#core.data.runs.countByState()).reduce((sum, count) => sum + count, 0);
  }

  /** As when the process is killed and started again: what is not committed is gone, and what is committed is taken up. */
  kill(): void {
    this.#core.close();
    this.#core = this.#newCore();
    this.#core.start();
  }

  async drain(): Promise<void> {
    if (this.#refusal?.code === "SHUTTING_DOWN") return;
    const broken = this.#refusal !== undefined;
    this.#refusal = new AutoFlowError("SHUTTING_DOWN", "the engine is draining");
    this.#retentionTimer?.cancel();
    if (!broken) await drainCore(this.#core);
    settleAll(this.#core);
    this.#lastHealth = this.health();
    this.#core.close();
    this.#note.close();
    await this.#store.close();
  }

  #newCore(): Core {
    const core: Core = new Core(
      this.#store,
      this.#options,
      this.#note,
      { history: this.#history, settling: this.#settling },
      (error) => this.#storeFailed(core, error),
    );
    return core;
  }

  /** A commit failed: what is in memory was computed on top of it and is given up; what is on disk is taken up again. */
  #storeFailed(core: Core, error: unknown): void {
    core.close();
    if (core !== this.#core || this.#refusal !== undefined) return;
    this.#options.log.error("a commit failed; accepting nothing until the store writes again", {
      error: String(error),
    });
    this.#refusal = error instanceof AutoFlowError ? error : new AutoFlowError("STORE_FAILED", String(error));
    this.#tryStore();
  }

  #tryStore(): void {
    this.#options.clock.setTimer(retryStoreMs, () => {
      if (this.#refusal === undefined || this.#refusal.code === "SHUTTING_DOWN") return;
      void this.#probeStore();
    });
  }

  async #probeStore(): Promise<void> {
    try {
      await this.#store.probe();
    } catch {
      this.#tryStore();
      return;
    }
    if (this.#refusal?.code === "SHUTTING_DOWN") return;
    this.#options.log.info("the store writes again");
    this.#refusal = undefined;
    this.#core = this.#newCore();
    this.#core.start();
  }

  #scheduleRetention(retention: Retention, delayMs: number): void {
    this.#retentionTimer = this.#options.clock.setTimer(delayMs, () => void this.#expire(retention));
  }

  async #expire(retention: Retention): Promise<void> {
    try {
      while (this.#refusal === undefined && (await expireOnce(this.#core, retention)));
    } catch (error) {
      this.#options.log.error("retention failed", { error: String(error) });
    }
    if (this.#refusal?.code !== "SHUTTING_DOWN") this.#scheduleRetention(retention, retentionEveryMs);
  }

  /** What is listed after this is on disk, unless the store has failed. */
  async #untilCommitted(): Promise<void> {
    const core = this.#core;
    const { committer } = core;
    if (this.#refusal !== undefined || (!committer.isBusy && committer.batch.operations === 0)) return;
    core.wake();
    await committer.committed().catch(() => {});
  }

  #accepting(): Core {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#core;
  }

  #row(id: string): StoredRun | undefined {
    const hex = parseUuid(id);
    return hex === undefined ? undefined : this.#core.data.runs.findByUuid(hex);
  }

  #requireRow(id: string): StoredRun {
    const row = this.#row(id);
    if (row === undefined) throw new AutoFlowError("NOT_FOUND", `there is no run ${id}`);
    return row;
  }
}

function startOf(core: Core, row: StoredRun): string {
  const { path } = core.data.definitions.definition(core.data.definitions.version(row.version).definition);
  const { kin, starter, trigger } = row;
  return startText({
    path: authorsPath(path),
    trigger,
    event: row.event === undefined ? undefined : core.eventLog.event(row.event)?.attributes,
    continues: kin?.continues === undefined ? undefined : core.data.runs.uuids([kin.continues])[0],
    parent: starter?.parent?.runId,
  });
}
