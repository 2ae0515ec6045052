/** Writing, changing and removing comments. */
import { drawHex } from "../model/draw.ts";
import type { Note, Noteable } from "../model/note.ts";
import { nextId, type Session, type World } from "../model/world.ts";
import { emitNote } from "../webhooks/note-body.ts";
import { recordActivity } from "./activities.ts";
import { badRequest } from "./refusal.ts";

export interface NewNote {
  body: string;
  isInternal?: boolean | undefined;
  /** An answer in this thread. */
  discussionId?: string | undefined;
  type?: Note["type"];
  position?: Record<string, unknown> | null | undefined;
  createdAt?: number | undefined;
}

/** Adds a comment as it stands: quick actions are taken out before. Throws 400 for an empty one. */
export function createNote(session: Session, noteable: Noteable, given: NewNote): Note {
  if (given.body.trim() === "") throw badRequest(`Note {:note=>["can't be blank"]}`);
  const note = appendNote(session, noteable, given, false);
  touch(session.world, noteable);
  if (noteable.kind !== "Epic") {
    const { project } = noteable;
    recordActivity(session, { project, action: "commented on", target: note, title: titleOf(noteable) });
  }
  emitNote(session, note, "create");
  return note;
}

/** What GitLab itself says about a change: "assigned to @mara". */
export function systemNote(session: Session, noteable: Noteable, body: string): void {
  appendNote(session, noteable, { body }, true);
}

function appendNote({ world, user }: Session, noteable: Noteable, given: NewNote, isSystem: boolean): Note {
  const createdAt = given.createdAt ?? world.now();
  const type = given.type ?? null;
  const note: Note = {
    id: nextId(world, "note"),
    noteable,
    discussionId: given.discussionId ?? drawHex(world),
    type,
    body: given.body,
    author: user,
    isSystem,
    isInternal: given.isInternal ?? false,
    position: given.position ?? null,
    isResolvable: type !== null && noteable.kind === "MergeRequest",
    resolvedBy: undefined,
    resolvedAt: null,
    awards: [],
    createdAt,
    updatedAt: createdAt,
    updatedBy: undefined,
  };
  noteable.notes.push(note);
  world.notes.set(note.id, note);
  return note;
}

function titleOf(noteable: Noteable): string {
  return noteable.kind === "Commit" ? noteable.commit.message.split("\n", 1)[0]! : noteable.title;
}

function touch(world: World, noteable: Noteable): void {
  if (noteable.kind !== "Commit") noteable.updatedAt = world.now();
}

export function changeNote(session: Session, note: Note, body: string): void {
  if (body.trim() === "") throw badRequest(`Note {:note=>["can't be blank"]}`);
  if (body === note.body) return;
  note.body = body;
  note.updatedAt = session.world.now();
  note.updatedBy = session.user;
  emitNote(session, note, "update");
}

export function removeNote(world: World, note: Note): void {
  const { notes } = note.noteable;
  notes.splice(notes.indexOf(note), 1);
  world.notes.delete(note.id);
}
