/** Assignees, labels and milestones as issues and merge requests are given them. */
import { projectRole, roles } from "../model/access.ts";
import { groupAndAbove } from "../model/group.ts";
import { withLabels, type Label } from "../model/label.ts";
import type { Milestone } from "../model/milestone.ts";
import { groupOf, type Project } from "../model/project.ts";
import type { User } from "../model/user.ts";
import { labelsByName } from "../operations/labels.ts";
import type { Call } from "./call.ts";

/** The users of these ids who can be given work in the project; 0 and null: nobody. */
export function assigneesOf(
  { world }: Call,
  project: Project,
  ids: readonly number[] | undefined,
  id: number | null | undefined,
): User[] | undefined {
  const wanted = ids ?? (id === undefined ? undefined : id === null ? [] : [id]);
  if (wanted === undefined) return undefined;
  const users = wanted.flatMap((userId) => world.users.get(userId) ?? []);
  return [...new Set(users.filter((user) => projectRole(user, project) >= roles.guest))];
}

/** The labels after `labels`, `add_labels` and `remove_labels`; undefined when none is given. */
export function labelsOf(
  { world }: Call,
  project: Project,
  given: { labels: string[] | undefined; add_labels: string[] | undefined; remove_labels: string[] | undefined },
  present: readonly Label[],
): Label[] | undefined {
  if (given.labels === undefined && given.add_labels === undefined && given.remove_labels === undefined)
    return undefined;
  let labels = given.labels === undefined ? [...present] : withLabels([], labelsByName(world, project, given.labels));
  if (given.add_labels !== undefined) labels = withLabels(labels, labelsByName(world, project, given.add_labels));
  if (given.remove_labels !== undefined) {
    const removed = given.remove_labels;
    labels = labels.filter(({ name }) => !removed.includes(name));
  }
  return labels;
}

/** The milestone of an id, if the project can use it; 0 and null: none. */
export function milestoneOf(project: Project, id: number | null | undefined): Milestone | null | undefined {
  if (id === undefined) return undefined;
  if (id === null || id === 0) return null;
  const owners = [project, ...groupAndAbove(groupOf(project))];
  const milestone = owners.map(({ milestones }) => milestones.get(id)).find((found) => found !== undefined);
  return milestone ?? null;
}
