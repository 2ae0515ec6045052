/** What happens alike to issues, merge requests and epics. */
import type { Issuable } from "../model/issuable.ts";
import type { Label } from "../model/label.ts";
import type { Milestone } from "../model/milestone.ts";
import { nextId, type Session } from "../model/world.ts";
import { invalid } from "./refusal.ts";

export function checkTitle(title: string): void {
  if (title.trim() === "") throw invalid({ title: ["can't be blank"] });
  if (title.length > 255) throw invalid({ title: ["is too long (maximum is 255 characters)"] });
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
