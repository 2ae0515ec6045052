/** /projects/:id/merge_requests, /groups/:id/merge_requests and /merge_requests */
import { canReadCode, projectRole, roles } from "../model/access.ts";
import { projectsBelow } from "../model/group.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Project } from "../model/project.ts";
import { mergeNow } from "../operations/merge.ts";
import {
  closeMergeRequest,
  createMergeRequest,
  reopenMergeRequest,
  updateMergeRequest,
  type MergeRequestFields,
} from "../operations/merge-requests.ts";
import { createPipeline } from "../operations/pipelines.ts";
import { forbidden, unauthorized } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { applyQuickActions } from "../quick-actions/apply.ts";
import { separateQuickActions } from "../quick-actions/separate.ts";
import { mergeRequestView } from "../views/merge-request-view.ts";
import { basicPipeline } from "../views/pipeline-view.ts";
import {
  accepted,
  created,
  del,
  get,
  noContent,
  ok,
  post,
  put,
  requireUser,
  sessionOf,
  type Answer,
  type Call,
} from "./call.ts";
import { findProject, groupOfCall, mergeRequestOf, projectOf, requireRole } from "./found.ts";
import { mergeRequestForWriting, oneMergeRequest as one, whole } from "./found-merge-request.ts";
import { assigneesOf, labelsOf, milestoneOf } from "./planning.ts";
import { filterMergeRequests } from "./merge-request-filters.ts";
import {
  bool,
  clearable,
  integer,
  integers,
  names,
  oneOf,
  optional,
  params,
  required,
  requireOneOf,
  text,
} from "./params.ts";

export const mergeRequestRoutes = [
  get("/merge_requests", listAll),
  get("/groups/:id/merge_requests", (call) => {
    const projects = projectsBelow(groupOfCall(call)).filter((project) => canReadCode(call.user, project));
    return paged(
      call,
      projects.flatMap((project) => [...project.mergeRequests.values()]),
      call.input,
      false,
    );
  }),
  get("/projects/:id/merge_requests", listOfProject),
  post("/projects/:id/merge_requests", create),
  get(one, (call) => ok(whole(call, mergeRequestOf(call)))),
  put(one, update),
  del(one, remove),
  put(`${one}/merge`, merge),
  post(`${one}/cancel_merge_when_pipeline_succeeds`, cancelAutoMerge),
  put(`${one}/rebase`, rebase),
  get(`${one}/pipelines`, (call) =>
    offsetPage(call, mergeRequestOf(call).pipelines.toReversed(), (pipeline) => basicPipeline(call.world, pipeline)),
  ),
  post(`${one}/pipelines`, startPipeline),
];

function listAll(call: Call): Answer {
  requireUser(call);
  const seen = [...call.world.mergeRequests.values()].filter(({ project }) => canReadCode(call.user, project));
  return paged(call, seen, { scope: "created_by_me", ...call.input }, false);
}

function listOfProject(call: Call): Answer {
  const project = projectOf(call);
  if (!canReadCode(call.user, project)) throw forbidden();
  return paged(call, [...project.mergeRequests.values()], call.input, true);
}

function paged(call: Call, all: MergeRequest[], input: Record<string, unknown>, isInProject: boolean): Answer {
  const wanted = filterMergeRequests(call.world, all, input, call.user);
  const withLabelsDetails = bool.parse(input["with_labels_details"]) === true;
  return offsetPage(call, wanted, (item) => mergeRequestView(call.world, item, { withLabelsDetails, isInProject }));
}

const shared = {
  description: clearable(text),
  assignee_id: clearable(integer),
  assignee_ids: optional(integers),
  reviewer_ids: optional(integers),
  labels: optional(names),
  add_labels: optional(names),
  remove_labels: optional(names),
  milestone_id: clearable(integer),
  remove_source_branch: optional(bool),
  allow_collaboration: optional(bool),
  squash: optional(bool),
};

const createParams = params({
  title: required(text),
  source_branch: required(text),
  target_branch: required(text),
  target_project_id: optional(integer),
  approvals_before_merge: optional(integer),
  ...shared,
});

function create(call: Call): Answer {
  const session = sessionOf(call);
  const source = projectOf(call);
  const given = createParams(call.input);
  const project = given.target_project_id === undefined ? source : findProject(call, String(given.target_project_id));
  if (!project.settings.merge_requests_enabled) throw forbidden();
  requireRole(call, projectRole(call.user, source), roles.developer);
  const { text: description, actions } = separateQuickActions(given.description ?? null);
  const mergeRequest = createMergeRequest(session, project, {
    ...fieldsOf(call, project, given, []),
    title: given.title,
    description,
    sourceProject: source,
    sourceBranch: given.source_branch,
    targetBranch: given.target_branch,
    approvalsRequired: given.approvals_before_merge,
  });
  applyQuickActions(session, mergeRequest, actions);
  return created(whole(call, mergeRequest));
}

