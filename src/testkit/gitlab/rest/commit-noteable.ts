/** A commit as something that is commented on. */
import { resolveRef } from "../model/repository.ts";
import type { CommitInProject } from "../model/note.ts";
import { notFound } from "../operations/refusal.ts";
import type { Call } from "./call.ts";
import { repositoryOf } from "./found.ts";

/** The commit of `:sha` with its comments. Throws 404. */
export function commitNoteable(call: Call): CommitInProject {
  const project = repositoryOf(call);
  const commit = resolveRef(project.repository, call.ids["sha"]!);
  if (commit === undefined) throw notFound("Commit");
  const key = `${project.id}:${commit.sha}`;
  const { commitNotes } = call.world;
  const present = commitNotes.get(key);
  if (present !== undefined) return present;
  const noteable: CommitInProject = { kind: "Commit", commit, project, notes: [] };
  commitNotes.set(key, noteable);
  return noteable;
}
