/** Every quick action that is simulated, by its name. */
import { roles } from "../model/access.ts";
import { groupAndAbove } from "../model/group.ts";
import type { Issue } from "../model/issue.ts";
import { findLabel, withLabels, type Label } from "../model/label.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Milestone } from "../model/milestone.ts";
import { groupOf } from "../model/project.ts";
import type { User } from "../model/user.ts";
import type { Session, World } from "../model/world.ts";
import { toggleAward } from "../operations/awards.ts";
import { changeItem, closeItem, reopenItem } from "../operations/items.ts";
import { mergeNow } from "../operations/merge.ts";
import { approve, unapprove } from "../operations/merge-requests.ts";
import { addTodos } from "../operations/todos.ts";
import { dayOf } from "../views/times.ts";
import { parseDay, parseDuration } from "./arguments.ts";

type Item = Issue | MergeRequest;

interface Command {
  /** The role that it takes; planner when it is not said. */
  level?: number;
  /** What it did, or undefined when it does not apply. */
  apply(session: Session, item: Item, argument: string): string | undefined;
}

export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["close", { apply: (session, item) => stateChange(session, item, "close") }],
  ["reopen", { apply: (session, item) => stateChange(session, item, "reopen") }],
  ["title", { apply: setTitle }],
  ["label", { apply: addLabels }],
  ["labels", { apply: addLabels }],
  ["unlabel", { apply: removeLabels }],
  ["relabel", { apply: replaceLabels }],
  ["assign", { apply: assign }],
  ["unassign", { apply: unassign }],
  ["reassign", { apply: reassign }],
  ["assign_reviewer", { level: roles.developer, apply: requestReview }],
  ["reviewer", { level: roles.developer, apply: requestReview }],
  ["unassign_reviewer", { level: roles.developer, apply: removeReviewers }],
  ["milestone", { apply: setMilestone }],
  ["remove_milestone", { apply: (session, item) => removeMilestone(session, item) }],
  ["due", { apply: setDue }],
  ["remove_due_date", { apply: (session, item) => onIssue(item, (issue) => clearDue(session, issue)) }],
  ["weight", { apply: setWeight }],
  ["clear_weight", { apply: (session, item) => onIssue(item, (issue) => setWeightTo(session, issue, null)) }],
  ["confidential", { apply: (session, item) => onIssue(item, (issue) => makeConfidential(session, issue)) }],
  ["estimate", { apply: estimate }],
  [
    "remove_estimate",
    { apply: (session, item) => said(changeItem(session, item, { timeEstimate: 0 }), "Removed time estimate.") },
  ],
  ["spend", { apply: spend }],
  ["spent", { apply: spend }],
  [
    "remove_time_spent",
    { apply: (session, item) => said(changeItem(session, item, { timeSpent: 0 }), "Removed spent time.") },
  ],
  ["lock", { level: roles.reporter, apply: (session, item) => lock(session, item, true) }],
  ["unlock", { level: roles.reporter, apply: (session, item) => lock(session, item, false) }],
  ["subscribe", { level: roles.guest, apply: (session, item) => subscribe(session, item, true) }],
  ["unsubscribe", { level: roles.guest, apply: (session, item) => subscribe(session, item, false) }],
  [
    "todo",
    {
      level: roles.guest,
      apply: (session, item) => said(addTodos(session, item, [session.user], "marked"), "Added a to-do item."),
    },
  ],
  ["award", { level: roles.guest, apply: award }],
  ["react", { level: roles.guest, apply: award }],
  ["draft", { level: roles.developer, apply: (session, item) => setDraft(session, item, true) }],
  ["ready", { level: roles.developer, apply: (session, item) => setDraft(session, item, false) }],
  [
    "approve",
    {
      level: roles.developer,
      apply: (session, item) =>
        onMergeRequest(item, (it) => approve(session, it), "Approved the current merge request."),
    },
  ],
  [
    "unapprove",
    {
      level: roles.developer,
      apply: (session, item) =>
        onMergeRequest(item, (it) => unapprove(session, it), "Unapproved the current merge request."),
    },
  ],
  [
    "merge",
    {
      level: roles.developer,
      apply: (session, item) =>
        onMergeRequest(item, (it) => mergeNow(session, it), "Scheduled to merge this merge request."),
    },
  ],
  ["health_status", { apply: setHealth }],
]);

/** For a command that always says the same. */
function said(_done: void, words: string): string {
  return words;
}

function nameOf(item: Item): string {
  return item.kind === "Issue" ? "issue" : "merge request";
}

