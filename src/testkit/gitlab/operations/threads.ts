/** Resolving threads. */
import { areThreadsResolved } from "../model/mergeability.ts";
import type { Note } from "../model/note.ts";
import type { Session } from "../model/world.ts";
import { emitMergeRequest } from "../webhooks/merge-request-body.ts";
import { badRequest } from "./refusal.ts";

/** Throws 400 for notes that cannot be resolved. When all threads of a merge request are, it sends an event. */
export function resolveThread({ world, user }: Session, notes: readonly Note[], isResolved: boolean): void {
  const resolvable = notes.filter((note) => note.isResolvable);
  const [first] = resolvable;
  if (first === undefined) throw badRequest("Discussion can't be resolved");
  for (const note of resolvable) {
    note.resolvedAt = isResolved ? (note.resolvedAt ?? world.now()) : null;
    note.resolvedBy = isResolved ? (note.resolvedBy ?? user) : undefined;
  }
  const { noteable } = first;
  if (noteable.kind === "MergeRequest" && isResolved && areThreadsResolved(noteable)) {
    emitMergeRequest({ world, user }, noteable, { action: "update", before: { ...noteable } });
  }
}
