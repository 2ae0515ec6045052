/** Bodies of milestone events. */
import type { Milestone } from "../model/milestone.ts";
import type { World } from "../model/world.ts";
import { hookTime } from "../views/times.ts";
import { hookProject } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { triggers } from "./triggers.ts";

export type MilestoneAction = "create" | "close" | "reopen" | "delete";

export function emitMilestone(world: World, milestone: Milestone, action: MilestoneAction): void {
  const { owner } = milestone;
  emit(world, owner, triggers.milestone_events, () => ({
    object_kind: "milestone",
    event_type: "milestone",
    ...(owner.kind === "project"
      ? { project: hookProject(world, owner) }
      : {
          project: null,
          group: { group_name: owner.name, group_path: owner.path, full_path: owner.fullPath, group_id: owner.id },
        }),
    object_attributes: {
      id: milestone.id,
      iid: milestone.iid,
      title: milestone.title,
      description: milestone.description,
      state: milestone.state,
      created_at: hookTime(milestone.createdAt),
      updated_at: hookTime(milestone.updatedAt),
      due_date: milestone.dueDate,
      start_date: milestone.startDate,
      group_id: owner.kind === "group" ? owner.id : null,
      project_id: owner.kind === "project" ? owner.id : null,
    },
    action,
  }));
}
