/** Approvals of merge requests */
import { projectRole, roles } from "../model/access.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import { approve, unapprove } from "../operations/merge-requests.ts";
import { isoTime } from "../views/times.ts";
import { basicUser } from "../views/user-view.ts";
import { created, get, ok, post, sessionOf, type Answer, type Call } from "./call.ts";
import { mergeRequestOf } from "./found.ts";
import { mergeRequestForWriting, oneMergeRequest as one } from "./found-merge-request.ts";

export const mergeRequestApprovalRoutes = [
  post(`${one}/approve`, (call) => {
    const mergeRequest = mergeRequestForWriting(call);
    approve(sessionOf(call), mergeRequest);
    return created(approvals(call, mergeRequest));
  }),
  post(`${one}/unapprove`, (call) => {
    const mergeRequest = mergeRequestForWriting(call);
    unapprove(sessionOf(call), mergeRequest);
    return created(approvals(call, mergeRequest));
  }),
  get(`${one}/approvals`, (call) => ok(approvals(call, mergeRequestOf(call)))),
  get(`${one}/approval_state`, approvalState),
];

function approvals(call: Call, mergeRequest: MergeRequest): Record<string, unknown> {
  const { approvals: given, approvalsRequired } = mergeRequest;
  const isApproved = given.length >= approvalsRequired;
  return {
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    project_id: mergeRequest.project.id,
    title: mergeRequest.title,
    description: mergeRequest.description,
    state: mergeRequest.state,
    created_at: isoTime(mergeRequest.createdAt),
    updated_at: isoTime(mergeRequest.updatedAt),
    merge_status: "can_be_merged",
    approved: isApproved,
    approvals_required: approvalsRequired,
    approvals_left: Math.max(0, approvalsRequired - given.length),
    require_password_to_approve: false,
    approved_by: given.map(({ user, approvedAt }) => ({
      user: basicUser(call.world, user),
      approved_at: isoTime(approvedAt),
    })),
    suggested_approvers: [],
    approvers: [],
    approver_groups: [],
    user_has_approved: given.some(({ user }) => user === call.user),
    user_can_approve: call.user !== undefined && projectRole(call.user, mergeRequest.project) >= roles.developer,
    approval_rules_left: [],
    has_approval_rules: false,
    merge_request_approvers_available: true,
    multiple_approval_rules_available: true,
    invalid_approvers_rules: [],
  };
}

function approvalState(call: Call): Answer {
  const mergeRequest = mergeRequestOf(call);
  const { approvals: given, approvalsRequired } = mergeRequest;
  const rule = {
    id: mergeRequest.id,
    name: "All Members",
    rule_type: "any_approver",
    eligible_approvers: [],
    approvals_required: approvalsRequired,
    users: [],
    groups: [],
    contains_hidden_groups: false,
    approved_by: given.map(({ user }) => basicUser(call.world, user)),
    source_rule: null,
    approved: given.length >= approvalsRequired,
    overridden: false,
  };
  return ok({ approval_rules_overwritten: false, rules: [rule] });
}
