/** Milestones and iterations as REST answers show them. */
import { iterationState, type Iteration } from "../model/iteration.ts";
import type { Milestone } from "../model/milestone.ts";
import type { World } from "../model/world.ts";
import { dayOf, isoTime } from "./times.ts";
import { groupUrl, milestoneUrl } from "./urls.ts";

export function milestoneView(world: World, milestone: Milestone): Record<string, unknown> {
  const { owner } = milestone;
  return {
    id: milestone.id,
    iid: milestone.iid,
    ...(owner.kind === "project" ? { project_id: owner.id } : { group_id: owner.id }),
    title: milestone.title,
    description: milestone.description,
    state: milestone.state,
    created_at: isoTime(milestone.createdAt),
    updated_at: isoTime(milestone.updatedAt),
    due_date: milestone.dueDate,
    start_date: milestone.startDate,
    expired: milestone.dueDate !== null && milestone.dueDate < dayOf(world.now()),
    web_url: milestoneUrl(world, milestone),
  };
}

export function iterationView(world: World, iteration: Iteration): Record<string, unknown> {
  return {
    id: iteration.id,
    iid: iteration.iid,
    sequence: iteration.sequence,
    group_id: iteration.group.id,
    title: iteration.title,
    description: iteration.description,
    state: iterationState(iteration, dayOf(world.now())),
    created_at: isoTime(iteration.createdAt),
    updated_at: isoTime(iteration.updatedAt),
    start_date: iteration.startDate,
    due_date: iteration.dueDate,
    web_url: `${groupUrl(world, iteration.group)}/-/iterations/${iteration.id}`,
  };
}
