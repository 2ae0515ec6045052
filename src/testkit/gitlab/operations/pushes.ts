/** Moving branches and tags, and everything that follows from it. */
import { projectRole, roles } from "../model/access.ts";
import type { Project } from "../model/project.ts";
import { protectionOf, type Commit, type Tag } from "../model/repository.ts";
import { nextId, type Session } from "../model/world.ts";
import { emitMergeRequest } from "../webhooks/merge-request-body.ts";
import { emitPush, newCommits, type RefChange } from "../webhooks/push-body.ts";
import { recordActivity } from "./activities.ts";
import { compareBranches } from "./merge-requests.ts";
import { systemNote } from "./notes.ts";
import { createPipeline } from "./pipelines.ts";
import { Refusal } from "./refusal.ts";

/** Points a branch at a commit, or removes it; the first branch becomes the default branch, protected. */
export function moveBranch(session: Session, project: Project, name: string, after: string | undefined): void {
  const { repository } = project;
  const before = repository.branches.get(name);
  if (after === undefined) repository.branches.delete(name);
  else repository.branches.set(name, after);
  if (repository.defaultBranch === null && after !== undefined) makeDefault(session, project, name);
  const change: RefChange = { kind: "branch", name, before, after };
  recordPush(session, project, change);
  emitPush(session, project, change);
  if (after === undefined) return;
  updateMergeRequests(session, project, name, before);
  createPipeline(session, project, { ref: name, source: "push", beforeSha: before, isOptional: true });
}

function makeDefault({ world }: Session, { repository }: Project, name: string): void {
  repository.defaultBranch = name;
  if (protectionOf(repository, name) !== undefined) return;
  const rule = () => [{ id: nextId(world, "access rule"), level: roles.maintainer, user: undefined }];
  repository.protectedBranches.push({
    id: nextId(world, "protected branch"),
    name,
    pushRules: rule(),
    mergeRules: rule(),
    allowForcePush: false,
    codeOwnerApprovalRequired: false,
  });
}

export function moveTag(session: Session, project: Project, name: string, tag: Omit<Tag, "name"> | undefined): void {
  const { tags } = project.repository;
  const before = tags.get(name)?.sha;
  if (tag === undefined) tags.delete(name);
  else tags.set(name, { name, ...tag });
  const change: RefChange = { kind: "tag", name, before, after: tag?.sha, message: tag?.message ?? null };
  recordPush(session, project, change);
  emitPush(session, project, change);
  if (tag !== undefined) createPipeline(session, project, { ref: name, source: "push", isOptional: true });
}

function recordPush(session: Session, project: Project, change: RefChange): void {
  const commits = change.kind === "branch" ? newCommits(project, change) : [];
  const isNew = change.before === undefined;
  recordActivity(session, {
    project,
    action: change.after === undefined ? "deleted" : isNew ? "pushed new" : "pushed to",
    pushData: {
      commit_count: commits.length,
      action: change.after === undefined ? "removed" : isNew ? "created" : "pushed",
      ref_type: change.kind,
      commit_from: change.before ?? null,
      commit_to: change.after ?? null,
      ref: change.name,
      commit_title: commits.at(-1)?.message.split("\n", 1)[0] ?? null,
      ref_count: null,
    },
  });
}

/** Open merge requests of the branch get the new commits. */
function updateMergeRequests(session: Session, project: Project, branch: string, before: string | undefined): void {
  for (const mergeRequest of project.mergeRequests.values()) {
    const isOfBranch = mergeRequest.sourceProject === project && mergeRequest.sourceBranch === branch;
    if (!isOfBranch || mergeRequest.state !== "opened") continue;
    const was = { ...mergeRequest };
    compareBranches(mergeRequest);
    mergeRequest.updatedAt = session.world.now();
    systemNote(session, mergeRequest, `added commits to ${branch}`);
    emitMergeRequest(session, mergeRequest, {
      action: "update",
      before: was,
      ...(before !== undefined && { oldrev: before }),
    });
  }
}

/** The least role that may push to a branch, or merge into it; 60 where nobody may. */
export function roleToChange({ repository }: Project, branch: string, how: "pushRules" | "mergeRules"): number {
  const protection = protectionOf(repository, branch);
  if (protection === undefined) return roles.developer;
  const levels = protection[how].flatMap(({ level, user }) => (user === undefined && level > 0 ? [level] : []));
  return levels.length === 0 ? 60 : Math.min(...levels);
}

/** Throws 403 for who may not push to the branch. */
export function requirePush({ user }: Session, project: Project, branch: string): void {
  const protection = protectionOf(project.repository, branch);
  const isNamed = protection?.pushRules.some((rule) => rule.user === user) === true;
  if (isNamed || projectRole(user, project) >= roleToChange(project, branch, "pushRules")) return;
  throw new Refusal(403, { message: "You are not allowed to push into this branch" });
}

/** The commit that a branch begins at; undefined in an empty repository. */
export function headOf({ repository }: Project, branch: string): Commit | undefined {
  return repository.commits.get(repository.branches.get(branch) ?? "");
}
