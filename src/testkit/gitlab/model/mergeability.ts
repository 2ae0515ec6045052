/** Whether a merge request can be merged, and how a merge would come out. */
import { headPipeline, isDraft, type MergeRequest } from "./merge-request.ts";
import { mergeBase, type Blob, type Commit } from "./repository.ts";

/** GitLab's word for why it can or cannot be merged now. */
export function detailedMergeStatus(mergeRequest: MergeRequest): string {
  const { project, state, title, approvals, approvalsRequired } = mergeRequest;
  if (state !== "opened") return "not_open";
  if (isDraft(title)) return "draft_status";
  const heads = headsOf(mergeRequest);
  if (heads === undefined || heads.source.sha === heads.target.sha) return "commits_status";
  if (mergeTrees(mergeRequest) === "conflict") return "conflict";
  if (project.settings.only_allow_merge_if_pipeline_succeeds) {
    const status = headPipeline(mergeRequest)?.status;
    const isFine =
      status === "success" || (status === "skipped" && project.settings.allow_merge_on_skipped_pipeline === true);
    if (!isFine) return status === "running" || status === "pending" ? "ci_still_running" : "ci_must_pass";
  }
  if (project.settings.only_allow_merge_if_all_discussions_are_resolved && !areThreadsResolved(mergeRequest)) {
    return "discussions_not_resolved";
  }
  if (approvals.length < approvalsRequired) return "not_approved";
  return "mergeable";
}

/** Whether every thread that can be resolved is. */
export function areThreadsResolved({ notes }: MergeRequest): boolean {
  return notes.every(({ isResolvable, resolvedAt }) => !isResolvable || resolvedAt !== null);
}

/** The newest commits of both branches; undefined when a branch is gone. */
export function headsOf(mergeRequest: MergeRequest): { source: Commit; target: Commit } | undefined {
  const { project, sourceProject, sourceBranch, targetBranch, headSha } = mergeRequest;
  const sourceSha = sourceProject.repository.branches.get(sourceBranch) ?? headSha;
  const source = sourceProject.repository.commits.get(sourceSha);
  const target = project.repository.commits.get(project.repository.branches.get(targetBranch) ?? "");
  return source === undefined || target === undefined ? undefined : { source, target };
}

/** The tree that a merge of both branches has; both changed the same file in other ways: "conflict". */
export function mergeTrees(mergeRequest: MergeRequest): Map<string, Blob> | "conflict" | undefined {
  const heads = headsOf(mergeRequest);
  if (heads === undefined) return undefined;
  const { source, target } = heads;
  const { repository } = mergeRequest.sourceProject;
  const base = mergeBase(repository, source, target)?.tree ?? new Map<string, Blob>();
  const merged = new Map(target.tree);
  for (const path of new Set([...base.keys(), ...source.tree.keys()])) {
    const [was, theirs, ours] = [base.get(path)?.sha, source.tree.get(path), target.tree.get(path)?.sha];
    if (theirs?.sha === was || theirs?.sha === ours) continue;
    if (ours !== was) return "conflict";
    if (theirs === undefined) merged.delete(path);
    else merged.set(path, theirs);
  }
  return merged;
}
