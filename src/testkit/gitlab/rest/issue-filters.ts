/** Filters and orders of lists of issues. */
import { issueTypes, type Issue } from "../model/issue.ts";
import { countAwards } from "../model/award.ts";
import { iterationState } from "../model/iteration.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { dayOf } from "../views/times.ts";
import { commonTests, notTests } from "./issuable-filters.ts";
import { bool, idOrAny, integer, oneOf, optional, params, requireExclusive, text } from "./params.ts";

const orders = [
  "created_at",
  "due_date",
  "label_priority",
  "milestone_due",
  "popularity",
  "priority",
  "relative_position",
  "title",
  "updated_at",
  "weight",
  "id",
] as const;

const issueParams = params({
  state: optional(oneOf("opened", "closed", "all")),
  order_by: optional(oneOf(...orders)),
  sort: optional(oneOf("asc", "desc")),
  confidential: optional(bool),
  weight: optional(idOrAny),
  due_date: optional(
    oneOf("0", "any", "today", "tomorrow", "overdue", "week", "month", "next_month_and_previous_two_weeks", ""),
  ),
  issue_type: optional(oneOf(...issueTypes)),
  iteration_id: optional({
    parse: (raw) => (typeof raw === "string" && /^current$/i.test(raw) ? "current" : idOrAny.parse(raw)),
  }),
  iteration_title: optional(text),
  epic_id: optional(idOrAny),
  health_status: optional(oneOf("on_track", "needs_attention", "at_risk", "none", "any", "None", "Any")),
});

/** The issues that a request asks for, in its order. Throws 400. */
export function filterIssues(
  world: World,
  issues: Iterable<Issue>,
  input: Record<string, unknown>,
  who: User | undefined,
): Issue[] {
  const given = issueParams(input);
  const common = [...commonTests(world, input, who), ...notTests(world, input, who)];
  const own = [...ownTests(world, given), ...notOwnTests(input)];
  const wanted: Issue[] = [];
  for (const issue of issues) {
    if (common.every((test) => test(issue)) && own.every((test) => test(issue))) wanted.push(issue);
  }
  return sortIssues(wanted, given.order_by ?? "created_at", given.sort ?? "desc");
}

type IssueTest = (issue: Issue) => boolean;

function ownTests(world: World, given: ReturnType<typeof issueParams>): IssueTest[] {
  const tests: IssueTest[] = [];
  const { state, confidential, weight, issue_type, due_date, health_status } = given;
  if (state !== undefined && state !== "all") tests.push((issue) => issue.state === state);
  if (confidential !== undefined) tests.push((issue) => issue.confidential === confidential);
  if (issue_type !== undefined) tests.push((issue) => issue.type === issue_type);
  if (weight === "none") tests.push((issue) => issue.weight === null);
  else if (weight === "any") tests.push((issue) => issue.weight !== null);
  else if (weight !== undefined) tests.push((issue) => issue.weight === weight);
  if (due_date !== undefined && due_date !== "") tests.push(dueDateTest(world, due_date));
  if (health_status !== undefined) tests.push(healthTest(health_status.toLowerCase()));
  return [...tests, ...plannedTests(world, given)];
}

function plannedTests(world: World, given: ReturnType<typeof issueParams>): IssueTest[] {
  const tests: IssueTest[] = [];
  const { iteration_id: id, iteration_title: title, epic_id: epicId } = given;
  if (id === "none") tests.push(({ iteration }) => iteration === undefined);
  else if (id === "any") tests.push(({ iteration }) => iteration !== undefined);
  else if (id === "current") {
    const today = dayOf(world.now());
    tests.push(({ iteration }) => iteration !== undefined && iterationState(iteration, today) === 2);
  } else if (id !== undefined) tests.push(({ iteration }) => iteration?.id === id);
  if (title !== undefined) tests.push(({ iteration }) => iteration?.title === title);
  if (epicId === "none") tests.push(({ epic }) => epic === undefined);
  else if (epicId === "any") tests.push(({ epic }) => epic !== undefined);
  else if (epicId !== undefined) tests.push(({ epic }) => epic?.id === epicId);
  return tests;
}

