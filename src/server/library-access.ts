/** Where the scripts of each project find files of other projects, as the configuration says. */
import type { Config } from "../config/config.ts";
import { createProjectLookup } from "../config/project-values.ts";
import type { Clock } from "../core/ports.ts";
import { GitLabClient } from "../events/definitions/gitlab-client.ts";
import { GitLabProjects } from "../events/definitions/gitlab-projects.ts";
import type { LibraryAccess } from "../events/definitions/libraries.ts";
import { combineProjects } from "../events/definitions/other-projects.ts";

export interface LibraryAccessOptions {
  unlocked: LibraryAccess["unlocked"];
  clock: Clock;
  /** Ends requests that are under way. */
  signal: AbortSignal;
}

/** A server that starts, and somebody who saves a script, wait for an answer. */
const timeoutMs = 5000;
const maxAttempts = 2;

/**
 * For a project's key: its `project_sources` first, then the GitLab instance that its script is read from, with the same token, so
 * that a script reads nothing that its project's token cannot read. A script in a folder has the instance of `gitlab`.
 */
export function createLibraryAccess(
  config: Pick<Config, "projects" | "gitlab">,
  { unlocked, clock, signal }: LibraryAccessOptions,
): (project: string) => LibraryAccess {
  const lookUp = createProjectLookup(config.projects);
  return (project) => {
    const { script, projectSources } = lookUp(project);
    const { url, token } = script?.kind === "gitlab" ? script : config.gitlab;
    const client = new GitLabClient({ url, clock, timeoutMs, maxAttempts, ...(token !== undefined && { token }) });
    const folders = new Map(Object.entries(projectSources ?? {}));
    return { others: combineProjects(folders, new GitLabProjects(client, signal)), unlocked };
  };
}
