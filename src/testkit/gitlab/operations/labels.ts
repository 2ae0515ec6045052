/** Making labels. */
import type { Group } from "../model/group.ts";
import { findLabel, type Label } from "../model/label.ts";
import type { Project } from "../model/project.ts";
import { nextId, type World } from "../model/world.ts";
import { conflict, invalid } from "./refusal.ts";

export interface NewLabel {
  name: string;
  color?: string | undefined;
  description?: string | null | undefined;
  priority?: number | null | undefined;
}

/** The colour of labels that are made by being named on an issue. */
const defaultColor = "#428BCA";

/** Throws 409 when the project or group can use a label of that name already. */
export function createLabel(world: World, owner: Project | Group, given: NewLabel): Label {
  checkName(given.name);
  if (findLabel(owner, given.name) !== undefined) throw conflict("Label already exists");
  const label: Label = {
    id: nextId(world, "label"),
    name: given.name.trim(),
    color: colorOf(given.color ?? defaultColor),
    description: given.description ?? null,
    owner,
    priority: given.priority ?? null,
    archived: false,
    subscribers: new Set(),
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  owner.labels.set(label.id, label);
  return label;
}

export function checkName(name: string): void {
  if (name.trim() === "") throw invalid({ title: ["can't be blank", "is invalid"] });
  if (name.includes(",")) throw invalid({ title: ["is invalid"] });
  if (name.length > 255) throw invalid({ title: ["is too long (maximum is 255 characters)"] });
}

/** "#RRGGBB" of a colour as GitLab takes it. */
export function colorOf(color: string): string {
  if (/^#(?:[0-9a-f]{3}){1,2}$/i.test(color)) return color;
  const named = namedColors[color.toLowerCase()];
  if (named !== undefined) return named;
  throw invalid({ color: ["must be a valid color code"] });
}

const namedColors: Readonly<Record<string, string>> = {
  red: "#FF0000",
  green: "#008000",
  blue: "#0000FF",
  orange: "#FFA500",
  yellow: "#FFFF00",
  purple: "#800080",
  black: "#000000",
  white: "#FFFFFF",
  gray: "#808080",
};

/** The labels of these names or ids; names that nothing has become labels of the project. */
export function labelsByName(world: World, owner: Project | Group, names: readonly string[]): Label[] {
  const labels: Label[] = [];
  for (const given of names) {
    const name = given.trim();
    if (name === "") continue;
    const label = findLabel(owner, name) ?? createLabel(world, owner, { name });
    if (!labels.includes(label)) labels.push(label);
  }
  return labels;
}
