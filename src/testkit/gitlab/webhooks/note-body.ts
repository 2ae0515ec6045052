/** Bodies of comments. */
import type { Note, Noteable } from "../model/note.ts";
import type { Project } from "../model/project.ts";
import type { Group } from "../model/group.ts";
import type { Session, World } from "../model/world.ts";
import { hookTime } from "../views/times.ts";
import { noteableUrl } from "../views/urls.ts";
import { hookCommit, hookProject, hookRepository, hookUser } from "./common-body.ts";
import { emit } from "./delivery.ts";
import { hookIssue } from "./issue-body.ts";
import { hookMergeRequest } from "./merge-request-body.ts";
import { triggers } from "./triggers.ts";

/** Sends the event of a comment; comments that GitLab writes itself send none. */
export function emitNote(session: Session, note: Note, action: "create" | "update"): void {
  if (note.isSystem) return;
  const isSecret = note.isInternal || (note.noteable.kind === "Issue" && note.noteable.confidential);
  const trigger = isSecret ? triggers.confidential_note_events : triggers.note_events;
  emit(session.world, scopeOf(note.noteable), trigger, () => noteBody(session, note, action));
}

function scopeOf(noteable: Noteable): Project | Group {
  return noteable.kind === "Epic" ? noteable.group : noteable.project;
}

export function noteBody({ world, user }: Session, note: Note, action: "create" | "update"): Record<string, unknown> {
  const { noteable } = note;
  const isSecret = note.isInternal || (noteable.kind === "Issue" && noteable.confidential);
  const project = noteable.kind === "Epic" ? undefined : noteable.project;
  return {
    object_kind: "note",
    event_type: isSecret ? "confidential_note" : "note",
    user: hookUser(user),
    ...(project !== undefined && { project_id: project.id, project: hookProject(world, project) }),
    object_attributes: { ...hookNote(world, note), url: `${noteableUrl(world, noteable)}#note_${note.id}`, action },
    ...(project !== undefined && { repository: hookRepository(world, project) }),
    ...notedObject(world, noteable),
  };
}

/** A comment inside of bodies. */
export function hookNote(_world: World, note: Note): Record<string, unknown> {
  const { noteable } = note;
  return {
    attachment: null,
    author_id: note.author.id,
    change_position: null,
    commit_id: noteable.kind === "Commit" ? noteable.commit.sha : null,
    created_at: hookTime(note.createdAt),
    discussion_id: note.discussionId,
    id: note.id,
    internal: note.isInternal,
    line_code: null,
    note: note.body,
    noteable_id: noteable.kind === "Commit" ? null : noteable.id,
    noteable_type: noteable.kind,
    original_position: note.position,
    position: note.position,
    project_id: noteable.kind === "Epic" ? null : noteable.project.id,
    resolved_at: hookTime(note.resolvedAt),
    resolved_by_id: note.resolvedBy?.id ?? null,
    resolved_by_push: null,
    st_diff: null,
    system: note.isSystem,
    type: note.type,
    updated_at: hookTime(note.updatedAt),
    updated_by_id: note.updatedBy?.id ?? null,
    description: note.body,
  };
}

/** What the comment is on, under the name that it has in bodies of comments and emoji. */
export function notedObject(world: World, noteable: Noteable): Record<string, unknown> {
  switch (noteable.kind) {
    case "Issue":
      return { issue: hookIssue(world, noteable) };
    case "MergeRequest":
      return { merge_request: hookMergeRequest(world, noteable) };
    case "Commit":
      return { commit: hookCommit(world, noteable.project, noteable.commit) };
    case "Epic":
      return { epic: { id: noteable.id, iid: noteable.iid, title: noteable.title, group_id: noteable.group.id } };
  }
}
