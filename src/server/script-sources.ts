/** Keeps an engine's definitions what the configuration says: the scripts of folders and of GitLab repositories. */
import type { ProjectConfig, ScriptOrigin } from "../config/config.ts";
import type { DefinitionSources } from "../core/definition.ts";
import type { Engine } from "../core/engine.ts";
import type { NewEvent } from "../core/event.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { Diagnostic, Program } from "../core/program.ts";
import { scriptPath, type DefinitionSource } from "../events/definitions/definition-source.ts";
import { FolderSource } from "../events/definitions/folder-source.ts";
import { GitLabClient } from "../events/definitions/gitlab-client.ts";
import { GitLabSource } from "../events/definitions/gitlab-source.ts";
import type { LibraryAccess } from "../events/definitions/libraries.ts";

export interface ScriptSources {
  /**
   * Removes what is not configured any more and follows what is. Resolves when the folders have been read; GitLab may take its
   * time, and what it gave last stays in use.
   */
  start: () => Promise<void>;
  /** Call with events that were accepted: a push is a reason to look at the repository. Returns without waiting. */
  notice: (event: NewEvent) => void;
  /** The projects whose repository could not be read when it was looked at last. */
  problems: () => SourceProblem[];
  stop: () => Promise<void>;
}

export interface SourceProblem {
  project: string;
  /** Of the script inside the project. */
  path: string;
  message: string;
}

/** What became of sources that were handed to the engine. */
export interface ScriptReport {
  definition: DefinitionSources;
  /** Absent when they did not compile. */
  imageHash?: string;
  problems: Diagnostic[];
  /** What the top level printed. */
  output: string[];
}

export interface ScriptSourcesOptions {
  engine: Engine;
  /** Told in place of the log. */
  onScript?: ((report: ScriptReport) => void) | undefined;
  /** Told the path where a project has no script, or none any more. */
  onNoScript?: ((path: string) => void) | undefined;
  projects: ReadonlyMap<string, ProjectConfig>;
  /** What the scripts of a project may load besides its own files; nothing when absent. */
  libraries?: (project: string) => LibraryAccess;
  program: Program;
  clock: Clock;
  log: Log;
}

export function createScriptSources(options: ScriptSourcesOptions): ScriptSources {
  const { engine, projects } = options;
  const folders: FolderSource[] = [];
  const repositories = new Map<string, GitLabSource>();
  for (const [project, { script }] of projects) {
    if (script?.kind === "folder") folders.push(folderSource(project, script, options));
    if (script?.kind === "gitlab") repositories.set(project, gitlabSource(project, script, options));
  }

  async function start(): Promise<void> {
    await removeOthers(engine, projects);
    for (const source of folders) await source.start();
    for (const source of repositories.values()) void source.start();
  }

  function notice(event: NewEvent): void {
    for (const source of repositories.values()) source.notice(event);
  }

  async function stop(): Promise<void> {
    await Promise.all([...folders, ...repositories.values()].map((source: DefinitionSource) => source.stop()));
  }

  function problems(): SourceProblem[] {
    return [...repositories].flatMap(([project, { problem }]) =>
      problem === undefined ? [] : [{ project, path: scriptPath, message: problem }],
    );
  }

  return { start, notice, problems, stop };
}

/** What is in the store from an earlier configuration would go on reacting to events. */
async function removeOthers(engine: Engine, projects: ReadonlyMap<string, ProjectConfig>): Promise<void> {
  for (const { project, path } of await engine.listDefinitions()) {
    if (projects.get(project)?.script === undefined) await engine.removeDefinition(project, path);
  }
}

function folderSource(
  project: string,
  { folder }: Extract<ScriptOrigin, { kind: "folder" }>,
  options: ScriptSourcesOptions,
): FolderSource {
  const { program, clock, log, libraries } = options;
  const access = libraries?.(project);
  const more = access === undefined ? {} : { libraries: access };
  return new FolderSource({ folder, project, program, sink: sinkOf(options), clock, log, ...more });
}

function gitlabSource(
  project: string,
  { url, project: repository, ref, token }: Extract<ScriptOrigin, { kind: "gitlab" }>,
  options: ScriptSourcesOptions,
): GitLabSource {
  const { program, clock, log, libraries } = options;
  const access = libraries?.(project);
  const client = new GitLabClient({ url, clock, ...(token !== undefined && { token }) });
  return new GitLabSource({
    client,
    project,
    program,
    sink: sinkOf(options),
    clock,
    log,
    ...(repository !== undefined && { repository }),
    ...(ref !== undefined && { ref }),
    ...(access !== undefined && { libraries: access }),
  });
}

/** Hands scripts to the engine and says what became of them. */
function sinkOf({
  engine,
  log,
  onScript = (report) => logReport(log, report),
  onNoScript,
}: ScriptSourcesOptions): ConstructorParameters<typeof FolderSource>[0]["sink"] {
  return {
    put: async (definition) => onScript({ definition, ...(await engine.putDefinition(definition)) }),
    remove: (project, path) => {
      onNoScript?.(path);
      return engine.removeDefinition(project, path);
    },
  };
}

function logReport(log: Log, { definition, imageHash, problems, output }: ScriptReport): void {
  const { project, sources, commit } = definition;
  const about = { project, script: sources.entry, ...(commit !== undefined && { commit }) };
  for (const line of output) log.info(line, { ...about, printedBy: "top level" });
  for (const { severity, code, message, where } of problems) {
    const place = `${where.file}:${where.line}:${where.column}`;
    log[severity === "error" ? "error" : "warn"](message, { ...about, code, place });
  }
  if (imageHash === undefined) log.error("the script does not compile; the last version that did stays in use", about);
  else log.info("the script is in use", { ...about, image: imageHash });
}
