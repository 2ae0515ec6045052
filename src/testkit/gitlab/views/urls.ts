/** Where things are on the simulated instance. */
import type { Epic } from "../model/epic.ts";
import type { Group } from "../model/group.ts";
import type { Issue } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Milestone } from "../model/milestone.ts";
import type { Noteable } from "../model/note.ts";
import type { Project } from "../model/project.ts";
import type { World } from "../model/world.ts";

export function projectUrl(world: World, project: Project): string {
  return `${world.url}/${project.fullPath}`;
}

export function groupUrl(world: World, group: Group): string {
  return `${world.url}/groups/${group.fullPath}`;
}

export function issueUrl(world: World, issue: Issue): string {
  const collection = issue.type === "task" ? "work_items" : issue.type === "incident" ? "issues/incident" : "issues";
  return `${projectUrl(world, issue.project)}/-/${collection}/${issue.iid}`;
}

export function mergeRequestUrl(world: World, { project, iid }: MergeRequest): string {
  return `${projectUrl(world, project)}/-/merge_requests/${iid}`;
}

export function epicUrl(world: World, { group, iid }: Epic): string {
  return `${groupUrl(world, group)}/-/epics/${iid}`;
}

export function milestoneUrl(world: World, { owner, iid }: Milestone): string {
  const base = owner.kind === "group" ? groupUrl(world, owner) : projectUrl(world, owner);
  return `${base}/-/milestones/${iid}`;
}

export function commitUrl(world: World, project: Project, sha: string): string {
  return `${projectUrl(world, project)}/-/commit/${sha}`;
}

export function noteableUrl(world: World, noteable: Noteable): string {
  switch (noteable.kind) {
    case "Issue":
      return issueUrl(world, noteable);
    case "MergeRequest":
      return mergeRequestUrl(world, noteable);
    case "Epic":
      return epicUrl(world, noteable);
    case "Commit":
      return commitUrl(world, noteable.project, noteable.commit.sha);
  }
}

/** `git@gitlab.example.com:atlas/beacon.git` */
export function sshUrl(world: World, project: Project): string {
  return `git@${world.host}:${project.fullPath}.git`;
}

/** An address below /api/v4. */
export function apiUrl(world: World, path: string): string {
  return `${world.url}/api/v4/${path}`;
}
