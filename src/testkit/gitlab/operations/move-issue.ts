/** Moving an issue to another project. */
import type { Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import { nextId, type Session } from "../model/world.ts";
import { closeIssue, createIssue } from "./issues.ts";
import { labelsByName } from "./labels.ts";
import { systemNote } from "./notes.ts";

/** A copy in the other project; the issue itself is closed and says where it went. */
export function moveIssue(session: Session, issue: Issue, target: Project): Issue {
  const labels = labelsByName(
    session.world,
    target,
    issue.labels.map(({ name }) => name),
  );
  const moved = createIssue({ ...session, user: issue.author }, target, {
    title: issue.title,
    description: issue.description,
    type: issue.type,
    assignees: issue.assignees,
    labels,
    weight: issue.weight,
    dueDate: issue.dueDate,
    confidential: issue.confidential,
    createdAt: issue.createdAt,
  });
  for (const note of issue.notes) {
    const copy = { ...note, noteable: moved, id: nextId(session.world, "note") };
    moved.notes.push(copy);
    session.world.notes.set(copy.id, copy);
  }
  issue.movedTo = moved;
  systemNote(session, issue, `moved to ${target.fullPath}#${moved.iid}`);
  systemNote(session, moved, `moved from ${issue.project.fullPath}#${issue.iid}`);
  closeIssue(session, issue);
  return moved;
}
