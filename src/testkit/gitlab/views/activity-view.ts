/** Events and to-do items as REST answers show them. */
import type { Activity, Todo } from "../model/activity.ts";
import type { World } from "../model/world.ts";
import { issueView } from "./issue-view.ts";
import { mergeRequestView } from "./merge-request-view.ts";
import { noteView } from "./note-view.ts";
import { simpleProject } from "./project-view.ts";
import { isoTime } from "./times.ts";
import { issueUrl, mergeRequestUrl } from "./urls.ts";
import { basicUser } from "./user-view.ts";

export function activityView(world: World, activity: Activity): Record<string, unknown> {
  const { target, pushData } = activity;
  return {
    id: activity.id,
    project_id: activity.project.id,
    action_name: activity.action,
    target_id: target?.id ?? null,
    target_iid: targetIid(target),
    target_type: activity.targetType,
    author_id: activity.author.id,
    target_title: activity.targetTitle,
    created_at: isoTime(activity.createdAt),
    author: basicUser(world, activity.author),
    imported: false,
    imported_from: "none",
    author_username: activity.author.username,
    ...(pushData !== undefined && { push_data: { ...pushData } }),
    ...(target !== undefined && "noteable" in target && { note: noteView(world, target) }),
  };
}

function targetIid(target: Activity["target"]): number | null {
  if (target === undefined) return null;
  return "noteable" in target ? target.id : target.iid;
}

export function todoView(world: World, todo: Todo): Record<string, unknown> {
  const { target, project } = todo;
  const isIssue = target.kind === "Issue";
  return {
    id: todo.id,
    project: {
      id: project.id,
      description: project.description,
      name: project.name,
      name_with_namespace: project.fullName,
      path: project.path,
      path_with_namespace: project.fullPath,
      created_at: simpleProject(world, project)["created_at"],
    },
    author: basicUser(world, todo.author),
    action_name: todo.action,
    target_type: target.kind,
    target: isIssue ? issueView(world, target, { user: todo.user }) : mergeRequestView(world, target, {}),
    target_url: isIssue ? issueUrl(world, target) : mergeRequestUrl(world, target),
    body: todo.body,
    state: todo.state,
    created_at: isoTime(todo.createdAt),
    updated_at: isoTime(todo.updatedAt),
  };
}
