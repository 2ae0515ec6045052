/** The composition: from a configuration to an engine, and to a server around it. By hand, top to bottom. */
import { openCodecServer } from "./app/codec-server.ts";
import { openEmbedded } from "./app/embedded.ts";
import { createEngineParts, type EngineParts } from "./app/engine-parts.ts";
import { closeServer, listen } from "./app/listening.ts";
import { metricsAddress, readMetrics } from "./app/temporal-metrics.ts";
import { openTemporal } from "./app/temporal.ts";
import type { Config } from "./config/config.ts";
import type { Environment } from "./config/environment.ts";
import { createGitLabAccess, createProjectNames } from "./config/project-values.ts";
import type { Engine } from "./core/engine.ts";
import { silentObserver, type Log, type Observer } from "./core/ports.ts";
import type { EmbeddedOptions } from "./engines/embedded/open.ts";
import type { OutsideFiles } from "./events/definitions/project-definitions.ts";
import type { Directory } from "./core/directory.ts";
import { systemClock } from "./host/clock.ts";
import { createLog } from "./host/log.ts";
import { createSystemRandom } from "./host/random.ts";
import { version } from "./host/version.ts";
import { definitionLanguages } from "./server/definition-languages.ts";
import { createProjectSources, type ProjectSourcesOptions } from "./server/definition-sources.ts";
import { createLibraryAccess } from "./server/library-access.ts";
import { createMetrics } from "./server/metrics.ts";
import { createRemoteFiles } from "./server/remote-files.ts";
import { createPollers, type Pollers, type PollersOptions } from "./server/polling/pollers.ts";
import { writeServerNote } from "./server/server-note.ts";
import { createServer } from "./server/server.ts";
import { createValidator } from "./server/validation/validator.ts";

export interface AppOptions {
  /** Where secrets are read from, and what workflows may have; the process's own when absent. */
  environment?: Environment;
  /**
   * Hears of history entries, for printing what scripts print: of each after its commit on the embedded engine; on Temporal, of what
   * the runs that this process computes print, and how they end. Must return quickly.
   */
  onEntries?: EmbeddedOptions["onEntries"];
  /** Told what became of a definition that was found or has changed, in place of the log. */
  onDefinition?: ProjectSourcesOptions["onDefinition"];
  /** Told, in place of the log, which definitions have gone, and how many are left. */
  onGone?: ProjectSourcesOptions["onGone"];
  /** Scripts may load what the lock file does not name: for development. */
  mayBeUnlocked?: boolean;
  /** On Temporal: whether this process computes runs too; true when absent. */
  worker?: boolean;
  /** On Temporal: a server that does not answer is waited for, as where machines start together. Not when absent. */
  waitsForTemporal?: boolean;
}

export interface EngineHost {
  engine: Engine;
  /** Ends in good order: attempts under way get a little time, all states are written. */
  drain: () => Promise<void>;
}

export interface App extends EngineHost {
  /** Where the server listens. */
  url: string;
}

/**
 * The configured engine without a server. An embedded one is held until a driver is started. Throws what opening the data folder
 * throws, such as STORE_LOCKED, and what connecting to Temporal does.
 */
export async function openEngine(config: Config, { environment = process.env }: AppOptions = {}): Promise<EngineHost> {
  const log = createLog(config.log);
  const { parts, close } = createEngineParts(config, { environment, log, observer: silentObserver });
  const engine =
    config.engine === "temporal"
      ? await openTemporal(config, { parts, environment, metricsAddress: undefined }, { worker: true })
      : await openEmbedded(config, parts, { held: true });
  return { engine, drain: () => drainEngine(engine, close) };
}

