/** Merging a merge request into its target branch. */
import { projectRole } from "../model/access.ts";
import { detailedMergeStatus, headsOf, mergeTrees } from "../model/mergeability.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Session } from "../model/world.ts";
import { addCommit } from "./commits.ts";
import { commitsOf, markMerged } from "./merge-requests.ts";
import { moveBranch, roleToChange } from "./pushes.ts";
import { Refusal, unauthorized } from "./refusal.ts";

export interface MergeOptions {
  message?: string | undefined;
  squashMessage?: string | undefined;
  squash?: boolean | undefined;
  removeSourceBranch?: boolean | undefined;
  /** What the caller believes is the head. */
  sha?: string | undefined;
}

/** Merges at once. Throws 401 for who may not, 405 for what cannot be merged now, 409 for another head, 422 for conflicts. */
export function mergeNow(session: Session, mergeRequest: MergeRequest, options: MergeOptions = {}): void {
  const { project, targetBranch, sourceBranch } = mergeRequest;
  if (projectRole(session.user, project) < roleToChange(project, targetBranch, "mergeRules")) throw unauthorized();
  const status = detailedMergeStatus(mergeRequest);
  if (status === "conflict") throw new Refusal(422, { message: "Branch cannot be merged" });
  if (status !== "mergeable") throw new Refusal(405, { message: "405 Method Not Allowed" });
  if (options.sha !== undefined && options.sha !== mergeRequest.headSha) {
    throw new Refusal(409, { message: `SHA does not match HEAD of source branch: ${mergeRequest.headSha}` });
  }
  const shas = commitMerge(session, mergeRequest, options);
  moveBranch(session, project, targetBranch, shas.head);
  markMerged(session, mergeRequest, shas);
  const removes = options.removeSourceBranch ?? mergeRequest.removeSourceBranch ?? false;
  const isThere = mergeRequest.sourceProject.repository.branches.has(sourceBranch);
  if (removes && isThere && sourceBranch !== project.repository.defaultBranch) {
    moveBranch(session, mergeRequest.sourceProject, sourceBranch, undefined);
  }
}

function commitMerge(
  session: Session,
  mergeRequest: MergeRequest,
  options: MergeOptions,
): { head: string; merge: string | null; squash: string | null } {
  const { source, target } = headsOf(mergeRequest)!;
  const { repository, settings } = mergeRequest.project;
  const tree = mergeTrees(mergeRequest) as Map<string, never>;
  const isSquash = options.squash ?? mergeRequest.squash;
  const isForward = settings.merge_method === "ff";
  if (isForward && !isSquash) return { head: source.sha, merge: null, squash: null };
  const squashed = isSquash
    ? addCommit(session, repository, {
        message: options.squashMessage ?? mergeRequest.title,
        parents: [target.sha],
        tree: new Map(tree),
      })
    : undefined;
  if (isForward) return { head: squashed!.sha, merge: null, squash: squashed!.sha };
  const merge = addCommit(session, repository, {
    message: options.message ?? mergeMessage(mergeRequest),
    parents: [target.sha, squashed?.sha ?? source.sha],
    tree: new Map(tree),
  });
  return { head: merge.sha, merge: merge.sha, squash: squashed?.sha ?? null };
}

/** The message of a merge commit, and what it closes. */
function mergeMessage(mergeRequest: MergeRequest): string {
  const { sourceBranch, targetBranch, title, project, iid } = mergeRequest;
  const first = commitsOf(mergeRequest).length > 0 ? `${title}\n\n` : "";
  return `Merge branch '${sourceBranch}' into '${targetBranch}'\n\n${first}See merge request ${project.fullPath}!${iid}`;
}
