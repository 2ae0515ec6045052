/** What of Temporal's SDK is one for the whole process: its threads, and where it writes what it has to say. */
import { ApplicationFailure, type Logger, type LogLevel } from "@temporalio/common";
import { Runtime } from "@temporalio/worker";
import type { Log } from "../../../core/ports.ts";
import { endingWorker } from "../protocol/activities.ts";
import { workflowTypes } from "../protocol/names.ts";

/** The log of whoever opened an engine last; the SDK has only one for a process. */
let current: Log | undefined;

/**
 * Has the SDK, and what of it is no JavaScript, write to the log, and leave signals of the operating system to us. Comes before the
 * first connection. `metricsAddress`, a host and a port: where it tells what it counts, in Prometheus' format.
 */
export function installRuntime(log: Log, metricsAddress?: string): void {
  const isFirst = current === undefined;
  current = log;
  if (!isFirst) return;
  Runtime.install({
    logger: sdkLogger(),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: "WARN", other: "ERROR" }, forward: {} },
      ...(metricsAddress !== undefined && {
        metrics: { prometheus: { bindAddress: metricsAddress, ...metricStyle } },
      }),
    },
  });
}

/** As Prometheus wants names and units to be. */
const metricStyle = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };

function sdkLogger(): Logger {
  const log = (level: LogLevel, message: string, meta?: Record<string | symbol, unknown>): void => {
    const isDetail = level === "WARN" && isEveryday(message, meta);
    current?.[isDetail ? "debug" : levels[level]](`temporal: ${message}`, told(meta));
  };
  return {
    log,
    trace: (message, meta) => log("TRACE", message, meta),
    debug: (message, meta) => log("DEBUG", message, meta),
    info: (message, meta) => log("INFO", message, meta),
    warn: (message, meta) => log("WARN", message, meta),
    error: (message, meta) => log("ERROR", message, meta),
  };
}

/** What it tells of its everyday work is for debugging. */
const levels = { TRACE: "debug", DEBUG: "debug", INFO: "debug", WARN: "warn", ERROR: "error" } as const;

/** Runs may fail, which their histories tell; and attempts are left to other workers when one ends. */
function isEveryday(message: string, { error, workflowType }: Record<string | symbol, unknown> = {}): boolean {
  if (message === "Workflow failed") return workflowType === workflowTypes.run;
  return error instanceof ApplicationFailure && error.type === endingWorker;
}

/** Of an event's fields, those that say where: ids and types, which Temporal shows anyway. */
const toldFields = [
  "workflowId",
  "workflowType",
  "runId",
  "activityType",
  "activityId",
  "attempt",
  "taskQueue",
  "error",
] as const;

function told(meta: Record<string | symbol, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(toldFields.filter((name) => meta[name] !== undefined).map((name) => [name, meta[name]]));
}
