/** --project-source GROUP/PROJECT=FOLDER, and where a command finds files of other projects. */
import path from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { isProjectPath } from "../core/source-path.ts";
import { GitProjects } from "../events/definitions/git-projects.ts";
import type { LibraryAccess } from "../events/definitions/libraries.ts";
import type { OtherProjects } from "../events/definitions/project-files.ts";
import { systemClock } from "../host/clock.ts";
import { createLibraryAccess } from "../server/library-access.ts";
import { readConfiguration, type ConfigOptions } from "./configuration.ts";

/** Absolute folders by the projects that they hold clones of. */
export type ProjectSources = Record<string, string>;

export function addProjectSourceOption(command: Command): Command {
  const option = new Option(
    "--project-source <project=folder>",
    "a Git repository on this machine where scripts find the files of another project; may be repeated",
  );
  return command.addOption(option.argParser(addProjectSource));
}

function addProjectSource(text: string, others: ProjectSources = {}): ProjectSources {
  const at = text.indexOf("=");
  const [project, folder] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (!isProjectPath(project) || folder === "") throw new InvalidArgumentError("Write it as GROUP/PROJECT=FOLDER.");
  return { ...others, [project]: path.resolve(folder) };
}

/**
 * The clones that were named, for what only looks at scripts: no server is asked, and no configuration of the folder is believed, which
 * may be anybody's. Undefined without any.
 */
export function openClones({ projectSource }: { projectSource?: ProjectSources }): LibraryAccess | undefined {
  if (projectSource === undefined) return undefined;
  return { others: new GitProjects(new Map(Object.entries(projectSource))), unlocked: "refuse" };
}

export interface LibraryOptions extends ConfigOptions {
  projectSource?: ProjectSources;
}

/**
 * What the scripts of a project (its key in the configuration) may load. The configuration is read when something of another project is
 * asked for; then CONFIG_INVALID may be thrown.
 */
export function openLibraryAccess(options: LibraryOptions = {}, project = "*"): LibraryAccess {
  let found: OtherProjects | undefined;
  const others = (): OtherProjects => (found ??= configured(options, project));
  return {
    others: {
      commitOf: async (name, ref) => others().commitOf(name, ref),
      at: (name, commit) => ({ read: async (file) => others().at(name, commit).read(file) }),
    },
    unlocked: "refuse",
  };
}

function configured(options: LibraryOptions, project: string): OtherProjects {
  const flags = { projects: { [project]: { project_sources: options.projectSource ?? {} } } };
  const { config } = readConfiguration(options, { flags });
  const { signal } = new AbortController();
  return createLibraryAccess(config, { unlocked: "refuse", clock: systemClock, signal })(project).others;
}
