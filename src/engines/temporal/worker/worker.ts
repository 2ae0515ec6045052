/** A worker for one version of the workflows' code: it computes turns and performs calls until it is drained. */
import { setTimeout as pause } from "node:timers/promises";
import type { DataConverter } from "@temporalio/common";
import { Worker, type WorkerOptions } from "@temporalio/worker";
import type { WorkerTuning } from "../../../config/config.ts";
import type { Log } from "../../../core/ports.ts";
import { processSecretName } from "../../../core/process-secret.ts";
import type { TemporalConnections } from "../connection/connections.ts";
import { deploymentName } from "../protocol/names.ts";
import type { WorkflowCode } from "./bundle.ts";
import type { runSinks } from "./run-sinks.ts";

/** What all workers of a process have in common. */
export interface WorkerSettings {
  connections: Pick<TemporalConnections, "native" | "openNative" | "onNative" | "isLocal">;
  namespace: string;
  taskQueue: string;
  /** By name: for workflows of every version. */
  activities: object;
  sinks: ReturnType<typeof runSinks>;
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
/** When a worker that does not ask for work is no longer waited for: half the time that callers have patience. */
const deadWorkerAfter = "5s";
/** Longer than a turn that uses up all its steps. */
const turnTimeLimit = "20s";

/** For a small machine: what a cached run costs is memory, about 100 KB. */
const defaults = { workflowTasks: 40, activities: 200, localActivities: 200, cachedWorkflows: 1000 };

export class BuildWorker {
  readonly buildId: string;
  readonly #settings: WorkerSettings;
  readonly #options: WorkerOptions;
  readonly #ended: Promise<void>;
  readonly #draining = new AbortController();
  #attached: Attached;

  private constructor(buildId: string, settings: WorkerSettings, options: WorkerOptions, attached: Attached) {
    this.buildId = buildId;
    this.#settings = settings;
    this.#options = options;
    this.#attached = attached;
    this.#ended = this.#keepRunning();
  }

  /** Resolves once it asks for work. Throws when the code does not load. */
  static async start(code: WorkflowCode, settings: WorkerSettings): Promise<BuildWorker> {
    const options = workerOptions(code, settings);
    return new BuildWorker(code.buildId, settings, options, await attach(options, settings));
  }

  /** Takes nothing new; attempts go on for the grace period and are then aborted, to be made again elsewhere. */
  async drain(): Promise<void> {
    this.#draining.abort();
    const { worker } = this.#attached;
    if (worker.getState() === "RUNNING") worker.shutdown();
    await this.#ended;
  }

  /** A worker ends by itself only when the server refuses it, or by a defect. */
  async #keepRunning(): Promise<void> {
    for (;;) {
      try {
        await this.#attached.worker.run();
      } catch (error) {
        this.#settings.log.error("a worker has ended", { build: this.buildId, error });
      }
      this.#attached.detach();
      const next = await this.#replace();
      if (next === undefined) return;
      this.#attached = next;
    }
  }

  /** Another worker; undefined when none is wanted. */
  async #replace(): Promise<Attached | undefined> {
    const { signal } = this.#draining;
    while (!signal.aborted) {
      try {
        await pause(restartMs, undefined, { signal });
        return await attach(this.#options, this.#settings);
      } catch (error) {
        if (!signal.aborted)
          this.#settings.log.error("a worker cannot be started again", { build: this.buildId, error });
      }
    }
    return undefined;
  }
}

/** A worker that moves when the connection is replaced, as when a certificate was renewed. */
interface Attached {
  worker: Worker;
  detach: () => void;
}

async function attach(options: WorkerOptions, { connections }: WorkerSettings): Promise<Attached> {
  const connection = await connections.openNative();
  const worker = await Worker.create({ ...options, connection });
  const detach = connections.onNative((moved) => (worker.connection = moved));
  if (connections.native !== connection) worker.connection = connections.native;
  return { worker, detach };
}

function workerOptions(code: WorkflowCode, settings: WorkerSettings): WorkerOptions {
  const { namespace, taskQueue, activities, sinks, dataConverter, tuning, drainGraceMs } = settings;
  const cached = tuning.maxCachedWorkflows ?? defaults.cachedWorkflows;
  const options: WorkerOptions & { isolateExecutionTimeout: string } = {
    namespace,
    taskQueue,
    workflowBundle: sdkBundle(code),
    activities,
    sinks,
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
    stickyQueueScheduleToStartTimeout: deadWorkerAfter,
    isolateExecutionTimeout: turnTimeLimit,
    shutdownGraceTime: drainGraceMs,
    shutdownForceTime: drainGraceMs + forceAfterMs,
  };
  return options;
}

/** Each thread has a secret of its own: the SDK takes chance away as soon as the script begins. */
const secretOfThread = `globalThis.${processSecretName} = Math.trunc(Math.random() * 2 ** 32) | 0;`;

/** As the SDK takes it: with a source map. It is empty: places are those of the script, whose parts are headed by the names of their files. */
export function sdkBundle({ text }: Pick<WorkflowCode, "text">): { code: string } {
  const map = JSON.stringify({ version: 3, file: "workflows.js", sources: [], names: [], mappings: "" });
  return {
    code: `${secretOfThread}${text}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`,
  };
}
