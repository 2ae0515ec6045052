/** A worker for one version of the workflows' code: it computes turns and performs calls until it is drained. */
import { setTimeout as pause } from "node:timers/promises";
import type { DataConverter } from "@temporalio/common";
import { type NativeConnection, Worker, type WorkerOptions } from "@temporalio/worker";
import type { WorkerTuning } from "../../../config/config.ts";
import type { Log } from "../../../core/ports.ts";
import type { Activities } from "../protocol/activities.ts";
import { deploymentName } from "../protocol/names.ts";
import type { WorkflowCode } from "./bundle.ts";

/** What all workers of a process have in common. */
export interface WorkerSettings {
  /** Shared by all workers of the process. */
  connection: () => NativeConnection;
  namespace: string;
  taskQueue: string;
  activities: Activities;
  dataConverter: DataConverter;
  tuning: WorkerTuning;
  /** How long a drain lets attempts under way go on, in ms. */
  drainGraceMs: number;
  log: Log;
}

/** Beyond the grace: for answers to reach the server. */
const forceAfterMs = 10_000;
/** Between two tries after what should not happen. */
const restartMs = 2000;
/** Longer than a turn that uses up all its steps. */
const turnTimeLimit = "20s";

/** The defaults are for a small machine: memory is what a cached run costs, about 100 KB. */
const defaults = { workflowTasks: 40, activities: 200, localActivities: 200, cachedWorkflows: 1000 };

export class BuildWorker {
  readonly buildId: string;
  readonly #settings: WorkerSettings;
  readonly #options: WorkerOptions;
  #worker: Worker;
  readonly #ended: Promise<void>;
  #isDraining = false;

  private constructor(code: WorkflowCode, settings: WorkerSettings, options: WorkerOptions, worker: Worker) {
    this.buildId = code.buildId;
    this.#settings = settings;
    this.#options = options;
    this.#worker = worker;
    this.#ended = this.#keepRunning();
  }

  /** Resolves once it asks for work. Throws when the code does not load. */
  static async start(code: WorkflowCode, settings: WorkerSettings): Promise<BuildWorker> {
    const options = workerOptions(code, settings);
    return new BuildWorker(code, settings, options, await create(options, settings));
  }

  /** Goes on over another connection: the certificate was renewed. */
  useConnection(connection: NativeConnection): void {
    if (!this.#isDraining) this.#worker.connection = connection;
  }

  /** Takes nothing new; attempts go on for the grace period and are then aborted, to be made again elsewhere. */
  async drain(): Promise<void> {
    if (!this.#isDraining) {
      this.#isDraining = true;
      if (this.#worker.getState() === "RUNNING") this.#worker.shutdown();
    }
    await this.#ended;
  }

  /** A worker ends by itself only when the server refuses it, or by a defect. */
  async #keepRunning(): Promise<void> {
    const { log } = this.#settings;
    for (;;) {
      try {
        await this.#worker.run();
      } catch (error) {
        log.error("a worker has ended", { build: this.buildId, error });
      }
      if (this.#isDraining) return;
      const next = await this.#replace();
      if (next === undefined) return;
      this.#worker = next;
    }
  }

  async #replace(): Promise<Worker | undefined> {
    for (;;) {
      await pause(restartMs);
      if (this.#isDraining) return undefined;
      try {
        return await create(this.#options, this.#settings);
      } catch (error) {
        this.#settings.log.error("a worker cannot be started again", { build: this.buildId, error });
      }
    }
  }
}

function create(options: WorkerOptions, { connection }: WorkerSettings): Promise<Worker> {
  return Worker.create({ ...options, connection: connection() });
}

function workerOptions(code: WorkflowCode, settings: WorkerSettings): WorkerOptions {
  const { namespace, taskQueue, activities, dataConverter, tuning, drainGraceMs } = settings;
  const cached = tuning.maxCachedWorkflows ?? defaults.cachedWorkflows;
  const options: WorkerOptions & { isolateExecutionTimeout: string } = {
    namespace,
    taskQueue,
    workflowBundle: { code: withSourceMap(code.text) },
    activities,
    dataConverter,
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: deploymentName(taskQueue), buildId: code.buildId },
      defaultVersioningBehavior: "PINNED",
    },
    maxConcurrentWorkflowTaskExecutions: Math.min(tuning.maxConcurrentWorkflowTasks ?? defaults.workflowTasks, cached),
    maxConcurrentActivityTaskExecutions: tuning.maxConcurrentActivities ?? defaults.activities,
    maxConcurrentLocalActivityExecutions: defaults.localActivities,
    maxCachedWorkflows: cached,
    isolateExecutionTimeout: turnTimeLimit,
    shutdownGraceTime: drainGraceMs,
    shutdownForceTime: drainGraceMs + forceAfterMs,
  };
  return options;
}

/** The SDK wants one. Ours is empty: places are those of the script, whose parts are headed by the names of their files. */
function withSourceMap(text: string): string {
  const map = JSON.stringify({ version: 3, file: "workflows.js", sources: [], names: [], mappings: "" });
  return `${text}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}
