/**
 * The composition of what a process does with Temporal: an engine for servers, a worker, or both. Loaded only by those who use
 * Temporal.
 */
import { Client } from "@temporalio/client";
import type { TemporalConfig } from "../../config/config.ts";
import type { Environment } from "../../config/environment.ts";
import type { Action } from "../../core/action.ts";
import type { Engine, EngineHealth } from "../../core/engine.ts";
import type { TemporalContext } from "./client/context.ts";
import { HealthWatch } from "./client/health.ts";
import { LogEvents } from "./client/events.ts";
import { TemporalImages } from "./client/images.ts";
import { LiveRegistry } from "./client/registry-mirror.ts";
import { RunStarts } from "./client/starts.ts";
import { Upkeep } from "./client/upkeep.ts";
import { ClaimCheck } from "./codec/claim-check.ts";
import { temporalDataConverter, type TemporalCodecOptions } from "./codec/data-converter.ts";
import { TemporalKeys } from "./codec/keys.ts";
import { ProjectScopes } from "./codec/project-scopes.ts";
import { openConnections, type TemporalConnections } from "./connection/connections.ts";
import { registerSearchAttributes } from "./connection/search-attributes.ts";
import { TemporalEngine } from "./engine.ts";
import { patiently } from "./patience.ts";
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
  /** How long a start waits for a Temporal server that does not answer, in ms; not at all when absent. */
  startPatienceMs?: number | undefined;
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
  const process = await joinPatiently(options, options.works);
  return opening(process, async () => {
    const upkeep = new Upkeep(process.context);
    process.undo.push(() => upkeep.close());
    return TemporalEngine.open(process.context, () => leave(process));
  });
}

/** A worker without a server. Throws as `openTemporalEngine` does. */
export async function startTemporalWorker(options: TemporalOptions): Promise<TemporalWorker> {
  const process = await joinPatiently(options, true);
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

function joinPatiently(options: TemporalOptions, works: boolean): Promise<Participant> {
  const patience = {
    log: options.log,
    waiting: "Temporal cannot be used: trying again",
    over: "Temporal can be used",
    limitMs: options.startPatienceMs ?? 0,
  };
  return patiently(patience, () => join(options, works));
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
  // Nothing is looked for by a digest before the registry has begun, with the salt of all of them.
  const digests: Pick<LiveRegistry, "digest"> = { digest: (...parts) => registry.digest(...parts) };
  const images = new TemporalImages({ ...base, registry: digests });
  const registry = await LiveRegistry.begin({ ...base, images });
  undo.push(() => registry.close());
  const members = { ...base, images, registry, ...(codec.scopes !== undefined && { scopes: codec.scopes }) };
  const context: TemporalContext = { ...members, starts: new RunStarts(members), events: new LogEvents(members) };
  const known = Promise.withResolvers<void>();
  if (works) {
    const builds = await startWorking(options, { connections, context, images, codec, known: known.promise });
    undo.push(() => builds.drain());
  }
  // Only a worker can tell what is in the registry: one may still be starting.
  await patiently({ ...workerPatience, log: options.log }, () => registry.open());
  known.resolve();
  return context;
}

const workerPatience = {
  waiting: "waiting for a worker: it has to tell what is defined",
  over: "a worker answers",
  limitMs: 120_000,
};

interface Worked {
  connections: TemporalConnections;
  context: TemporalContext;
  images: TemporalImages;
  codec: TemporalCodecOptions;
  /** Resolves when the content of the registry is known. */
  known: Promise<void>;
}

async function startWorking(
  options: TemporalOptions,
  { connections, context, codec, images, known }: Worked,
): Promise<Builds> {
  const { temporal, log, observer, drainGraceMs = defaultDrainGraceMs } = options;
  const { namespace, taskQueue, worker: tuning } = temporal;
  const code = options.code ?? (await openWorkflowCode(log));
  const actions = new Map(options.actions.map((action) => [action.name, action]));
  return Builds.start(code, {
    connections,
    client: context.client,
    namespace,
    taskQueue,
    keys: codec.keys,
    activities: createActivities({ actions, log, observer }, context, known),
    sinks: runSinks(options.onEntries, observer),
    dataConverter: temporalDataConverter({ ...codec, before: [new ClaimCheck(images)] }),
    tuning,
    drainGraceMs,
    log,
    ...(options.versionsEveryMs !== undefined && { checkMs: options.versionsEveryMs }),
  });
}

/** With keys everything is encrypted; what is known to belong to a project with that project's key, where it is to have one. */
function codecOptions(temporal: TemporalOptions["temporal"]): TemporalCodecOptions {
  const { encryptionKeys, keyPerProject, allowPlaintext } = temporal;
  if (encryptionKeys.length === 0) return {};
  return {
    keys: new TemporalKeys(encryptionKeys),
    refusesPlaintext: !allowPlaintext,
    ...(keyPerProject && { scopes: new ProjectScopes({ projectOf: projectOfLog, ownerOf }) }),
  };
}
