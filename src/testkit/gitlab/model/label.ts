/** Labels of projects and groups. */
import { groupAndAbove, type Group } from "./group.ts";
import { groupOf, type Project } from "./project.ts";

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
  owner: Project | Group;
  priority: number | null;
  archived: boolean;
  /** Ids of users. */
  subscribers: Set<number>;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

/** "workflow::ready" has the scope "workflow"; two labels of a scope exclude each other. */
function scopeOfLabel(name: string): string | undefined {
  const cut = name.lastIndexOf("::");
  return cut > 0 && cut + 2 < name.length ? name.slice(0, cut) : undefined;
}

/** Every label that an issue or merge request of a project can have: the project's, then those of the groups above it. */
export function labelsOfProject(project: Project): Label[] {
  return [project, ...groupAndAbove(groupOf(project))].flatMap(({ labels }) => [...labels.values()]);
}

/** The labels of a group and of those above it. */
export function labelsOfGroup(group: Group): Label[] {
  return groupAndAbove(group).flatMap(({ labels }) => [...labels.values()]);
}

/** The label of that name which can be used in a project or group. */
export function findLabel(owner: Project | Group, name: string): Label | undefined {
  const owners = owner.kind === "project" ? [owner, ...groupAndAbove(groupOf(owner))] : groupAndAbove(owner);
  for (const { labels } of owners) {
    for (const label of labels.values()) if (label.name === name) return label;
  }
  return undefined;
}

/**
 * Labels with others put in. Of labels with the same scope the last stays, as GitLab does it with scoped labels.
 * The result is a new list.
 */
export function withLabels(present: readonly Label[], added: readonly Label[]): Label[] {
  const result = [...present];
  for (const label of added) {
    if (result.includes(label)) continue;
    const scope = scopeOfLabel(label.name);
    const rival = scope === undefined ? -1 : result.findIndex(({ name }) => scopeOfLabel(name) === scope);
    if (rival >= 0) result.splice(rival, 1);
    result.push(label);
  }
  return result;
}
