/** A process that only computes runs, with a listener for its health and metrics. */
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment.ts";
import { createLog } from "../host/log.ts";
import { version } from "../host/version.ts";
import { createMetrics } from "../server/metrics.ts";
import { createProbeServer } from "../server/probe-server.ts";
import { createEngineParts } from "./engine-parts.ts";
import { closeServer, listen } from "./listening.ts";
import { metricsAddress, readMetrics } from "./temporal-metrics.ts";
import { startWorker } from "./temporal.ts";

export interface WorkerApp {
  /** Where it tells its health and metrics. */
  url: string;
  /** Ends in good order: calls under way get a little time, and others take the runs over. */
  drain(): Promise<void>;
}

/** Resolves when it takes work. Throws LISTEN_FAILED, TEMPORAL_NOT_INSTALLED and what connecting throws. */
export async function startWorkerApp(config: Config, environment: Environment = process.env): Promise<WorkerApp> {
  const log = createLog(config.log);
  const address = await metricsAddress();
  const metrics = createMetrics({ ofProcess: true, others: readMetrics(address, log), isElsewhere: true });
  const { parts, close } = createEngineParts(config, { environment, log, observer: metrics.observer });
  const worker = await startWorker(config, { parts, environment, metricsAddress: address });
  const { workerListen: at, hostPort, namespace, taskQueue } = config.temporal;
  const { apiToken } = config;
  const server = await createProbeServer({ engine: worker, host: at.host, apiToken, metrics, version: version() });
  const drain = async (): Promise<void> => {
    log.info("the worker ends");
    await closeServer(server);
    await worker.drain();
    close();
  };
  try {
    const url = await listen(server, at);
    log.info("the worker takes work", { url, temporal: hostPort, namespace, taskQueue });
    return { url, drain };
  } catch (error) {
    await drain();
    throw error;
  }
}
