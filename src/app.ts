/** The composition: from a configuration to an engine, and to a server around it. By hand, top to bottom. */
import type { FastifyInstance } from "fastify";
import { openEmbedded } from "./app/embedded.ts";
import { createEngineParts } from "./app/engine-parts.ts";
import type { Config } from "./config/config.ts";
import type { Environment } from "./config/environment.ts";
import { createProjectNames } from "./config/project-values.ts";
import type { Engine } from "./core/engine.ts";
import { AutoFlowError } from "./core/errors.ts";
import { silentObserver, type Log, type Observer } from "./core/ports.ts";
import type { EmbeddedOptions } from "./engines/embedded/open.ts";
import type { OutsideFiles } from "./events/definitions/project-definitions.ts";
import { systemClock } from "./host/clock.ts";
import { createLog } from "./host/log.ts";
import { createSystemRandom } from "./host/random.ts";
import { version } from "./host/version.ts";
import { definitionLanguages } from "./server/definition-languages.ts";
import { createProjectSources, type ProjectSourcesOptions } from "./server/definition-sources.ts";
import { createLibraryAccess } from "./server/library-access.ts";
import { createMetrics } from "./server/metrics.ts";
import { createRemoteFiles } from "./server/remote-files.ts";
import { writeServerNote } from "./server/server-note.ts";
import { createServer } from "./server/server.ts";

export interface AppOptions {
  /** Where secrets are read from, and what workflows may have; the process's own when absent. */
  environment?: Environment;
  /** Hears of every history entry after its commit: for printing what scripts print. Must return quickly. */
  onEntries?: EmbeddedOptions["onEntries"];
  /** Told what became of a definition that was found or has changed, in place of the log. */
  onDefinition?: ProjectSourcesOptions["onDefinition"];
  /** Told, in place of the log, which definitions have gone, and how many are left. */
  onGone?: ProjectSourcesOptions["onGone"];
  /** Scripts may load what the lock file does not name: for development. */
  mayBeUnlocked?: boolean;
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

/** An engine on the configured data folder, without a server, held until a driver is started. Throws what opening the folder throws, such as STORE_LOCKED. */
export function openEngine(config: Config, options: AppOptions = {}): Promise<EngineHost> {
  return composeEngine(config, options, { log: createLog(config.log), observer: silentObserver, held: true });
}

/**
 * A server with its engine and the definitions of all configured projects. Resolves when it listens and folders have been read.
 * Throws LISTEN_FAILED, CONFIG_INVALID and what opening the data folder throws.
 */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const log = createLog(config.log);
  const metrics = createMetrics({ ofProcess: true });
  const { engine, drain } = await composeEngine(config, options, { log, observer: metrics.observer, held: false });
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
    const server = await createServer({
      engine,
      host: config.listen.host,
      apiToken: config.apiToken,
      sources: config.sources,
      projectName: createProjectNames(config.projects),
      metrics,
      log,
      clock: systemClock,
      random: createSystemRandom(),
      version: version(),
      onEvent: definitions.notice,
      sourceProblems: definitions.problems,
    });
    undo.push(() => {
      const stopped = definitions.stop();
      stopping.abort();
      return stopped;
    });
    await definitions.start();
    undo.push(() => closeServer(server));
    const url = await listen(server, config.listen);
    undo.push(writeServerNote(config.dataDir, url));
    log.info("the server listens", { url, data: config.dataDir });
    return { engine, url, drain: drainAll };
  } catch (error) {
    await drainAll();
    throw error;
  }
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
  held?: boolean;
}

async function composeEngine(config: Config, options: AppOptions, settings: EngineSettings): Promise<EngineHost> {
  const { log, observer, held } = settings;
  const { parts, close } = createEngineParts(config, {
    environment: options.environment ?? process.env,
    log,
    observer,
  });
  const engine = await openEmbedded(config, parts, { held, onEntries: options.onEntries });
  const drain = async (): Promise<void> => {
    await engine.drain();
    close();
  };
  return { engine, drain };
}

async function listen(server: FastifyInstance, { host, port }: Config["listen"]): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const { message } = cause as Error;
    throw new AutoFlowError("LISTEN_FAILED", `cannot listen on ${host}:${port}: ${message}`, { cause });
  }
}

/** Requests under way finish; whoever takes longer than this is cut off. */
const closeGraceMs = 5000;

async function closeServer(server: FastifyInstance): Promise<void> {
  const cutOff = setTimeout(() => server.server.closeAllConnections(), closeGraceMs);
  await server.close();
  clearTimeout(cutOff);
}
