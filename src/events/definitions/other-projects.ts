/** Where a project's scripts find other projects: repositories on this machine first, then a GitLab instance. */
import { GitProjects } from "./git-projects.ts";
import type { OtherProjects } from "./project-files.ts";

/** Those of `folders` (by full path) are Git repositories on this machine; all others are as `rest` has them. */
export function combineProjects(folders: ReadonlyMap<string, string>, rest: OtherProjects): OtherProjects {
  const local = new GitProjects(folders);
  const of = (project: string): OtherProjects => (folders.has(project) ? local : rest);
  return {
    commitOf: (project, ref) => of(project).commitOf(project, ref),
    at: (project, commit) => of(project).at(project, commit),
  };
}
