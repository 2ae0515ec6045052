/** Comments, threads and emoji as REST answers show them. */
import type { Award } from "../model/award.ts";
import type { Note, Noteable } from "../model/note.ts";
import type { World } from "../model/world.ts";
import { isoTime } from "./times.ts";
import { basicUser, userOrNull } from "./user-view.ts";

export function noteView(world: World, note: Note): Record<string, unknown> {
  const { noteable } = note;
  return {
    id: note.id,
    type: note.type,
    body: note.body,
    author: basicUser(world, note.author),
    created_at: isoTime(note.createdAt),
    updated_at: isoTime(note.updatedAt),
    system: note.isSystem,
    noteable_id: noteable.kind === "Commit" ? null : noteable.id,
    noteable_type: noteable.kind,
    project_id: projectIdOf(noteable),
    ...(note.type === "DiffNote" && noteable.kind === "MergeRequest" && { commit_id: null }),
    ...(note.type === "DiffNote" && { position: note.position }),
    resolvable: note.isResolvable,
    ...(note.isResolvable && {
      resolved: note.resolvedAt !== null,
      resolved_by: userOrNull(world, note.resolvedBy),
      resolved_at: isoTime(note.resolvedAt),
    }),
    attachment: null,
    confidential: note.isInternal,
    internal: note.isInternal,
    imported: false,
    imported_from: "none",
    noteable_iid: noteable.kind === "Commit" ? null : noteable.iid,
    commands_changes: {},
  };
}

function projectIdOf(noteable: Noteable): number | null {
  return noteable.kind === "Epic" ? null : noteable.project.id;
}

/** The notes of one thread, oldest first. */
export function discussionView(world: World, notes: readonly Note[]): Record<string, unknown> {
  const [first] = notes;
  return {
    id: first!.discussionId,
    individual_note: first!.type === null,
    notes: notes.map((note) => noteView(world, note)),
  };
}

export function awardView(
  world: World,
  award: Award,
  awardable: { id: number | null; type: string },
): Record<string, unknown> {
  return {
    id: award.id,
    name: award.name,
    user: basicUser(world, award.user),
    created_at: isoTime(award.createdAt),
    updated_at: isoTime(award.updatedAt),
    awardable_id: awardable.id,
    awardable_type: awardable.type,
    url: null,
  };
}
