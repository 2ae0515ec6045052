/** Giving and taking back emoji. */
import type { Award } from "../model/award.ts";
import type { Epic } from "../model/epic.ts";
import type { Issue } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import type { Note } from "../model/note.ts";
import { nextId, type Session } from "../model/world.ts";
import { emitAward } from "../webhooks/emoji-body.ts";
import { notFound } from "./refusal.ts";

export type Awardable = Issue | MergeRequest | Epic | Note;

/** Throws 404 when the user has given it already, as GitLab does. */
export function giveAward(session: Session, awardable: Awardable, name: string): Award {
  const { world, user } = session;
  if (awardable.awards.some((award) => award.user === user && award.name === name)) {
    throw notFound("Award Emoji Name has already been taken");
  }
  const now = world.now();
  const award: Award = { id: nextId(world, "award"), name, user, createdAt: now, updatedAt: now };
  awardable.awards.push(award);
  emitAward(session, awardable, award, "award");
  return award;
}

export function revokeAward(session: Session, awardable: Awardable, award: Award): void {
  awardable.awards.splice(awardable.awards.indexOf(award), 1);
  emitAward(session, awardable, award, "revoke");
}

export function toggleAward(session: Session, awardable: Awardable, name: string): void {
  const present = awardable.awards.find((award) => award.user === session.user && award.name === name);
  if (present === undefined) giveAward(session, awardable, name);
  else revokeAward(session, awardable, present);
}
