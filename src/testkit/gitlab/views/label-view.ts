/** Labels as REST answers show them. */
import type { Label } from "../model/label.ts";
import type { Project } from "../model/project.ts";
import type { User } from "../model/user.ts";

/** Black or white, whichever can be read on the colour. */
function textColor(color: string): string {
  const digits = color.length === 4 ? color.slice(1).replaceAll(/./g, "$&$&") : color.slice(1);
  const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  return (red * 299 + green * 587 + blue * 114) / 1000 > 165 ? "#1F1E24" : "#FFFFFF";
}

/** A label inside of an issue (`with_labels_details`). */
function basicLabel(label: Label): Record<string, unknown> {
  return {
    id: label.id,
    name: label.name,
    description: label.description,
    description_html: label.description ?? "",
    text_color: textColor(label.color),
    color: label.color,
    archived: label.archived,
  };
}

interface LabelOptions {
  user: User | undefined;
  counts?: { open: number; closed: number; mergeRequests: number };
  /** The label is shown as one of this project's. */
  project?: Project;
}

/** A label in a list of labels. */
export function labelView(label: Label, { user, counts, project }: LabelOptions): Record<string, unknown> {
  return {
    ...basicLabel(label),
    ...(counts !== undefined && {
      open_issues_count: counts.open,
      closed_issues_count: counts.closed,
      open_merge_requests_count: counts.mergeRequests,
    }),
    subscribed: user !== undefined && label.subscribers.has(user.id),
    ...(project !== undefined && { priority: label.priority, is_project_label: label.owner === project }),
  };
}

/** Names in the order of the alphabet, or whole labels. */
export function labelsOf(labels: readonly Label[], withDetails: boolean): unknown[] {
  if (!withDetails) {
    const names = labels.map(({ name }) => name);
    return names.length > 1 ? names.toSorted() : names;
  }
  return labels.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(basicLabel);
}
