/**
 * The composition of what a process does with Temporal: an engine for servers, a worker, or both. Loaded only by those who use
 * Temporal.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@temporalio/client";
import type { TemporalConfig } from "../../config/config.ts";
import type { Environment } from "../../config/environment.ts";
import type { Action } from "../../core/action.ts";
import type { Engine, EngineHealth } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { TemporalContext } from "./client/context.ts";
import { HealthWatch } from "./client/health.ts";
import { LogEvents } from "./client/events.ts";
import { TemporalImages } from "./client/images.ts";
import { LiveRegistry, type MirrorContext } from "./client/registry-mirror.ts";
import { RunStarts } from "./client/starts.ts";
import { Upkeep } from "./client/upkeep.ts";
import { ClaimCheck } from "./codec/claim-check.ts";
import { temporalDataConverter, type TemporalCodecOptions } from "./codec/data-converter.ts";
import { TemporalKeys } from "./codec/keys.ts";
import { ProjectScopes } from "./codec/project-scopes.ts";
import { openConnections, type TemporalConnections } from "./connection/connections.ts";
import { registerSearchAttributes } from "./connection/search-attributes.ts";
import { TemporalEngine } from "./engine.ts";
import { ownerOf, projectOfLog } from "./protocol/names.ts";
import { createActivities } from "./worker/activities.ts";
import { Builds } from "./worker/builds.ts";
import { openWorkflowCode, type WorkflowCode } from "./worker/bundle.ts";
import { type EntriesListener, runSinks } from "./worker/run-sinks.ts";
import { installRuntime } from "./worker/runtime.ts";

/** What an engine on Temporal is given. */
export interface TemporalOptions extends Pick<
  TemporalContext,
  | "programs"
  | "clock"
  | "random"
  | "log"
  | "observer"
  | "variables"
  | "secrets"
  | "limits"
  | "checkInput"
  | "checkDefinition"
> {
  temporal: Omit<TemporalConfig, "codecServer" | "workerListen">;
  /** Where an API key of the environment is looked up; this process's own when absent. */
  environment?: Environment;
  /** What workers of this process carry out calls with. */
  actions: readonly Action[];
  /** Hears, in a process that computes runs, what they print and how they end: perhaps before it is durable. Must return quickly. */
  onEntries?: EntriesListener | undefined;
  /** How long a drain lets attempts under way go on, in ms. */
  drainGraceMs?: number;
  /** Host and port where Temporal's SDK tells what its workers count, in Prometheus' format; nowhere when absent. */
  metricsAddress?: string | undefined;
  /** The workflows, for tests; ours when absent. */
  code?: WorkflowCode;
  /** Between two looks at the versions of workers, in ms. */
  versionsEveryMs?: number;
}

/** A worker of this process. */
export interface TemporalWorker {
  health(): EngineHealth;
  /** Ends in good order: attempts under way get a little time; what is left goes on elsewhere. */
  drain(): Promise<void>;
}

const defaultDrainGraceMs = 5000;

/**
 * An engine for a server; `works`: this process computes runs too, and needs no other worker. Resolves when the instance's registry
 * is known, which takes a worker somewhere. Throws what opening the connections throws, TEMPORAL_SEARCH_ATTRIBUTES_MISSING and
 * TEMPORAL_UNAVAILABLE.
 */
export async function openTemporalEngine(options: TemporalOptions & { works: boolean }): Promise<Engine> {
  const process = await join(options, options.works);
  return opening(process, async () => {
    const upkeep = new Upkeep(process.context);
    process.undo.push(() => upkeep.close());
    return TemporalEngine.open(process.context, () => leave(process));
  });
}

/** A worker without a server. Throws as `openTemporalEngine` does. */
export async function startTemporalWorker(options: TemporalOptions): Promise<TemporalWorker> {
  const process = await join(options, true);
  return opening(process, async () => {
    const watch = await HealthWatch.open(process.context, { counts: false });
    process.undo.push(() => watch.close());
    return { health: () => watch.health(undefined), drain: () => leave(process) };
  });
}

/** A process that takes part in an instance. */
interface Participant {
  context: TemporalContext;
  /** What ends it, last first. */
  undo: (() => Promise<void> | void)[];
}

