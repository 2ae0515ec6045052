/** Merge requests of a seed. */
import type { Project } from "../model/project.ts";
import type { Session } from "../model/world.ts";
import { mergeNow } from "../operations/merge.ts";
import { approve, closeMergeRequest, createMergeRequest } from "../operations/merge-requests.ts";
import { authorSession, finish, plannedFields } from "./planned-fields.ts";
import type { SeedMergeRequest } from "./seed-schema.ts";
import { userNamed } from "./users.ts";

export function plantMergeRequests(
  session: Session,
  project: Project,
  mergeRequests: readonly SeedMergeRequest[],
): void {
  for (const given of mergeRequests) plantMergeRequest(session, project, given);
}

function plantMergeRequest(session: Session, project: Project, given: SeedMergeRequest): void {
  const author = authorSession(session, given.author);
  const mergeRequest = createMergeRequest(author, project, {
    ...plannedFields(session, project, given),
    title: given.title,
    description: given.description,
    iid: given.iid,
    sourceProject: project,
    sourceBranch: given.source_branch,
    targetBranch: given.target_branch ?? project.repository.defaultBranch ?? "main",
    reviewers: (given.reviewers ?? []).map((name) => userNamed(session.world, name)),
  });
  for (const name of given.approved_by ?? []) approve(authorSession(session, name), mergeRequest);
  if (given.state === "closed") closeMergeRequest(author, mergeRequest);
  if (given.state === "merged") mergeNow(session, mergeRequest);
  finish(session, mergeRequest, given);
}