/**
 * A server with its engine and the definitions of all configured projects. Resolves when it listens and folders have been read.
 * Throws LISTEN_FAILED, CONFIG_INVALID and what opening the data folder throws.
 */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const log = createLog(config.log);
  const sdkAddress = config.engine === "temporal" ? await metricsAddress() : undefined;
  const ofTemporal = sdkAddress === undefined ? {} : { others: readMetrics(sdkAddress, log), isElsewhere: true };
  const metrics = createMetrics({ ofProcess: true, ...ofTemporal });
  const { engine, directory, parts, drain } = await composeEngine(config, options, {
    log,
    observer: metrics.observer,
    sdkAddress,
  });
  const undo: (() => Promise<void> | void)[] = [drain];
  const drainAll = async (): Promise<void> => {
    log.info("the server ends");
    const since = performance.now();
    for (const step of undo.splice(0).toReversed()) await step();
    log.info("all states are written", { seconds: Math.round(performance.now() - since) / 1000 });
  };
  const stopping = new AbortController();
  try {
    const definitions = createProjectSources({
      engine,
      projects: config.projects,
      languages: definitionLanguages,
      outside: openOutside(config, options, stopping.signal),
      clock: systemClock,
      log,
      onDefinition: options.onDefinition,
      onGone: options.onGone,
    });
    const projectName = createProjectNames(config.projects);
    const projectPaths = new Map([...config.projects].map(([key, { path }]) => [key, path]));
    const validator = createValidator({ ...parts, ...config.validation, engine, projectName, projectPaths });
    const pollers = openPollers(config, options, { engine, log, onEvent: definitions.notice });
    metrics.addPolls(pollers.states, () => systemClock.now());
    const server = await createServer({
      engine,
      host: config.listen.host,
      apiToken: config.apiToken,
      sources: config.sources,
      projectName,
      directory,
      validator,
      metrics,
      log,
      clock: systemClock,
      random: createSystemRandom(),
      version: version(),
      isPolled: pollers.isPolled,
      onEvent: definitions.notice,
      sourceProblems: definitions.problems,
    });
    undo.push(() => {
      const stopped = definitions.stop();
      stopping.abort();
      return stopped;
    });
    await definitions.start();
    undo.push(pollers.stop);
    pollers.start();
    undo.push(() => closeServer(server));
    if (config.engine === "temporal") undo.push(await openCodecServer(config, log));
    const url = await listen(server, config.listen);
    undo.push(noteServer(config, url, log));
    log.info("the server listens", { url, ...placeOfRuns(config, options) });
    return { engine, url, drain: drainAll };
  } catch (error) {
    await drainAll();
    throw error;
  }
}

function openPollers(
  { projects, gitlab }: Config,
  { environment = process.env }: AppOptions,
  parts: Pick<PollersOptions, "engine" | "log" | "onEvent">,
): Pollers {
  const access = createGitLabAccess(projects, gitlab, environment);
  const userAgent = `AutoFlow/${version()}`;
  return createPollers({ ...parts, projects, access, clock: systemClock, random: Math.random, userAgent });
}

/** Leaves the note by which the command line finds the server. On Temporal no folder is needed, so there may be none to write to. */
function noteServer({ dataDir, engine }: Config, url: string, log: Log): () => void {
  try {
    return writeServerNote(dataDir, url);
  } catch (error) {
    if (engine !== "temporal") throw error;
    log.debug("commands have to be told the server's address: the data folder cannot be written to", { error });
    return () => {};
  }
}

/** For the log. */
function placeOfRuns({ engine, dataDir, temporal }: Config, { worker = true }: AppOptions): Record<string, unknown> {
  if (engine === "embedded") return { data: dataDir };
  return { temporal: temporal.hostPort, namespace: temporal.namespace, taskQueue: temporal.taskQueue, worker };
}

/** What definitions may load besides the files of their own project. */
function openOutside(
  config: Config,
  { mayBeUnlocked = false }: AppOptions,
  signal: AbortSignal,
): (project: string) => OutsideFiles {
  const libraries = createLibraryAccess(config, {
    unlocked: mayBeUnlocked ? "resolve" : "refuse",
    clock: systemClock,
    signal,
  });
  const { httpClient } = config;
  const remote = createRemoteFiles({ httpClient, userAgent: `AutoFlow/${version()}`, signal });
  return (project) => ({ libraries: libraries(project), remote });
}

interface EngineSettings {
  log: Log;
  observer: Observer;
  /** On Temporal: where its SDK tells what it counts. */
  sdkAddress: string | undefined;
}

/** The engine that is configured. */
async function composeEngine(
  config: Config,
  options: AppOptions,
  settings: EngineSettings,
): Promise<EngineHost & { directory: Directory; parts: EngineParts }> {
  const { environment = process.env, worker = true, onEntries } = options;
  const { sdkAddress, ...told } = settings;
  const { parts, directory, close } = createEngineParts(config, { environment, ...told });
  const engine =
    config.engine === "temporal"
      ? await openTemporal(
          config,
          { parts, environment, metricsAddress: sdkAddress },
          { worker, onEntries, waits: options.waitsForTemporal === true },
        )
      : await openEmbedded(config, parts, { onEntries });
  return { engine, directory, parts, drain: () => drainEngine(engine, close) };
}

async function drainEngine(engine: Engine, close: () => void): Promise<void> {
  await engine.drain();
  close();
}
