/** Where the scripts of each project find files of other projects, as the configuration says. */
import type { Config } from "../config/config.ts";
import { createProjectLookup } from "../config/project-values.ts";
import { AutoFlowError } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";
import { GitLabClient } from "../events/definitions/gitlab-client.ts";
import { GitLabProjects } from "../events/definitions/gitlab-projects.ts";
import type { LibraryAccess } from "../events/definitions/libraries.ts";
import { combineProjects } from "../events/definitions/other-projects.ts";
import type { OtherProjects } from "../events/definitions/project-files.ts";

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
 * For a project's key: its `project_sources` first, then the GitLab instance that its script is read from, with the project's own
 * token. The token of `gitlab`, which many projects may have, only reads `gitlab.shared_projects`: whoever writes the scripts of one
 * project must not see what another one's may. A script in a folder has the instance of `gitlab`.
 */
export function createLibraryAccess(
  config: Pick<Config, "projects" | "gitlab">,
  { unlocked, clock, signal }: LibraryAccessOptions,
): (project: string) => LibraryAccess {
  const lookUp = createProjectLookup(config.projects);
  return (project) => {
    const { script, projectSources } = lookUp(project);
    const { url, token, sharesToken } = script?.kind === "gitlab" ? script : { ...config.gitlab, sharesToken: true };
    const common = { url, clock, timeoutMs, maxAttempts };
    const asAnybody = new GitLabProjects(new GitLabClient(common), signal);
    let others: OtherProjects = asAnybody;
    if (token !== undefined) {
      const withToken = new GitLabProjects(new GitLabClient({ ...common, token }), signal);
      others = sharesToken ? onlyShared(config.gitlab.sharedProjects, withToken, asAnybody) : withToken;
    }
    const folders = new Map(Object.entries(projectSources ?? {}));
    return { others: combineProjects(folders, others), unlocked };
  };
}

/** What is shared is read with the common token, all else without it. */
function onlyShared(shared: readonly string[], withToken: OtherProjects, asAnybody: OtherProjects): OtherProjects {
  const isShared = (project: string): boolean => shared.some((pattern) => covers(pattern, project));
  return {
    at: (project, commit) => (isShared(project) ? withToken : asAnybody).at(project, commit),
    commitOf: async (project, ref) => {
      if (isShared(project)) return withToken.commitOf(project, ref);
      return asAnybody.commitOf(project, ref).catch((error: unknown) => {
        if (!(error instanceof AutoFlowError) || error.code !== "SCRIPT_SOURCE_UNAVAILABLE") throw error;
        throw new AutoFlowError(error.code, error.message, {
          hint: `The token of gitlab is not used for it: add it to gitlab.shared_projects, or give the script's project a token of its own.`,
          cause: error,
        });
      });
    },
  };
}

/** `group/*` covers all projects below a group. Paths of GitLab do not tell upper case from lower. */
function covers(pattern: string, project: string): boolean {
  const [wanted, path] = [pattern.toLowerCase(), project.toLowerCase()];
  return wanted.endsWith("/*") ? path.startsWith(wanted.slice(0, -1)) : path === wanted;
}