function onIssue(item: Item, change: (issue: Issue) => string | undefined): string | undefined {
  return item.kind === "Issue" ? change(item) : undefined;
}

function onMergeRequest(item: Item, change: (item: MergeRequest) => void, words: string): string | undefined {
  if (item.kind !== "MergeRequest") return undefined;
  change(item);
  return words;
}

function stateChange(session: Session, item: Item, change: "close" | "reopen"): string | undefined {
  if ((item.state === "opened") !== (change === "close") || item.state === "merged") return undefined;
  if (change === "close") closeItem(session, item);
  else reopenItem(session, item);
  return `${change === "close" ? "Closed" : "Reopened"} this ${nameOf(item)}.`;
}

function setTitle(session: Session, item: Item, title: string): string | undefined {
  if (title === "") return undefined;
  changeItem(session, item, { title });
  return `Changed the title to "${title}".`;
}

/** "~bug ~"needs work" backend": the labels that there are. */
function namedLabels(item: Item, argument: string): Label[] {
  const names = [...argument.matchAll(/~?"([^"]+)"|~?([^\s~"]+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  const found = names.flatMap((name) => findLabel(item.project, name) ?? []);
  if (found.length > 0 || argument === "") return found;
  const whole = findLabel(item.project, argument.replace(/^~/, ""));
  return whole === undefined ? [] : [whole];
}

function labelWords(labels: readonly Label[]): string {
  return `${labels.map(({ name }) => (/\s|::/.test(name) ? `~"${name}"` : `~${name}`)).join(" ")} ${labels.length === 1 ? "label" : "labels"}`;
}

function addLabels(session: Session, item: Item, argument: string): string | undefined {
  const labels = namedLabels(item, argument);
  if (labels.length === 0) return undefined;
  changeItem(session, item, { labels: withLabels(item.labels, labels) });
  return `Added ${labelWords(labels)}.`;
}

function removeLabels(session: Session, item: Item, argument: string): string | undefined {
  if (argument === "") {
    changeItem(session, item, { labels: [] });
    return "Removed all labels.";
  }
  const labels = namedLabels(item, argument);
  if (labels.length === 0) return undefined;
  changeItem(session, item, { labels: item.labels.filter((label) => !labels.includes(label)) });
  return `Removed ${labelWords(labels)}.`;
}

function replaceLabels(session: Session, item: Item, argument: string): string | undefined {
  const labels = namedLabels(item, argument);
  if (labels.length === 0) return undefined;
  changeItem(session, item, { labels: withLabels([], labels) });
  return `Replaced all labels with ${labelWords(labels)}.`;
}

/** "@mara me": the users that there are. */
function namedUsers({ world, user }: Session, argument: string): User[] {
  const users = argument
    .split(/[\s,]+/)
    .filter((word) => word !== "" && word !== "and")
    .flatMap((word) => (word === "me" ? user : userByName(world, word.replace(/^@/, ""))) ?? []);
  return [...new Set(users)];
}

function userByName(world: World, name: string): User | undefined {
  const found = world.paths.get(name.toLowerCase());
  return found?.kind === "user" ? found : undefined;
}

