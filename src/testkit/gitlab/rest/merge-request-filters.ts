/** Filters and orders of lists of merge requests. */
import { isDraft, type MergeRequest } from "../model/merge-request.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { badParameter } from "../operations/refusal.ts";
import { commonTests, notTests } from "./issuable-filters.ts";
import { integers, idOrAny, oneOf, optional, params, text, texts, time } from "./params.ts";

const mergeRequestParams = params({
  state: optional(oneOf("opened", "closed", "locked", "merged", "all")),
  order_by: optional(
    oneOf(
      "created_at",
      "updated_at",
      "merged_at",
      "title",
      "priority",
      "label_priority",
      "milestone_due",
      "popularity",
    ),
  ),
  sort: optional(oneOf("asc", "desc")),
  source_branch: optional(text),
  target_branch: optional(text),
  source_project_id: optional(idOrAny),
  wip: optional(oneOf("yes", "no")),
  draft: optional(oneOf("true", "false", "yes", "no")),
  reviewer_id: optional(idOrAny),
  reviewer_username: optional(text),
  approved_by_ids: optional(integers),
  approved_by_usernames: optional(texts),
  approved: optional(oneOf("yes", "no")),
  merged_after: optional(time),
  merged_before: optional(time),
  merge_user_id: optional(idOrAny),
});

type Given = ReturnType<typeof mergeRequestParams>;
type Test = (item: MergeRequest) => boolean;

/** The merge requests that a request asks for, in its order. Throws 400. */
export function filterMergeRequests(
  world: World,
  all: readonly MergeRequest[],
  input: Record<string, unknown>,
  who: User | undefined,
): MergeRequest[] {
  const draft = typeof input["draft"] === "boolean" ? String(input["draft"]) : input["draft"];
  const given = mergeRequestParams({ ...input, ...(draft !== undefined && { draft }) });
  const tests: Test[] = [
    ...commonTests(world, input, who),
    ...notTests(world, input, who),
    ...ownTests(given, who, input),
  ];
  const wanted = all.filter((item) => tests.every((test) => test(item)));
  return sorted(wanted, given);
}

function ownTests(given: Given, who: User | undefined, input: Record<string, unknown>): Test[] {
  const tests: Test[] = [...reviewTests(given)];
  const { state, source_branch: source, target_branch: target, merged_after: from, merged_before: to } = given;
  if (state !== undefined && state !== "all") tests.push((item) => item.state === state);
  if (source !== undefined) tests.push(({ sourceBranch }) => sourceBranch === source);
  if (target !== undefined) tests.push(({ targetBranch }) => targetBranch === target);
  if (from !== undefined) tests.push(({ mergedAt }) => mergedAt !== null && mergedAt >= from);
  if (to !== undefined) tests.push(({ mergedAt }) => mergedAt !== null && mergedAt <= to);
  if (typeof given.source_project_id === "number")
    tests.push(({ sourceProject }) => sourceProject.id === given.source_project_id);
  if (typeof given.merge_user_id === "number") tests.push(({ mergedBy }) => mergedBy?.id === given.merge_user_id);
  const draft = given.wip ?? given.draft;
  if (draft !== undefined) tests.push(({ title }) => isDraft(title) === (draft === "yes" || draft === "true"));
  if (input["scope"] === "reviews_for_me") tests.push(({ reviewers }) => reviewers.some(({ user }) => user === who));
  return tests;
}

function reviewTests(given: Given): Test[] {
  const tests: Test[] = [];
  const {
    reviewer_id: reviewer,
    reviewer_username: name,
    approved,
    approved_by_ids: ids,
    approved_by_usernames: usernames,
  } = given;
  if (reviewer !== undefined && name !== undefined)
    throw badParameter("reviewer_id, reviewer_username are mutually exclusive");
  if (reviewer === "none") tests.push(({ reviewers }) => reviewers.length === 0);
  else if (reviewer === "any") tests.push(({ reviewers }) => reviewers.length > 0);
  else if (reviewer !== undefined) tests.push(({ reviewers }) => reviewers.some(({ user }) => user.id === reviewer));
  if (name !== undefined) tests.push(({ reviewers }) => reviewers.some(({ user }) => user.username === name));
  if (approved !== undefined) {
    tests.push(({ approvals, approvalsRequired }) => {
      return (approvals.length > 0 && approvals.length >= approvalsRequired) === (approved === "yes");
    });
  }
  for (const id of ids ?? []) tests.push(({ approvals }) => approvals.some(({ user }) => user.id === id));
  for (const one of usernames ?? []) tests.push(({ approvals }) => approvals.some(({ user }) => user.username === one));
  return tests;
}

function sorted(items: MergeRequest[], given: Given): MergeRequest[] {
  const value = (item: MergeRequest): number | string | null => {
    switch (given.order_by) {
      case "updated_at":
        return item.updatedAt;
      case "merged_at":
        return item.mergedAt;
      case "title":
        return item.title.toLowerCase();
      case "milestone_due":
        return item.milestone?.dueDate ?? null;
      case "popularity":
        return item.awards.length;
      default:
        return item.createdAt;
    }
  };
  const sign = given.sort === "asc" ? 1 : -1;
  return items.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === other) return sign * (a.id - b.id);
    if (one === null) return 1;
    if (other === null) return -1;
    return sign * (one < other ? -1 : 1);
  });
}
