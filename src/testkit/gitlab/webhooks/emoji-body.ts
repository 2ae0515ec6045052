/** Bodies of emoji events. */
import type { Award } from "../model/award.ts";
import type { Epic } from "../model/epic.ts";
import type { Issue } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Note, Noteable } from "../model/note.ts";
import type { Session } from "../model/world.ts";
import { hookTime } from "../views/times.ts";
import { noteableUrl } from "../views/urls.ts";
import { hookProject, hookUser } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { hookNote, notedObject } from "./note-body.ts";
import { triggers } from "./triggers.ts";

export function emitAward(
  { world, user }: Session,
  awardable: Issue | MergeRequest | Epic | Note,
  award: Award,
  action: "award" | "revoke",
): void {
  const noteable: Noteable = "noteable" in awardable ? awardable.noteable : awardable;
  const project = noteable.kind === "Epic" ? undefined : noteable.project;
  const url = noteableUrl(world, noteable);
  emit(world, noteable.kind === "Epic" ? noteable.group : noteable.project, triggers.emoji_events, () => ({
    object_kind: "emoji",
    event_type: action,
    user: hookUser(user),
    ...(project !== undefined && { project_id: project.id, project: hookProject(world, project) }),
    object_attributes: {
      user_id: award.user.id,
      created_at: hookTime(award.createdAt),
      id: award.id,
      name: award.name,
      awardable_type: "noteable" in awardable ? "Note" : awardable.kind,
      awardable_id: awardable.id,
      updated_at: hookTime(award.updatedAt),
      action,
      awarded_on_url: "noteable" in awardable ? `${url}#note_${awardable.id}` : url,
    },
    ...("noteable" in awardable && { note: hookNote(world, awardable) }),
    ...notedObject(world, noteable),
  }));
}
