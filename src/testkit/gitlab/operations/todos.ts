/** To-do items that come of assignments and reviews. */
import type { Todo } from "../model/activity.ts";
import type { Issue } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { User } from "../model/user.ts";
import { nextId, type Session } from "../model/world.ts";

/** One for each user but the one who acts; one that is pending already stays the only one. */
export function addTodos(
  { world, user: author }: Session,
  target: Issue | MergeRequest,
  users: readonly User[],
  action: Todo["action"],
): void {
  for (const user of users) {
    if (user === author && action !== "marked") continue;
    const now = world.now();
    if (
      world.todos.some(
        (todo) => todo.user === user && todo.target === target && todo.action === action && todo.state === "pending",
      )
    ) {
      continue;
    }
    world.todos.push({
      id: nextId(world, "todo"),
      user,
      author,
      project: target.project,
      action,
      target,
      body: target.title,
      state: "pending",
      createdAt: now,
      updatedAt: now,
    });
  }
}
