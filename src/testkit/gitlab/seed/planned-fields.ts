/** What seeds say alike of issues and merge requests. */
import { groupAndAbove } from "../model/group.ts";
import type { Issue } from "../model/issue.ts";
import { withLabels, type Label } from "../model/label.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Milestone } from "../model/milestone.ts";
import { groupOf, type Project } from "../model/project.ts";
import type { User } from "../model/user.ts";
import type { Session } from "../model/world.ts";
import { giveAward } from "../operations/awards.ts";
import { labelsByName } from "../operations/labels.ts";
import { createNote } from "../operations/notes.ts";
import { invalid } from "../operations/refusal.ts";
import { seedTime } from "./seed-time.ts";
import type { SeedIssue, SeedMergeRequest } from "./seed-schema.ts";
import { userNamed } from "./users.ts";

type Given = SeedIssue | SeedMergeRequest;

export interface PlannedFields {
  assignees: User[];
  labels: Label[];
  milestone: Milestone | null;
  createdAt: number | undefined;
}

export function plannedFields({ world }: Session, project: Project, given: Given): PlannedFields {
  return {
    assignees: (given.assignees ?? []).map((name) => userNamed(world, name)),
    labels: withLabels([], labelsByName(world, project, given.labels ?? [])),
    milestone: given.milestone === undefined ? null : milestoneTitled(project, given.milestone),
    createdAt: given.created_at === undefined ? undefined : seedTime(given.created_at, world.now()),
  };
}

function milestoneTitled(project: Project, title: string): Milestone {
  const owners = [project, ...groupAndAbove(groupOf(project))];
  const found = owners.flatMap(({ milestones }) => [...milestones.values()]).find((one) => one.title === title);
  if (found === undefined) throw invalid({ milestone: [`${project.fullPath} has no milestone "${title}"`] });
  return found;
}

/** As the author, or the administrator. */
export function authorSession(session: Session, name: string | undefined): Session {
  return name === undefined ? session : { ...session, user: userNamed(session.world, name) };
}

/** Comments, emoji, and last the times, which everything before has touched. */
export function finish(session: Session, item: Issue | MergeRequest, given: Given): void {
  const now = session.world.now();
  for (const event of item.resourceEvents) event.createdAt = item.createdAt;
  for (const note of item.notes) Object.assign(note, { createdAt: item.createdAt, updatedAt: item.createdAt });
  for (const { body, author, internal, created_at: createdAt } of given.notes ?? []) {
    createNote(authorSession(session, author), item, {
      body,
      isInternal: internal,
      createdAt: createdAt === undefined ? undefined : seedTime(createdAt, now),
    });
  }
  for (const name of given.upvotes ?? []) giveAward(authorSession(session, name), item, "thumbsup");
  if (given.closed_at !== undefined) item.closedAt = seedTime(given.closed_at, now);
  item.updatedAt =
    given.updated_at === undefined
      ? Math.max(item.createdAt, ...item.notes.map((note) => note.createdAt))
      : seedTime(given.updated_at, now);
}
