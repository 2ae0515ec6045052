/** The engine port on Temporal. It remembers nothing that Temporal does not: any number of processes may have one. */
import type { OperatorCommand } from "../../core/arrival.ts";
import type { DefinitionSources, DefinitionView } from "../../core/definition.ts";
import type { NodeVisit } from "../../core/effect.ts";
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
import type { LoadedImage, OpenNode, SourceText } from "../../core/program.ts";
import type { HistoryEntry, RunDetails, RunSummary } from "../../core/run.ts";
import type { GivenAnswer, ListTasks, TaskView } from "../../core/task.ts";
import type {
  ActiveWorkflow,
  SearchRuns,
  Settled,
  StartWorkflow,
  WorkflowRun,
  WorkflowStatistics,
} from "../../core/workflows.ts";
import type { TemporalContext } from "./client/context.ts";
import { cancelRun, commandRun, resumeRun, signalRun } from "./client/control.ts";
import { Definitions, type Put } from "./client/definitions.ts";
import { startDriver } from "./client/drivers.ts";
import { HealthWatch } from "./client/health.ts";
import { listRuns } from "./client/run-list.ts";
import { RunQueries } from "./client/run-queries.ts";
import { RunResults } from "./client/run-results.ts";
import { searchRuns } from "./client/run-search.ts";
import { workflowStatistics } from "./client/statistics.ts";
import { Runs } from "./client/runs.ts";
import { Settling } from "./client/settling.ts";
import { Tasks } from "./client/tasks.ts";
import { type StartedRun, startWorkflow } from "./client/workflows.ts";

export class TemporalEngine implements Engine {
  readonly #context: TemporalContext;
  readonly #close: () => Promise<void>;
  readonly #health: HealthWatch;
  readonly #results: RunResults;
  readonly #runs: Runs;
  readonly #tasks: Tasks;
  readonly #settling: Settling;
  readonly #definitions: Definitions;
  #refusal: AutoFlowError | undefined;
  #drained: Promise<void> | undefined;

  private constructor(context: TemporalContext, health: HealthWatch, close: () => Promise<void>) {
    this.#context = context;
    this.#close = close;
    this.#health = health;
    const queries = new RunQueries(context);
    this.#results = new RunResults(context);
    this.#runs = new Runs(context, queries, this.#results);
    this.#tasks = new Tasks(context, queries);
    this.#settling = new Settling(context, queries);
    this.#definitions = new Definitions(context);
  }

  /** `close` ends what the context uses, after the engine has drained. */
  static async open(context: TemporalContext, close: () => Promise<void>): Promise<TemporalEngine> {
    return new TemporalEngine(context, await HealthWatch.open(context), close);
  }

  async appendEvents(events: NewEvent[]): Promise<AppendResult[]> {
    return this.#accepting().events.append(events);
  }

  listEvents(query: ListEvents): Promise<Page<EventView>> {
    return this.#context.events.list(query);
  }

  findEvent(idOrSeq: string): Promise<EventView | undefined> {
    return this.#context.events.find(idOrSeq);
  }

  async putDefinition(definition: DefinitionSources): Promise<Put> {
    this.#accepting();
    return this.#definitions.put(definition);
  }

  async removeDefinition(project: string, path: string): Promise<void> {
    this.#accepting();
    await this.#definitions.remove(project, path);
  }

  listDefinitions(project?: string): Promise<DefinitionView[]> {
    return Promise.resolve(this.#definitions.list(project));
  }

  loadDefinition(project: string, path: string): Promise<LoadedImage | undefined> {
    return this.#definitions.load(project, path);
  }

  async resumeTrigger(project: string, path: string, trigger: string): Promise<void> {
    this.#accepting();
    await this.#definitions.resumeTrigger(project, path, trigger);
  }

  async startDriver(request: StartDriver): Promise<{ runId: string; created: boolean }> {
    const context = this.#accepting();
    return startDriver(context, request, (runId, reason) => cancelRun(context, runId, reason));
  }

  activeWorkflows(name?: string): ActiveWorkflow[] {
    return this.#definitions.activeWorkflows(name);
  }

  workflowSource(workflow: Pick<ActiveWorkflow, "project" | "path">): Promise<SourceText | undefined> {
    return this.#definitions.workflowSource(workflow);
  }

  async startWorkflow(request: StartWorkflow): Promise<StartedRun> {
    return startWorkflow(this.#accepting(), this.#settling, request);
  }

  listRuns(query: ListRuns): Promise<Page<RunSummary>> {
    return listRuns(this.#context, this.#results, query);
  }

  findRun(id: string): Promise<RunDetails | undefined> {
    return this.#runs.find(id);
  }

  history(runId: string, follow: FollowHistory): Promise<HistoryEntry[]> {
    return this.#runs.history(runId, follow);
  }

  nodesOf(runId: string): Promise<(NodeVisit | OpenNode)[]> {
    return this.#runs.nodesOf(runId);
  }

  searchRuns(query: SearchRuns): Promise<{ runs: WorkflowRun[]; total: number }> {
    return searchRuns(this.#context, this.#runs, query);
  }

  workflowStatistics(project: string | undefined): Promise<WorkflowStatistics[]> {
    return workflowStatistics(this.#context, project);
  }

  whenHistoryAfter(runId: string, after: number, signal: AbortSignal): Promise<void> {
    return this.#runs.whenHistoryAfter(runId, after, signal);
  }

  async cancelRun(runId: string, reason: string): Promise<void> {
    await cancelRun(this.#accepting(), runId, reason);
  }

  async resumeRun(runId: string): Promise<void> {
    await resumeRun(this.#accepting(), runId);
  }

  async signalRun(runId: string, name: string, payload: string): Promise<boolean> {
    return signalRun(this.#accepting(), runId, name, payload);
  }

  async commandRun(runId: string, command: OperatorCommand): Promise<{ settled: Promise<Settled> }> {
    return commandRun(this.#accepting(), this.#settling, runId, command);
  }

  listTasks(query: ListTasks): Promise<Page<TaskView>> {
    return this.#tasks.list(query);
  }

  findTask(id: string): Promise<TaskView | undefined> {
    return this.#tasks.find(id);
  }

  async answerTask(id: string, answer: GivenAnswer): Promise<TaskView> {
    this.#accepting();
    return this.#tasks.answer(id, answer);
  }

  listFlags(): Promise<FlagView[]> {
    return Promise.resolve(this.#definitions.listFlags());
  }

  async setFlag(name: string, project: string | undefined, enabled: boolean | undefined): Promise<void> {
    this.#accepting();
    await this.#definitions.setFlag(name, project, enabled);
  }

  heldByFlag(project: string, type: string): string | undefined {
    return this.#context.registry.heldByFlag(project, type);
  }

  health(): EngineHealth {
    return this.#health.health(this.#refusal?.message);
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  async #drain(): Promise<void> {
    this.#refusal = new AutoFlowError("SHUTTING_DOWN", "the engine is draining");
    await this.#settling.drain();
    this.#health.close();
    await this.#health.refresh();
    await this.#close();
  }

  /** Throws SHUTTING_DOWN. */
  #accepting(): TemporalContext {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#context;
  }
}
