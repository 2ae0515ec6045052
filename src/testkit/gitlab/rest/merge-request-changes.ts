/** What a merge request changes, what it closes, and who takes part */
import type { Issue } from "../model/issue.ts";
import type { User } from "../model/user.ts";
import { areRelated, commitsOf, issuesToClose } from "../operations/merge-requests.ts";
import { offsetPage } from "../paging/offset.ts";
import { issueView } from "../views/issue-view.ts";
import { commitView, diffView } from "../views/repository-view.ts";
import { isoTime } from "../views/times.ts";
import { basicUser } from "../views/user-view.ts";
import { get, ok, type Answer, type Call } from "./call.ts";
import { canSeeIssue, mergeRequestOf } from "./found.ts";
import { diffsOf, oneMergeRequest as one, whole } from "./found-merge-request.ts";

export const mergeRequestChangeRoutes = [
  get(`${one}/commits`, listCommits),
  get(`${one}/changes`, changes),
  get(`${one}/diffs`, (call) => offsetPage(call, diffsOf(mergeRequestOf(call)), diffView)),
  get(`${one}/raw_diffs`, rawDiffs),
  get(`${one}/versions`, versions),
  get(`${one}/closes_issues`, (call) => issues(call, issuesToClose(mergeRequestOf(call)))),
  get(`${one}/related_issues`, relatedIssues),
  get(`${one}/participants`, participants),
  get(`${one}/reviewers`, reviewers),
];

function listCommits(call: Call): Answer {
  const mergeRequest = mergeRequestOf(call);
  return offsetPage(call, commitsOf(mergeRequest), (commit) =>
    commitView(call.world, mergeRequest.sourceProject, commit),
  );
}

function changes(call: Call): Answer {
  const mergeRequest = mergeRequestOf(call);
  return ok({ ...whole(call, mergeRequest), changes: diffsOf(mergeRequest).map(diffView), overflow: false });
}

function rawDiffs(call: Call): Answer {
  const diffs = diffsOf(mergeRequestOf(call));
  return ok(
    diffs
      .map(
        ({ oldPath, newPath, diff }) =>
          `diff --git a/${oldPath} b/${newPath}\n--- a/${oldPath}\n+++ b/${newPath}\n${diff}`,
      )
      .join(""),
  );
}

function versions(call: Call): Answer {
  const { id, headSha, baseSha, startSha, updatedAt } = mergeRequestOf(call);
  const version = {
    id,
    head_commit_sha: headSha,
    base_commit_sha: baseSha,
    start_commit_sha: startSha,
    created_at: isoTime(updatedAt),
    merge_request_id: id,
    state: "collected",
    real_size: String(diffsOf(mergeRequestOf(call)).length),
    patch_id_sha: null,
  };
  return offsetPage(call, [version], (item) => item);
}

/** Of all projects, those that it closes among them. */
function relatedIssues(call: Call): Answer {
  const mergeRequest = mergeRequestOf(call);
  const found = [...call.world.issues.values()].filter((issue) => areRelated(issue, mergeRequest));
  return issues(
    call,
    found.toSorted((a, b) => a.id - b.id),
  );
}

function issues(call: Call, found: readonly Issue[]): Answer {
  const seen = found.filter((issue) => canSeeIssue(call.user, issue));
  return offsetPage(call, seen, (issue) => issueView(call.world, issue, { user: call.user, isInProject: true }));
}

function participants(call: Call): Answer {
  const { author, assignees, notes } = mergeRequestOf(call);
  const people = new Set<User>([
    author,
    ...assignees,
    ...notes.filter(({ isSystem }) => !isSystem).map((note) => note.author),
  ]);
  return ok([...people].map((user) => basicUser(call.world, user)));
}

function reviewers(call: Call): Answer {
  const mergeRequest = mergeRequestOf(call);
  return ok(
    mergeRequest.reviewers.map(({ user, state, createdAt }) => ({
      user: basicUser(call.world, user),
      state,
      created_at: isoTime(createdAt),
    })),
  );
}