const dayMs = 86_400_000;

function dueDateTest(world: World, wanted: string): IssueTest {
  const now = world.now();
  const today = dayOf(now);
  const between = (from: string, to: string): IssueTest => {
    return ({ dueDate }) => dueDate !== null && dueDate >= from && dueDate <= to;
  };
  const weekday = (new Date(now).getUTCDay() + 6) % 7;
  const monday = now - weekday * dayMs;
  const month = today.slice(0, 7);
  switch (wanted) {
    case "0":
      return ({ dueDate }) => dueDate === null;
    case "any":
      return ({ dueDate }) => dueDate !== null;
    case "overdue":
      return ({ dueDate }) => dueDate !== null && dueDate < today;
    case "today":
      return between(today, today);
    case "tomorrow":
      return between(dayOf(now + dayMs), dayOf(now + dayMs));
    case "week":
      return between(dayOf(monday), dayOf(monday + 6 * dayMs));
    case "month":
      return between(`${month}-01`, `${month}-31`);
    default: {
      const next = new Date(now);
      next.setUTCMonth(next.getUTCMonth() + 2, 0);
      return between(dayOf(now - 14 * dayMs), dayOf(next.getTime()));
    }
  }
}

function healthTest(wanted: string): IssueTest {
  if (wanted === "none") return ({ healthStatus }) => healthStatus === null;
  if (wanted === "any") return ({ healthStatus }) => healthStatus !== null;
  return ({ healthStatus }) => healthStatus === wanted;
}

const notParams = params({
  weight: optional(integer),
  iteration_id: optional(integer),
  iteration_title: optional(text),
  epic_id: optional(integer),
  health_status: optional(text),
  issue_type: optional(text),
});

function notOwnTests(input: Record<string, unknown>): IssueTest[] {
  const raw = input["not"];
  if (typeof raw !== "object" || raw === null) return [];
  const given = notParams(raw as Record<string, unknown>);
  const tests: IssueTest[] = [];
  if (given.weight !== undefined) tests.push(({ weight }) => weight !== given.weight);
  if (given.iteration_id !== undefined) tests.push(({ iteration }) => iteration?.id !== given.iteration_id);
  if (given.iteration_title !== undefined) tests.push(({ iteration }) => iteration?.title !== given.iteration_title);
  if (given.epic_id !== undefined) tests.push(({ epic }) => epic?.id !== given.epic_id);
  if (given.health_status !== undefined) tests.push(({ healthStatus }) => healthStatus !== given.health_status);
  if (given.issue_type !== undefined) tests.push(({ type }) => type !== given.issue_type);
  return tests;
}

/** Iteration filters exclude each other. */
export function checkIssueFilters(input: Record<string, unknown>): void {
  requireExclusive(input, "iteration_id", "iteration_title");
}

/** What an issue is ordered by; null goes last. */
const orderValues: Record<(typeof orders)[number], (issue: Issue) => number | string | null> = {
  created_at: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
  due_date: ({ dueDate }) => dueDate,
  title: ({ title }) => title.toLowerCase(),
  weight: ({ weight }) => weight,
  id: ({ id }) => id,
  relative_position: ({ relativePosition }) => relativePosition,
  milestone_due: ({ milestone }) => milestone?.dueDate ?? null,
  popularity: ({ awards }) => countAwards(awards, "thumbsup"),
  label_priority: priorityOf,
  priority: priorityOf,
};

function priorityOf({ labels }: Issue): number | null {
  const priorities = labels.flatMap(({ priority }) => (priority === null ? [] : [priority]));
  return priorities.length === 0 ? null : Math.min(...priorities);
}

function sortIssues(issues: Issue[], orderBy: (typeof orders)[number], sort: "asc" | "desc"): Issue[] {
  const value = orderValues[orderBy];
  const sign = sort === "asc" ? 1 : -1;
  return issues.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === other) return sign * (a.id - b.id);
    if (one === null) return 1;
    if (other === null) return -1;
    return sign * (one < other ? -1 : 1);
  });
}
