/** Epics as REST answers show them. */
import { countAwards } from "../model/award.ts";
import type { Epic } from "../model/epic.ts";
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { countUserNotes, references } from "./issuable-parts.ts";
import { labelsOf } from "./label-view.ts";
import { isoTime } from "./times.ts";
import { apiUrl, epicUrl } from "./urls.ts";
import { basicUser } from "./user-view.ts";

interface EpicViewOptions {
  user: User | undefined;
  withLabelsDetails?: boolean;
  isInGroup?: boolean;
}

export function epicView(world: World, epic: Epic, options: EpicViewOptions): Record<string, unknown> {
  const { group, iid } = epic;
  const self = apiUrl(world, `groups/${group.id}/epics/${iid}`);
  return {
    id: epic.id,
    work_item_id: epic.id,
    iid,
    color: epic.color,
    text_color: "#FFFFFF",
    group_id: group.id,
    parent_id: epic.parent?.id ?? null,
    parent_iid: epic.parent?.iid ?? null,
    imported: false,
    imported_from: "none",
    title: epic.title,
    description: epic.description,
    confidential: epic.confidential,
    author: basicUser(world, epic.author),
    start_date: epic.startDate,
    start_date_is_fixed: epic.startDateIsFixed,
    start_date_fixed: epic.startDateIsFixed ? epic.startDate : null,
    start_date_from_inherited_source: null,
    start_date_from_milestones: null,
    end_date: epic.dueDate,
    due_date: epic.dueDate,
    due_date_is_fixed: epic.dueDateIsFixed,
    due_date_fixed: epic.dueDateIsFixed ? epic.dueDate : null,
    due_date_from_inherited_source: null,
    due_date_from_milestones: null,
    state: epic.state,
    web_edit_url: new URL(epicUrl(world, epic)).pathname,
    web_url: epicUrl(world, epic),
    references: references("&", iid, group.fullPath, options.isInGroup === true),
    created_at: isoTime(epic.createdAt),
    updated_at: isoTime(epic.updatedAt),
    closed_at: isoTime(epic.closedAt),
    labels: labelsOf(epic.labels, options.withLabelsDetails === true),
    upvotes: countAwards(epic.awards, "thumbsup"),
    downvotes: countAwards(epic.awards, "thumbsdown"),
    user_notes_count: countUserNotes(epic),
    _links: {
      self,
      epic_issues: `${self}/issues`,
      group: apiUrl(world, `groups/${group.id}`),
      parent:
        epic.parent === undefined ? null : apiUrl(world, `groups/${epic.parent.group.id}/epics/${epic.parent.iid}`),
    },
    subscribed: options.user !== undefined && (epic.subscriptions.get(options.user.id) ?? epic.author === options.user),
  };
}
