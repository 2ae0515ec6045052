/** Commits, branches, tags, files and diffs as REST answers show them. */
import { hash } from "node:crypto";
import { projectRole, roles } from "../model/access.ts";
import type { FileDiff } from "../model/diff.ts";
import type { Project } from "../model/project.ts";
import {
  protectionOf,
  type AccessRule,
  type Blob,
  type Commit,
  type ProtectedBranch,
  type Tag,
} from "../model/repository.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { roleToChange } from "../operations/pushes.ts";
import { isoTime } from "./times.ts";
import { commitUrl, projectUrl } from "./urls.ts";

export function commitView(world: World, project: Project, commit: Commit): Record<string, unknown> {
  return {
    id: commit.sha,
    short_id: commit.sha.slice(0, 8),
    created_at: offsetTime(commit.committedAt),
    parent_ids: [...commit.parents],
    title: commit.message.split("\n", 1)[0],
    message: commit.message,
    author_name: commit.authorName,
    author_email: commit.authorEmail,
    authored_date: offsetTime(commit.authoredAt),
    committer_name: commit.committerName,
    committer_email: commit.committerEmail,
    committed_date: offsetTime(commit.committedAt),
    trailers: {},
    extended_trailers: {},
    web_url: commitUrl(world, project, commit.sha),
  };
}

function offsetTime(ms: number): string {
  return isoTime(ms).replace("Z", "+00:00");
}

/** How many lines came and went. */
export function commitStats(diffs: readonly FileDiff[]): Record<string, number> {
  let [additions, deletions] = [0, 0];
  for (const { diff } of diffs) {
    for (const line of diff.split("\n")) {
      if (line.startsWith("+")) additions++;
      else if (line.startsWith("-")) deletions++;
    }
  }
  return { additions, deletions, total: additions + deletions };
}

export function diffView(diff: FileDiff): Record<string, unknown> {
  return {
    diff: diff.diff,
    collapsed: false,
    too_large: false,
    new_path: diff.newPath,
    old_path: diff.oldPath,
    a_mode: diff.oldMode,
    b_mode: diff.newMode,
    new_file: diff.isNew,
    renamed_file: diff.isRenamed,
    deleted_file: diff.isDeleted,
    generated_file: false,
  };
}

export function branchView(
  world: World,
  project: Project,
  name: string,
  user: User | undefined,
): Record<string, unknown> {
  const { repository } = project;
  const commit = repository.commits.get(repository.branches.get(name)!)!;
  const protection = protectionOf(repository, name);
  return {
    name,
    commit: commitView(world, project, commit),
    merged: isMerged(project, name),
    protected: protection !== undefined,
    developers_can_push: protection?.pushRules.some(({ level }) => level === roles.developer) ?? false,
    developers_can_merge: protection?.mergeRules.some(({ level }) => level === roles.developer) ?? false,
    can_push: projectRole(user, project) >= roleToChange(project, name, "pushRules"),
    default: name === repository.defaultBranch,
    web_url: `${projectUrl(world, project)}/-/tree/${name}`,
  };
}

/** Whether the default branch has its newest commit. */
function isMerged({ repository }: Project, name: string): boolean {
  const { defaultBranch, branches, commits } = repository;
  if (defaultBranch === null || defaultBranch === name) return false;
  const wanted = branches.get(name)!;
  const waiting = [branches.get(defaultBranch)];
  const seen = new Set<string>();
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    if (sha === wanted) return true;
    if (seen.has(sha)) continue;
    seen.add(sha);
    waiting.push(...(commits.get(sha)?.parents ?? []));
  }
  return false;
}

export function tagView(world: World, project: Project, tag: Tag): Record<string, unknown> {
  const release = project.releases.get(tag.name);
  return {
    name: tag.name,
    message: tag.message ?? "",
    target: tag.sha,
    commit: commitView(world, project, project.repository.commits.get(tag.sha)!),
    release: release === undefined ? null : { tag_name: tag.name, description: release.description },
    protected: tag.isProtected,
    created_at: tag.message === null ? null : isoTime(tag.createdAt),
  };
}

export function protectedBranchView(branch: ProtectedBranch): Record<string, unknown> {
  return {
    id: branch.id,
    name: branch.name,
    push_access_levels: branch.pushRules.map(ruleView),
    merge_access_levels: branch.mergeRules.map(ruleView),
    allow_force_push: branch.allowForcePush,
    unprotect_access_levels: [],
    code_owner_approval_required: branch.codeOwnerApprovalRequired,
    inherited: false,
  };
}

function ruleView({ id, level, user }: AccessRule): Record<string, unknown> {
  return {
    id,
    access_level: user === undefined ? level : roles.maintainer,
    access_level_description: user?.name ?? levelText(level),
    deploy_key_id: null,
    user_id: user?.id ?? null,
    group_id: null,
  };
}

function levelText(level: number): string {
  if (level === 0) return "No one";
  return level === roles.developer
    ? "Developers + Maintainers"
    : level === roles.maintainer
      ? "Maintainers"
      : "Administrators";
}

/** A file with its content in base64. */
export function fileView(path: string, ref: string, commit: Commit, blob: Blob): Record<string, unknown> {
  return {
    ...fileFacts(path, ref, commit, blob),
    encoding: "base64",
    content: Buffer.from(blob.content).toString("base64"),
  };
}

/** What is known of a file beside its content. */
export function fileFacts(path: string, ref: string, commit: Commit, blob: Blob): Record<string, unknown> {
  return {
    file_name: path.slice(path.lastIndexOf("/") + 1),
    file_path: path,
    size: blob.content.length,
    encoding: "base64",
    content_sha256: hash("sha256", blob.content, "hex"),
    ref,
    blob_id: blob.sha,
    commit_id: commit.sha,
    last_commit_id: blob.lastCommit,
    execute_filemode: blob.isExecutable,
  };
}