type SharedGiven = Pick<ReturnType<typeof createParams>, keyof typeof shared>;

function fieldsOf(
  call: Call,
  project: Project,
  given: SharedGiven,
  present: MergeRequest["labels"],
): MergeRequestFields {
  return {
    description: given.description,
    assignees: assigneesOf(call, project, given.assignee_ids, given.assignee_id),
    reviewers: assigneesOf(call, project, given.reviewer_ids, undefined),
    labels: labelsOf(call, project, given, present),
    milestone: milestoneOf(project, given.milestone_id),
    removeSourceBranch: given.remove_source_branch,
    allowCollaboration: given.allow_collaboration,
    squash: given.squash,
  };
}

const updateParams = params({
  title: optional(text),
  target_branch: optional(text),
  state_event: optional(oneOf("close", "reopen")),
  discussion_locked: optional(bool),
  ...shared,
});

function update(call: Call): Answer {
  const mergeRequest = mergeRequestForWriting(call);
  const session = sessionOf(call);
  const given = updateParams(call.input);
  requireOneOf(call.input, [
    "assignee_id",
    "assignee_ids",
    "reviewer_ids",
    "description",
    "labels",
    "add_labels",
    "remove_labels",
    "milestone_id",
    "remove_source_branch",
    "allow_collaboration",
    "squash",
    "state_event",
    "target_branch",
    "title",
    "discussion_locked",
  ]);
  if (given.state_event === "close") closeMergeRequest(session, mergeRequest);
  if (given.state_event === "reopen") reopenMergeRequest(session, mergeRequest);
  const fields = {
    ...fieldsOf(call, mergeRequest.project, given, mergeRequest.labels),
    title: given.title,
    targetBranch: given.target_branch,
    discussionLocked: given.discussion_locked,
  };
  if (Object.values(fields).some((value) => value !== undefined)) updateMergeRequest(session, mergeRequest, fields);
  return ok(whole(call, mergeRequest));
}

function remove(call: Call): Answer {
  const mergeRequest = mergeRequestOf(call);
  requireRole(call, projectRole(call.user, mergeRequest.project), roles.owner);
  mergeRequest.project.mergeRequests.delete(mergeRequest.iid);
  call.world.mergeRequests.delete(mergeRequest.id);
  return noContent();
}

const mergeParams = params({
  merge_commit_message: optional(text),
  squash_commit_message: optional(text),
  squash: optional(bool),
  should_remove_source_branch: optional(bool),
  merge_when_pipeline_succeeds: optional(bool),
  auto_merge: optional(bool),
  sha: optional(text),
});

function merge(call: Call): Answer {
  const mergeRequest = mergeRequestOf(call);
  const session = sessionOf(call);
  const given = mergeParams(call.input);
  const isLater = given.merge_when_pipeline_succeeds === true || given.auto_merge === true;
  const pipeline = mergeRequest.pipelines.at(-1);
  if (isLater && (pipeline?.status === "running" || pipeline?.status === "pending" || pipeline?.status === "created")) {
    mergeRequest.mergeWhenPipelineSucceeds = true;
    mergeRequest.autoMergeUser = session.user;
    return ok(whole(call, mergeRequest));
  }
  mergeNow(session, mergeRequest, {
    message: given.merge_commit_message,
    squashMessage: given.squash_commit_message,
    squash: given.squash,
    removeSourceBranch: given.should_remove_source_branch,
    sha: given.sha,
  });
  return ok(whole(call, mergeRequest));
}

function cancelAutoMerge(call: Call): Answer {
  const mergeRequest = mergeRequestForWriting(call);
  if (!mergeRequest.mergeWhenPipelineSucceeds) throw unauthorized();
  mergeRequest.mergeWhenPipelineSucceeds = false;
  mergeRequest.autoMergeUser = undefined;
  return created(whole(call, mergeRequest));
}

function rebase(call: Call): Answer {
  mergeRequestForWriting(call);
  return accepted({ rebase_in_progress: true });
}

function startPipeline(call: Call): Answer {
  const mergeRequest = mergeRequestForWriting(call);
  const pipeline = createPipeline(sessionOf(call), mergeRequest.sourceProject, {
    ref: mergeRequest.sourceBranch,
    source: "merge_request_event",
    mergeRequestIid: mergeRequest.iid,
  });
  return created(basicPipeline(call.world, pipeline!));
}
