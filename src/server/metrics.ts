/** Metrics in Prometheus' format: what the engine tells while it works, and what it is asked when somebody looks. */
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Engine } from "../core/engine.ts";
import type { Observer } from "../core/ports.ts";
import { hasEnded, runStates } from "../core/run.ts";
import { HotCounter, HotHistogram } from "./hot-metrics.ts";
import { addPollMetrics } from "./polling/poll-metrics.ts";
import type { PollState } from "./polling/poller.ts";

export interface Metrics {
  /** Give it to the engine. */
  readonly observer: Observer;
  /** Clients that follow a run now. */
  readonly streams: { inc(): void; dec(): void };
  /** From now on tells how polling goes. */
  addPolls(states: () => PollState[], now: () => number): void;
  readonly contentType: string;
  /** A change was judged; `failed` when a rule did not answer. */
  validated(decision: "allow" | "deny", failed: boolean, durationMs: number): void;
  /** Everything, with the state of `engine`, where there is one, at this moment. */
  text(engine?: Pick<Engine, "health">): Promise<string>;
}

export interface MetricsOptions {
  /** Whether to tell of the process too: memory, event loop lag, garbage collection. Once in a process. */
  ofProcess: boolean;
  /** Further metrics in the same format, of parts that count by themselves. */
  others?: () => Promise<string>;
  /**
   * Turns are computed and kept elsewhere, so nothing is told of turns, commits and the database: a figure that is always 0 would be
   * taken for a good one.
   */
  isElsewhere?: boolean;
}

/** How many runs have ended is counted; how many are still kept would have to be searched. */
const openStates = runStates.filter((state) => !hasEnded(state));

/** More different names than this are counted together: event types come from outside. */
const mostLabelValues = 200;

const fastBuckets = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
const callBuckets = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const runBuckets = [0.01, 0.1, 1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000];

/** What only an engine that computes and keeps runs in this process has figures for. */
const ofOwnStore = [
  "turn_compute_seconds",
  "turn_steps_total",
  "commit_seconds",
  "commit_operations_total",
  "recovery_seconds",
  "event_lag",
  "oldest_ready_seconds",
  "database_bytes",
  "wal_bytes",
];

export function createMetrics({ ofProcess, others, isElsewhere = false }: MetricsOptions): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const streams = new Gauge({
    name: "autoflow_history_streams",
    help: "Clients that follow a run's history now.",
    registers: [registry],
  });
  const validations = new HotHistogram({
    name: "autoflow_validation_seconds",
    help: "Changes judged by rules, by decision, and whether a rule failed or was too late.",
    labelNames: ["decision", "failed"],
    buckets: callBuckets,
    registry,
  });
  let state: ReturnType<typeof stateGauges> | undefined;
  return {
    observer: countingObserver(registry),
    streams: { inc: () => streams.inc(), dec: () => streams.dec() },
    addPolls: (states, now) => addPollMetrics(registry, states, now),
    contentType: registry.contentType,
    validated: (decision, failed, ms) => validations.observe(ms / 1000, decision, failed ? "true" : "false"),
    async text(engine) {
      if (engine !== undefined) (state ??= stateGauges(registry))(engine);
      if (isElsewhere) for (const name of ofOwnStore) registry.removeSingleMetric(`autoflow_${name}`);
      const own = await registry.metrics();
      return others === undefined ? own : own + (await others());
    },
  };
}

function countingObserver(registry: Registry): Observer {
  const events = new HotCounter({
    name: "autoflow_events_total",
    help: "Events accepted, by type; a duplicate is one that was known already.",
    labelNames: ["type", "duplicate"],
    registry,
  });
  const started = new HotCounter({
    name: "autoflow_runs_started_total",
    help: "Runs started, by definition and by what started them.",
    labelNames: ["definition", "by"],
    registry,
  });
  const ended = new HotHistogram({
    name: "autoflow_run_duration_seconds",
    help: "Runs ended, by state: how long they took, waits included.",
    labelNames: ["state"],
    buckets: runBuckets,
    registry,
  });
  const compute = new HotHistogram({
    name: "autoflow_turn_compute_seconds",
    help: "Turns computed: processor time of one.",
    buckets: fastBuckets,
    registry,
  });
  const steps = new HotCounter({ name: "autoflow_turn_steps_total", help: "VM steps of all turns.", registry });
  const commits = new HotHistogram({
    name: "autoflow_commit_seconds",
    help: "Commits: how long the store took.",
    buckets: fastBuckets,
    registry,
  });
  const operations = new HotCounter({
    name: "autoflow_commit_operations_total",
    help: "Operations in all commits.",
    registry,
  });
  const attempts = new HotHistogram({
    name: "autoflow_attempt_seconds",
    help: "Attempts of actions, by action and whether they succeeded.",
    labelNames: ["action", "ok"],
    buckets: callBuckets,
    registry,
  });
  const recovery = new Gauge({
    name: "autoflow_recovery_seconds",
    help: "How long the last start took to bring back into memory what was under way before it.",
    registers: [registry],
  });
  const types = boundedNames();
  const definitions = boundedNames();
  return {
    eventAccepted: (type, duplicate) => events.add(1, types(type), duplicate ? "true" : "false"),
    runStarted: (definition, by) => started.add(1, definitions(definition), by),
    runEnded: (_definition, runState, durationMs) => ended.observe(durationMs / 1000, runState),
    turnComputed(count, computeMs) {
      compute.observe(computeMs / 1000);
      steps.add(count);
    },
    committed(count, durationMs) {
      commits.observe(durationMs / 1000);
      operations.add(count);
    },
    attemptEnded: (action, ok, durationMs) => attempts.observe(durationMs / 1000, action, ok ? "true" : "false"),
    recovered: (durationMs) => recovery.set(durationMs / 1000),
  };
}

/** Lets the first names through and calls all further ones "other". */
function boundedNames(): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= mostLabelValues) return "other";
    known.add(name);
    return name;
  };
}

/** Gauges that hold what the engine says of its health when they are set. */
function stateGauges(registry: Registry): (engine: Pick<Engine, "health">) => void {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `autoflow_${name}`, help, registers: [registry] });
  const runs = new Gauge({
    name: "autoflow_runs",
    help: "Open runs by state.",
    labelNames: ["state"],
    registers: [registry],
  });
  const tasks = gauge("open_tasks", "Tasks that nobody has decided yet.");
  const lag = gauge("event_lag", "Events accepted and not yet dispatched.");
  const oldest = gauge("oldest_ready_seconds", "Age of the oldest run that is ready and not being computed.");
  const loopAge = gauge("engine_loop_age_seconds", "Time since the engine's loop last came round.");
  const writable = gauge("store_writable", "1 when the store accepts writes.");
  const database = gauge("database_bytes", "Size of the database.");
  const wal = gauge("wal_bytes", "Size of the database's write-ahead log.");
  return (engine) => {
    const health = engine.health();
    for (const state of openStates) runs.set({ state }, health.runsByState[state]);
    tasks.set(health.openTasks);
    lag.set(health.eventLag);
    oldest.set(health.oldestReadyMs / 1000);
    loopAge.set(health.loopAgeMs / 1000);
    writable.set(health.writable ? 1 : 0);
    database.set(health.databaseBytes);
    wal.set(health.walBytes);
  };
}
