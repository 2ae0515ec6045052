/** What the events endpoints will list. */
import type { Activity, PushData } from "../model/activity.ts";
import type { Project } from "../model/project.ts";
import { nextId, type Session } from "../model/world.ts";

interface NewActivity {
  project: Project;
  /** GitLab's words: "opened", "closed", "commented on", "pushed to", … */
  action: string;
  target?: Activity["target"];
  title?: string;
  pushData?: PushData;
}

export function recordActivity(
  { world, user }: Session,
  { project, action, target, title, pushData }: NewActivity,
): void {
  const createdAt = world.now();
  world.activities.push({
    id: nextId(world, "activity"),
    project,
    author: user,
    action,
    target,
    targetType: typeOf(target),
    targetTitle: title ?? null,
    pushData,
    createdAt,
  });
  project.lastActivityAt = createdAt;
}

function typeOf(target: Activity["target"]): Activity["targetType"] {
  if (target === undefined) return null;
  if ("kind" in target) return target.kind;
  if ("noteable" in target) return target.type ?? "Note";
  return "Milestone";
}
