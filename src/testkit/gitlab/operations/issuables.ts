/** What happens alike to issues, merge requests and epics. */
import type { Issuable } from "../model/issuable.ts";
import type { Label } from "../model/label.ts";
import type { Milestone } from "../model/milestone.ts";
import type { User } from "../model/user.ts";
import { nextId, type Session } from "../model/world.ts";
import { invalid } from "./refusal.ts";

export function checkTitle(title: string): void {
  if (title.trim() === "") throw invalid({ title: ["can't be blank"] });
  if (title.length > 255) throw invalid({ title: ["is too long (maximum is 255 characters)"] });
}

/** What labels and people an issue or a merge request has. */
interface Assigned {
  labels: Label[];
  assignees: User[];
}

/**
 * Whether what is given is there already. GitLab looks at labels and assignees only: when they alone are given and are the same, it
 * does nothing and tells nobody; when anything else is given, it tells, also when nothing is different.
 */
export function isThereAlready(
  item: Assigned,
  given: { [Name in keyof Assigned]?: Assigned[Name] | undefined },
): boolean {
  const { labels, assignees, ...rest } = given;
  if (Object.values(rest).some((value) => value !== undefined)) return false;
  return isSame(item.labels, labels) && isSame(item.assignees, assignees);
}

/** In any order. */
function isSame<T>(has: readonly T[], given: readonly T[] | undefined): boolean {
  if (given === undefined) return true;
  const wanted = new Set(given);
  return wanted.size === has.length && has.every((one) => wanted.has(one));
}

/** One event for each label that came or went. */
export function recordLabelChanges(
  { world, user }: Session,
  issuable: Issuable,
  before: readonly Label[],
  after: readonly Label[],
): void {
  const record = (label: Label, action: "add" | "remove"): void => {
    const id = nextId(world, "label event");
    issuable.resourceEvents.push({ id, about: "label", user, createdAt: world.now(), action, label });
  };
  for (const label of after) if (!before.includes(label)) record(label, "add");
  for (const label of before) if (!after.includes(label)) record(label, "remove");
}

export function recordMilestoneChange(
  { world, user }: Session,
  issuable: Issuable,
  before: Milestone | undefined,
  after: Milestone | undefined,
): void {
  const milestone = after ?? before;
  if (before === after || milestone === undefined) return;
  const action = after === undefined ? "remove" : "add";
  const id = nextId(world, "milestone event");
  issuable.resourceEvents.push({ id, about: "milestone", user, createdAt: world.now(), action, milestone });
}

/** "closed", "reopened", "merged" */
export function recordState({ world, user }: Session, issuable: Issuable, state: string): void {
  const id = nextId(world, "state event");
  issuable.resourceEvents.push({ id, about: "state", user, createdAt: world.now(), action: undefined, state });
}
