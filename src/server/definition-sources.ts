/** Keeps an engine's definitions what the configuration says: those of folders and of GitLab repositories. */
import type { DefinitionOrigin, ProjectConfig } from "../config/config.ts";
import type { DefinitionSources } from "../core/definition.ts";
import type { Engine } from "../core/engine.ts";
import type { NewEvent } from "../core/event.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { Diagnostic } from "../core/program.ts";
import type { DefinitionLanguage } from "../events/definitions/definition-language.ts";
import { type DefinitionSink, type DefinitionSource, scriptPath } from "../events/definitions/definition-source.ts";
import { FolderSource } from "../events/definitions/folder-source.ts";
import { GitLabClient } from "../events/definitions/gitlab-client.ts";
import { GitLabSource } from "../events/definitions/gitlab-source.ts";
import type { OutsideFiles } from "../events/definitions/project-definitions.ts";

export interface ProjectSources {
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
  /** Of a definition that the project is known to have, or may have. */
  path: string;
  message: string;
}

/** What became of sources that were handed to the engine. */
export interface DefinitionReport {
  definition: DefinitionSources;
  /** Absent when they did not compile. */
  imageHash?: string;
  problems: Diagnostic[];
  /** What the top level printed. */
  output: string[];
}

export interface ProjectSourcesOptions {
  engine: Engine;
  /** Told in place of the log. */
  onDefinition?: ((report: DefinitionReport) => void) | undefined;
  /** Told, in place of the log, which definitions of a project have gone, and how many are left. */
  onGone?: ((gone: string[], left: number) => void) | undefined;
  projects: ReadonlyMap<string, ProjectConfig>;
  languages: readonly DefinitionLanguage[];
  /** What the definitions of a project may load besides its own files; nothing when absent. */
  outside?: (project: string) => OutsideFiles;
  clock: Clock;
  log: Log;
}

export function createProjectSources(options: ProjectSourcesOptions): ProjectSources {
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
  { folder }: Extract<DefinitionOrigin, { kind: "folder" }>,
  options: ProjectSourcesOptions,
): FolderSource {
  const { languages, clock, log } = options;
  const outside = options.outside?.(project) ?? {};
  return new FolderSource({ folder, project, languages, outside, sink: sinkOf(options), clock, log });
}

function gitlabSource(
  project: string,
  { url, project: repository, ref, token }: Extract<DefinitionOrigin, { kind: "gitlab" }>,
  options: ProjectSourcesOptions,
): GitLabSource {
  const { languages, clock, log } = options;
  const client = new GitLabClient({ url, clock, ...(token !== undefined && { token }) });
  return new GitLabSource({
    client,
    project,
    languages,
    outside: options.outside?.(project) ?? {},
    sink: sinkOf(options),
    clock,
    log,
    ...(repository !== undefined && { repository }),
    ...(ref !== undefined && { ref }),
  });
}

/** Hands definitions to the engine and says what became of them. */
function sinkOf({ engine, log, onDefinition, onGone }: ProjectSourcesOptions): DefinitionSink {
  const tell = onDefinition ?? ((report) => logReport(log, report));
  return {
    put: async (definition) => {
      const result = await engine.putDefinition(definition);
      const problems = [...result.problems, ...shadowed(engine, definition)];
      tell({ definition, ...result, problems });
      return result.imageHash !== undefined;
    },
    retain: async (project, paths) => {
      const known = await engine.listDefinitions(project);
      const gone = known.map(({ path }) => path).filter((path) => !paths.includes(path));
      for (const path of gone) await engine.removeDefinition(project, path);
      if (onGone !== undefined) onGone(gone, paths.length);
      else if (gone.length > 0 || paths.length === 0) {
        log.info(paths.length === 0 ? "there are no definitions" : "definitions have gone", {
          project,
          gone,
          left: paths.length,
        });
      }
    },
  };
}

/** Words that begin other routes of the server. */
const takenWords = ["api", "healthz", "management", "metrics", "openapi.json", "readyz", "webhooks"];

/** A workflow whose id is a word of the server's own routes cannot be started by `POST /{id}`. */
function shadowed(engine: Engine, { project, sources: { entry } }: DefinitionSources): Diagnostic[] {
  const name = takenWords.find((word) =>
    engine.activeWorkflows(word).some((each) => each.project === project && each.path === entry),
  );
  if (name === undefined) return [];
  const message = `the id ${name} is a word of the server's own routes: start it under /api/orchestrator or /api/v1, or give it another id`;
  const where = { file: entry.replace(/#.*$/s, ""), line: 1, column: 1 };
  return [{ severity: "warning", code: "WORKFLOW_INVALID", message, where }];
}

function logReport(log: Log, { definition, imageHash, problems, output }: DefinitionReport): void {
  const { project, sources, commit } = definition;
  const about = { project, definition: sources.entry, ...(commit !== undefined && { commit }) };
  for (const line of output) log.info(line, { ...about, printedBy: "top level" });
  for (const { severity, code, message, where } of problems) {
    const place = `${where.file}:${where.line}:${where.column}`;
    log[severity === "error" ? "error" : "warn"](message, { ...about, code, place });
  }
  if (imageHash === undefined) log.error("it does not compile; the last version that did stays in use", about);
  else log.info("a definition is in use", { ...about, image: imageHash });
}
