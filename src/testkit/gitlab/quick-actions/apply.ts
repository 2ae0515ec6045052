/** Carries out quick actions. */
import { projectRole, roles } from "../model/access.ts";
import type { Issue } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Session } from "../model/world.ts";
import { commands } from "./commands.ts";
import type { QuickAction } from "./separate.ts";

/** What each did, in GitLab's words: "Closed this issue." Those that the user may not do, or that do not apply, say nothing. */
export function applyQuickActions(
  session: Session,
  item: Issue | MergeRequest,
  actions: readonly QuickAction[],
): string[] {
  const summary: string[] = [];
  for (const { name, argument } of actions) {
    const command = commands.get(name)!;
    if (projectRole(session.user, item.project) < (command.level ?? roles.planner) && !isOwnState(session, item, name))
      continue;
    const said = command.apply(session, item, argument);
    if (said !== undefined) summary.push(said);
  }
  return summary;
}

/** Authors and assignees may close and reopen what is theirs. */
function isOwnState({ user }: Session, item: Issue | MergeRequest, name: string): boolean {
  return (name === "close" || name === "reopen") && (item.author === user || item.assignees.includes(user));
}
