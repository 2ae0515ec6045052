/** A merge request of the path, for who may change it, and as a whole */
import { projectRole, roles } from "../model/access.ts";
import { diffTrees, type FileDiff } from "../model/diff.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import { wholeMergeRequest } from "../views/merge-request-view.ts";
import { requireUser, type Call } from "./call.ts";
import { mergeRequestOf, requireRole } from "./found.ts";

export const oneMergeRequest = "/projects/:id/merge_requests/:merge_request_iid";

/** Developers and the author may change it. Throws 401, 403 or 404. */
export function mergeRequestForWriting(call: Call): MergeRequest {
  const mergeRequest = mergeRequestOf(call);
  if (mergeRequest.author !== requireUser(call))
    requireRole(call, projectRole(call.user, mergeRequest.project), roles.developer);
  return mergeRequest;
}

/** With all there is. */
export function whole(call: Call, mergeRequest: MergeRequest): Record<string, unknown> {
  return wholeMergeRequest(call.world, mergeRequest, call.user, diffsOf(mergeRequest).length);
}

/** What the source branch changed since it left the target. */
export function diffsOf({ sourceProject, baseSha, headSha }: MergeRequest): FileDiff[] {
  const { commits } = sourceProject.repository;
  const head = commits.get(headSha);
  return head === undefined ? [] : diffTrees(commits.get(baseSha)?.tree ?? new Map(), head.tree);
}