function userWords(users: readonly User[]): string {
  const names = users.map(({ username }) => `@${username}`);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function assign(session: Session, item: Item, argument: string): string | undefined {
  const users = namedUsers(session, argument);
  if (users.length === 0) return undefined;
  changeItem(session, item, { assignees: [...new Set([...item.assignees, ...users])] });
  return `Assigned ${userWords(users)}.`;
}

function unassign(session: Session, item: Item, argument: string): string | undefined {
  const users = argument === "" ? item.assignees : namedUsers(session, argument);
  if (users.length === 0) return undefined;
  changeItem(session, item, { assignees: item.assignees.filter((user) => !users.includes(user)) });
  return `Removed ${users.length === 1 ? "assignee" : "assignees"} ${userWords(users)}.`;
}

function reassign(session: Session, item: Item, argument: string): string | undefined {
  const users = namedUsers(session, argument);
  if (users.length === 0) return undefined;
  changeItem(session, item, { assignees: users });
  return `Reassigned to ${userWords(users)}.`;
}

function requestReview(session: Session, item: Item, argument: string): string | undefined {
  const users = namedUsers(session, argument);
  if (item.kind !== "MergeRequest" || users.length === 0) return undefined;
  const present = item.reviewers.map(({ user }) => user);
  changeItem(session, item, { reviewers: [...new Set([...present, ...users])] });
  return `Requested a review from ${userWords(users)}.`;
}

function removeReviewers(session: Session, item: Item, argument: string): string | undefined {
  if (item.kind !== "MergeRequest") return undefined;
  const present = item.reviewers.map(({ user }) => user);
  const removed = argument === "" ? present : namedUsers(session, argument);
  changeItem(session, item, { reviewers: present.filter((user) => !removed.includes(user)) });
  return `Removed ${removed.length === 1 ? "reviewer" : "reviewers"} ${userWords(removed)}.`;
}

function setMilestone(session: Session, item: Item, argument: string): string | undefined {
  const title = argument.replace(/^%/, "").replace(/^"(.*)"$/, "$1");
  const owners = [item.project, ...groupAndAbove(groupOf(item.project))];
  const found = owners
    .flatMap(({ milestones }): Milestone[] => [...milestones.values()])
    .find((one) => one.title === title);
  if (found === undefined) return undefined;
  changeItem(session, item, { milestone: found });
  return `Set the milestone to %${/\s/.test(title) ? `"${title}"` : title}.`;
}

function removeMilestone(session: Session, item: Item): string | undefined {
  const title = item.milestone?.title;
  if (title === undefined) return undefined;
  changeItem(session, item, { milestone: null });
  return `Removed %${/\s/.test(title) ? `"${title}"` : title} milestone.`;
}

function setDue(session: Session, item: Item, argument: string): string | undefined {
  const dueDate = parseDay(argument, dayOf(session.world.now()));
  if (item.kind !== "Issue" || dueDate === undefined) return undefined;
  changeItem(session, item, { dueDate });
  return `Set the due date to ${new Date(dueDate).toLocaleDateString("en-US", { dateStyle: "medium", timeZone: "UTC" })}.`;
}

function clearDue(session: Session, issue: Issue): string {
  changeItem(session, issue, { dueDate: null });
  return "Removed the due date.";
}

function setWeight(session: Session, item: Item, argument: string): string | undefined {
  if (item.kind !== "Issue" || !/^\d+$/.test(argument)) return undefined;
  return setWeightTo(session, item, Number(argument));
}

function setWeightTo(session: Session, issue: Issue, weight: number | null): string {
  changeItem(session, issue, { weight });
  return weight === null ? "Cleared weight." : `Set weight to ${weight}.`;
}

function makeConfidential(session: Session, issue: Issue): string {
  changeItem(session, issue, { confidential: true });
  return "Made this issue confidential.";
}

function setHealth(session: Session, item: Item, argument: string): string | undefined {
  const healthStatus = (["on_track", "needs_attention", "at_risk"] as const).find((status) => status === argument);
  if (item.kind !== "Issue" || healthStatus === undefined) return undefined;
  changeItem(session, item, { healthStatus });
  return `Set health status to ${argument}.`;
}

function estimate(session: Session, item: Item, argument: string): string | undefined {
  const timeEstimate = parseDuration(argument);
  if (timeEstimate === undefined) return undefined;
  changeItem(session, item, { timeEstimate });
  return `Set time estimate to ${argument}.`;
}

function spend(session: Session, item: Item, argument: string): string | undefined {
  const seconds = parseDuration(argument.replace(/\s+\d{4}-\d\d-\d\d$/, ""));
  if (seconds === undefined) return undefined;
  changeItem(session, item, { timeSpent: item.timeSpent + seconds });
  return seconds < 0 ? `Subtracted ${argument.replace("-", "")} spent time.` : `Added ${argument} spent time.`;
}

function lock(session: Session, item: Item, discussionLocked: boolean): string {
  changeItem(session, item, { discussionLocked });
  return `${discussionLocked ? "Locked" : "Unlocked"} the discussion.`;
}

function subscribe({ user }: Session, item: Item, isSubscribed: boolean): string {
  item.subscriptions.set(user.id, isSubscribed);
  return `${isSubscribed ? "Subscribed to" : "Unsubscribed from"} notifications.`;
}

function award(session: Session, item: Item, argument: string): string | undefined {
  const name = argument.replaceAll(":", "");
  if (name === "") return undefined;
  toggleAward(session, item, name);
  return `Toggled :${name}: emoji reaction.`;
}

function setDraft(session: Session, item: Item, isDraft: boolean): string | undefined {
  if (item.kind !== "MergeRequest") return undefined;
  const plain = item.title.replace(/^\s*(?:\[draft\]|\(draft\)|draft:)\s*/i, "");
  changeItem(session, item, { title: isDraft ? `Draft: ${plain}` : plain });
  return `Marked this merge request as ${isDraft ? "a draft" : "ready"}.`;
}
