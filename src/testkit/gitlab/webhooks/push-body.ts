/** Bodies of pushes of branches and tags. */
import type { Project } from "../model/project.ts";
import { history, protectionOf, type Commit } from "../model/repository.ts";
import type { Session, World } from "../model/world.ts";
import { sshUrl, projectUrl } from "../views/urls.ts";
import { hookCommit, hookProject, visibilityLevels } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { triggers } from "./triggers.ts";

export const noCommit = "0".repeat(40);

/** So many commits are listed; all are counted. */
const listedCommits = 20;

export interface RefChange {
  kind: "branch" | "tag";
  name: string;
  /** undefined: the ref is new. */
  before: string | undefined;
  /** undefined: the ref is gone. */
  after: string | undefined;
  /** An annotated tag's. */
  message?: string | null;
}

export function emitPush(session: Session, project: Project, change: RefChange): void {
  const trigger =
    change.kind === "branch" ? { ...triggers.push_events, branch: change.name } : triggers.tag_push_events;
  emit(session.world, project, trigger, () => pushBody(session, project, change));
}

export function pushBody({ world, user }: Session, project: Project, change: RefChange): Record<string, unknown> {
  const name = change.kind === "branch" ? "push" : "tag_push";
  const commits = change.kind === "branch" ? newCommits(project, change) : taggedCommits(project, change);
  const ref = `refs/${change.kind === "branch" ? "heads" : "tags"}/${change.name}`;
  return {
    object_kind: name,
    event_name: name,
    before: change.before ?? noCommit,
    after: change.after ?? noCommit,
    ref,
    ref_protected: change.kind === "branch" && protectionOf(project.repository, change.name) !== undefined,
    checkout_sha: change.after ?? null,
    message: change.message ?? null,
    user_id: user.id,
    user_name: user.name,
    user_username: user.username,
    user_email: user.publicEmail,
    user_avatar: user.avatarUrl,
    project_id: project.id,
    project: hookProject(world, project),
    commits: commits.slice(-listedCommits).map((commit) => pushedCommit(world, project, commit)),
    total_commits_count: commits.length,
    push_options: {},
    repository: {
      name: project.name,
      url: sshUrl(world, project),
      description: project.description,
      homepage: projectUrl(world, project),
      git_http_url: `${projectUrl(world, project)}.git`,
      git_ssh_url: sshUrl(world, project),
      visibility_level: visibilityLevels[project.visibility],
    },
  };
}

/** The commits that came with a push, oldest first; those of a new branch since the default branch. */
export function newCommits({ repository }: Project, { name, before, after }: RefChange): Commit[] {
  const head = after === undefined ? undefined : repository.commits.get(after);
  if (head === undefined) return [];
  const { defaultBranch, branches, commits } = repository;
  const known = before ?? (defaultBranch === null || defaultBranch === name ? undefined : branches.get(defaultBranch));
  const knownCommit = known === undefined ? undefined : commits.get(known);
  const seen = new Set(knownCommit === undefined ? [] : history(repository, knownCommit).map(({ sha }) => sha));
  return history(repository, head)
    .filter(({ sha }) => !seen.has(sha))
    .toReversed();
}

function taggedCommits({ repository }: Project, { after }: RefChange): Commit[] {
  const commit = after === undefined ? undefined : repository.commits.get(after);
  return commit === undefined ? [] : [commit];
}

function pushedCommit(world: World, project: Project, commit: Commit): Record<string, unknown> {
  const parent = project.repository.commits.get(commit.parents[0] ?? "")?.tree;
  const paths = [...commit.tree.keys()];
  return {
    ...hookCommit(world, project, commit),
    added: paths.filter((path) => parent?.has(path) !== true),
    modified: paths.filter(
      (path) => parent?.has(path) === true && parent.get(path)!.sha !== commit.tree.get(path)!.sha,
    ),
    removed: [...(parent?.keys() ?? [])].filter((path) => !commit.tree.has(path)),
  };
}