async function leave({ undo }: Pick<Participant, "undo">): Promise<void> {
  for (const step of undo.splice(0).toReversed()) await step();
}

/** Leaves when the work fails. */
async function opening<T>(process: Pick<Participant, "undo">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await leave(process);
    throw error;
  }
}

async function join(options: TemporalOptions, works: boolean): Promise<Participant> {
  const { temporal, environment, log } = options;
  const place = { ...temporal, ...(environment !== undefined && { environment }) };
  const connections = await openConnections(place, {
    log,
    beforeWorkers: () => installRuntime(log, options.metricsAddress),
  });
  const undo: Participant["undo"] = [() => connections.close()];
  return opening({ undo }, async () => {
    await registerSearchAttributes(connections.connection, place);
    return { context: await createContext(options, connections, works, undo), undo };
  });
}

async function createContext(
  options: TemporalOptions,
  connections: TemporalConnections,
  works: boolean,
  undo: Participant["undo"],
): Promise<TemporalContext> {
  const { temporal, ...parts } = options;
  const { namespace, taskQueue } = temporal;
  const codec = codecOptions(temporal);
  const dataConverter = temporalDataConverter(codec);
  const client = new Client({ connection: connections.connection, namespace, dataConverter });
  const base = { ...parts, client, namespace, taskQueue };
  const images = new TemporalImages(base);
  const ready = Promise.withResolvers<TemporalContext>();
  if (works) {
    const builds = await startWorking(options, { connections, client, images, codec, ready: ready.promise });
    undo.push(() => builds.drain());
  }
  const registry = await openRegistry({ ...base, images });
  undo.push(() => registry.close());
  const known = { ...base, images, registry, ...(codec.scopes !== undefined && { scopes: codec.scopes }) };
  const context: TemporalContext = { ...known, starts: new RunStarts(known), events: new LogEvents(known) };
  ready.resolve(context);
  return context;
}

/** So long a server waits for the first worker. */
const workerPatienceMs = 120_000;
const askAgainMs = 500;

/** Only a worker can tell what is in the registry: one may still be starting. Throws TEMPORAL_UNAVAILABLE. */
async function openRegistry(context: MirrorContext): Promise<LiveRegistry> {
  for (const giveUpAt = Date.now() + workerPatienceMs; ; await pause(askAgainMs)) {
    try {
      return await LiveRegistry.open(context);
    } catch (error) {
      if (!(error instanceof AutoFlowError) || error.code !== "TEMPORAL_UNAVAILABLE" || Date.now() > giveUpAt)
        throw error;
      context.log.warn("waiting for a worker: it has to tell what is defined", { problem: error.message });
    }
  }
}

interface Worked {
  connections: TemporalConnections;
  client: Client;
  images: TemporalImages;
  codec: TemporalCodecOptions;
  /** Workflows that run already wait for what this process does not know yet. */
  ready: Promise<TemporalContext>;
}

async function startWorking(options: TemporalOptions, { codec, images, ready, ...parts }: Worked): Promise<Builds> {
  const { temporal, log, observer, drainGraceMs = defaultDrainGraceMs } = options;
  const { namespace, taskQueue, worker: tuning } = temporal;
  const code = options.code ?? (await openWorkflowCode(log));
  const actions = new Map(options.actions.map((action) => [action.name, action]));
  return Builds.start(code, {
    ...parts,
    namespace,
    taskQueue,
    keys: codec.keys,
    activities: createActivities({ actions, log, observer }, ready),
    sinks: runSinks(options.onEntries, observer),
    dataConverter: temporalDataConverter({ ...codec, before: [new ClaimCheck(images)] }),
    tuning,
    drainGraceMs,
    log,
    ...(options.versionsEveryMs !== undefined && { checkMs: options.versionsEveryMs }),
  });
}

/** With keys everything is encrypted; what is known to belong to a project with that project's key, where it is to have one. */
function codecOptions({ encryptionKeys, keyPerProject }: TemporalOptions["temporal"]): TemporalCodecOptions {
  if (encryptionKeys.length === 0) return {};
  const keys = new TemporalKeys(encryptionKeys);
  return keyPerProject ? { keys, scopes: new ProjectScopes({ projectOf: projectOfLog, ownerOf }) } : { keys };
}
