/** Links between issues, and merge requests that have to do with them */
import { canReadCode, projectRole, roles } from "../model/access.ts";
import { linkTypes, type Issue, type IssueLink } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import { linkIssues, unlinkIssues } from "../operations/issue-links.ts";
import { areRelated, issuesToClose } from "../operations/merge-requests.ts";
import { notFound } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { issueView } from "../views/issue-view.ts";
import { mergeRequestView } from "../views/merge-request-view.ts";
import { isoTime } from "../views/times.ts";
import { created, del, get, ok, post, sessionOf, type Answer, type Call } from "./call.ts";
import { canSeeIssue, findProject, issueOf, numberOf, requireRole } from "./found.ts";
import { integer, oneOf, optional, params, required, text } from "./params.ts";

const one = "/projects/:id/issues/:issue_iid";

export const issueLinkRoutes = [
  get(`${one}/links`, list),
  post(`${one}/links`, create),
  get(`${one}/links/:issue_link_id`, (call) => ok(linkView(call, linkOf(call, issueOf(call))))),
  del(`${one}/links/:issue_link_id`, remove),
  get(`${one}/related_merge_requests`, (call) => mergeRequests(call, areRelated)),
  get(`${one}/closed_by`, (call) => mergeRequests(call, (issue, item) => issuesToClose(item).includes(issue))),
];

function list(call: Call): Answer {
  const issue = issueOf(call);
  const seen = issue.links.filter((link) => canSeeIssue(call.user, otherOf(link, issue)));
  return offsetPage(call, seen, (link) => ({
    ...issueView(call.world, otherOf(link, issue), { user: call.user }),
    issue_link_id: link.id,
    link_type: typeFrom(link, issue),
    link_created_at: isoTime(link.createdAt),
    link_updated_at: isoTime(link.updatedAt),
  }));
}

function otherOf({ source, target }: IssueLink, issue: Issue): Issue {
  return source === issue ? target : source;
}

function typeFrom({ source, type }: IssueLink, issue: Issue): string {
  return type === "blocks" && source !== issue ? "is_blocked_by" : type;
}

const createParams = params({
  target_project_id: required(text),
  target_issue_iid: required(integer),
  link_type: optional(oneOf(...linkTypes)),
});

function create(call: Call): Answer {
  const issue = issueOf(call);
  const session = sessionOf(call);
  requireRole(call, projectRole(call.user, issue.project), roles.guest);
  const given = createParams(call.input);
  const target = findProject(call, given.target_project_id).issues.get(given.target_issue_iid);
  if (target === undefined || target === issue || !canSeeIssue(call.user, target)) {
    throw notFound("No matching issue found. Make sure that you are adding a valid issue URL.");
  }
  return created(linkView(call, linkIssues(session, issue, target, given.link_type ?? "relates_to")));
}

function linkView(call: Call, link: IssueLink): Record<string, unknown> {
  return {
    id: link.id,
    source_issue: issueView(call.world, link.source, { user: call.user }),
    target_issue: issueView(call.world, link.target, { user: call.user }),
    link_type: link.type,
  };
}

function linkOf(call: Call, issue: Issue): IssueLink {
  const link = issue.links.find(({ id }) => id === numberOf(call, "issue_link_id"));
  if (link === undefined) throw notFound("Issue Link");
  return link;
}

function remove(call: Call): Answer {
  const issue = issueOf(call);
  const session = sessionOf(call);
  requireRole(call, projectRole(call.user, issue.project), roles.guest);
  const link = linkOf(call, issue);
  unlinkIssues(session, link);
  return ok(linkView(call, link));
}

function mergeRequests(call: Call, isWanted: (issue: Issue, item: MergeRequest) => boolean): Answer {
  const issue = issueOf(call);
  const found = [...call.world.mergeRequests.values()]
    .filter((item) => isWanted(issue, item) && canReadCode(call.user, item.project))
    .toSorted((a, b) => a.id - b.id);
  return offsetPage(call, found, (item) => mergeRequestView(call.world, item, {}));
}
