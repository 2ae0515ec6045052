/** Making, changing and removing milestones. */
import { groupAndAbove, projectsBelow, type Group } from "../model/group.ts";
import type { Milestone } from "../model/milestone.ts";
import { groupOf, type Project } from "../model/project.ts";
import { nextId, takeIid, type Session, type World } from "../model/world.ts";
import { emitMilestone } from "../webhooks/milestone-body.ts";
import { recordActivity } from "./activities.ts";
import { invalid } from "./refusal.ts";

export interface MilestoneFields {
  title?: string | undefined;
  description?: string | null | undefined;
  startDate?: string | null | undefined;
  dueDate?: string | null | undefined;
}

/** Throws 400 for a title that is taken, and for dates in the wrong order. */
export function createMilestone(
  session: Session,
  owner: Project | Group,
  given: MilestoneFields & { title: string },
): Milestone {
  const { world } = session;
  const milestone: Milestone = {
    id: nextId(world, "milestone"),
    iid: takeIid(owner, "milestone"),
    title: "",
    description: "",
    state: "active",
    owner,
    startDate: null,
    dueDate: null,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  change(world, milestone, given);
  owner.milestones.set(milestone.id, milestone);
  record(session, milestone, "opened");
  emitMilestone(world, milestone, "create");
  return milestone;
}

function change(world: World, milestone: Milestone, given: MilestoneFields): void {
  if (given.title !== undefined) checkTitle(milestone, given.title);
  const startDate = given.startDate === undefined ? milestone.startDate : given.startDate;
  const dueDate = given.dueDate === undefined ? milestone.dueDate : given.dueDate;
  if (startDate !== null && dueDate !== null && dueDate < startDate) {
    throw invalid({ due_date: ["must be greater than start date"] });
  }
  Object.assign(milestone, { startDate, dueDate, updatedAt: world.now() });
  if (given.title !== undefined) milestone.title = given.title;
  if (given.description !== undefined) milestone.description = given.description ?? "";
}

function checkTitle(milestone: Milestone, title: string): void {
  if (title.trim() === "") throw invalid({ title: ["can't be blank"] });
  const { owner } = milestone;
  const owners = owner.kind === "project" ? [owner, ...groupAndAbove(groupOf(owner))] : groupAndAbove(owner);
  for (const { milestones } of owners) {
    for (const other of milestones.values()) {
      if (other !== milestone && other.title === title)
        throw invalid({ title: ["already being used for another group or project milestone."] });
    }
  }
}

export function changeMilestone({ world }: Session, milestone: Milestone, given: MilestoneFields): void {
  change(world, milestone, given);
}

export function closeMilestone(session: Session, milestone: Milestone): void {
  if (milestone.state === "closed") return;
  Object.assign(milestone, { state: "closed", updatedAt: session.world.now() });
  record(session, milestone, "closed");
  emitMilestone(session.world, milestone, "close");
}

export function activateMilestone(session: Session, milestone: Milestone): void {
  if (milestone.state === "active") return;
  Object.assign(milestone, { state: "active", updatedAt: session.world.now() });
  record(session, milestone, "reopened");
  emitMilestone(session.world, milestone, "reopen");
}

function record(session: Session, milestone: Milestone, action: string): void {
  if (milestone.owner.kind === "group") return;
  recordActivity(session, { project: milestone.owner, action, target: milestone, title: milestone.title });
}

/** Issues and merge requests lose it. */
export function removeMilestone(world: World, milestone: Milestone): void {
  const { owner } = milestone;
  owner.milestones.delete(milestone.id);
  for (const project of owner.kind === "project" ? [owner] : projectsBelow(owner)) {
    for (const item of [...project.issues.values(), ...project.mergeRequests.values()]) {
      if (item.milestone === milestone) item.milestone = undefined;
    }
  }
  emitMilestone(world, milestone, "delete");
}
