/** Comments and threads of issues, merge requests, epics and commits. */
import { groupRole, projectRole, roles } from "../model/access.ts";
import type { Note, Noteable } from "../model/note.ts";
import { changeNote, createNote, removeNote } from "../operations/notes.ts";
import { badParameter, forbidden, notFound } from "../operations/refusal.ts";
import { resolveThread } from "../operations/threads.ts";
import { offsetPage } from "../paging/offset.ts";
import { applyQuickActions } from "../quick-actions/apply.ts";
import { separateQuickActions } from "../quick-actions/separate.ts";
import { discussionView, noteView } from "../views/note-view.ts";
import {
  accepted,
  created,
  del,
  get,
  noContent,
  ok,
  post,
  put,
  sessionOf,
  signedIn,
  type Answer,
  type Call,
  type Route,
} from "./call.ts";
import { commitNoteable } from "./commit-noteable.ts";
import { epicOf, issueOf, mergeRequestOf, numberOf } from "./found.ts";
import { bool, hash, oneOf, optional, params, required, text, time } from "./params.ts";

export const noteRoutes = [
  ...routesOf("/projects/:id/issues/:issue_iid", signedIn(issueOf)),
  ...routesOf("/projects/:id/merge_requests/:merge_request_iid", signedIn(mergeRequestOf)),
  ...routesOf("/groups/:id/epics/:epic_iid", signedIn(epicOf)),
  ...threadRoutes("/projects/:id/repository/commits/:sha", signedIn(commitNoteable)),
];

type Find = (call: Call) => Noteable;

function routesOf(base: string, find: Find): Route[] {
  return [
    get(`${base}/notes`, (call) => list(call, find(call))),
    post(`${base}/notes`, (call) => create(call, find(call), undefined)),
    get(`${base}/notes/:note_id`, (call) => ok(noteView(call.world, noteOf(call, find(call))))),
    put(`${base}/notes/:note_id`, (call) => update(call, find(call))),
    del(`${base}/notes/:note_id`, (call) => remove(call, find(call))),
    ...threadRoutes(base, find),
  ];
}

function threadRoutes(base: string, find: Find): Route[] {
  const threads = `${base}/discussions`;
  return [
    get(threads, (call) => listThreads(call, find(call))),
    post(threads, (call) => createThread(call, find(call))),
    get(`${threads}/:discussion_id`, (call) => ok(discussionView(call.world, threadOf(call, find(call))))),
    put(`${threads}/:discussion_id`, (call) => resolve(call, find(call))),
    post(`${threads}/:discussion_id/notes`, (call) => answer(call, find(call))),
    get(`${threads}/:discussion_id/notes/:note_id`, (call) => ok(noteView(call.world, noteOf(call, find(call))))),
    put(`${threads}/:discussion_id/notes/:note_id`, (call) => update(call, find(call))),
    del(`${threads}/:discussion_id/notes/:note_id`, (call) => remove(call, find(call))),
  ];
}

function roleIn(call: Call, noteable: Noteable): number {
  return noteable.kind === "Epic" ? groupRole(call.user, noteable.group) : projectRole(call.user, noteable.project);
}

/** Internal notes are for reporters and above. */
function visibleNotes(call: Call, noteable: Noteable): Note[] {
  const mayReadInternal = roleIn(call, noteable) >= roles.planner;
  return mayReadInternal ? noteable.notes : noteable.notes.filter(({ isInternal }) => !isInternal);
}

const listParams = params({
  sort: optional(oneOf("asc", "desc")),
  order_by: optional(oneOf("created_at", "updated_at")),
  activity_filter: optional(oneOf("all_notes", "only_comments", "only_activity")),
});

function list(call: Call, noteable: Noteable): Answer {
  const { sort, order_by: orderBy, activity_filter: filter } = listParams(call.input);
  const key = orderBy === "updated_at" ? "updatedAt" : "createdAt";
  const notes = visibleNotes(call, noteable).filter(({ isSystem }) => {
    return filter === undefined || filter === "all_notes" || isSystem === (filter === "only_activity");
  });
  const sorted = notes.toSorted((a, b) => a[key] - b[key] || a.id - b.id);
  if (sort !== "asc") sorted.reverse();
  return offsetPage(call, sorted, (note) => noteView(call.world, note));
}

function noteOf(call: Call, noteable: Noteable): Note {
  const id = numberOf(call, "note_id");
  const note = visibleNotes(call, noteable).find((one) => one.id === id);
  if (note === undefined) throw notFound("Note");
  return note;
}

const createParams = params({
  body: required(text),
  internal: optional(bool),
  confidential: optional(bool),
  created_at: optional(time),
  position: optional(hash),
  merge_request_diff_head_sha: optional(text),
});

interface Place {
  discussionId?: string;
  type: Note["type"];
}

/** A note of quick actions alone is not kept: the answer says what they did. */
function create(call: Call, noteable: Noteable, place: Place | undefined): Answer {
  const session = sessionOf(call);
  const given = createParams(call.input);
  const isLocked =
    (noteable.kind === "Issue" || noteable.kind === "MergeRequest") && noteable.discussionLocked === true;
  if (isLocked && roleIn(call, noteable) < roles.guest) throw forbidden();
  const takesActions = noteable.kind === "Issue" || noteable.kind === "MergeRequest";
  const { text: body, actions } = takesActions ? separateQuickActions(given.body) : { text: given.body, actions: [] };
  if (actions.length > 0 && takesActions && body === "") {
    const summary = applyQuickActions(session, noteable, actions);
    return accepted({ commands_changes: {}, summary });
  }
  const mayBackdate = roleIn(call, noteable) >= roles.owner;
  const note = createNote(session, noteable, {
    body,
    isInternal: given.internal ?? given.confidential,
    createdAt: mayBackdate ? given.created_at : undefined,
    position: given.position,
    ...place,
  });
  if (takesActions) applyQuickActions(session, noteable, actions);
  return created(
    place === undefined || place.discussionId !== undefined
      ? noteView(call.world, note)
      : discussionView(call.world, [note]),
  );
}

function createThread(call: Call, noteable: Noteable): Answer {
  return create(call, noteable, { type: call.input["position"] === undefined ? "DiscussionNote" : "DiffNote" });
}

function answer(call: Call, noteable: Noteable): Answer {
  const [first] = threadOf(call, noteable);
  if (first!.type === null) first!.type = "DiscussionNote";
  return create(call, noteable, { type: first!.type, discussionId: first!.discussionId });
}

const updateParams = params({ body: optional(text), resolved: optional(bool), confidential: optional(bool) });

function update(call: Call, noteable: Noteable): Answer {
  const note = noteOf(call, noteable);
  const session = sessionOf(call);
  const { body, resolved } = updateParams(call.input);
  if (body === undefined && resolved === undefined)
    throw badParameter("body, resolved are missing, at least one parameter must be provided");
  requireAuthor(call, note, noteable);
  if (body !== undefined) changeNote(session, note, body);
  if (resolved !== undefined) resolveThread(session, [note], resolved);
  return ok(noteView(call.world, note));
}

function requireAuthor(call: Call, note: Note, noteable: Noteable): void {
  if (note.author === call.user && !note.isSystem) return;
  if (roleIn(call, noteable) < roles.maintainer) throw forbidden();
}

function remove(call: Call, noteable: Noteable): Answer {
  const note = noteOf(call, noteable);
  sessionOf(call);
  requireAuthor(call, note, noteable);
  removeNote(call.world, note);
  return noContent();
}

function threadsOf(call: Call, noteable: Noteable): Note[][] {
  const threads = Map.groupBy(visibleNotes(call, noteable), ({ discussionId }) => discussionId);
  return [...threads.values()];
}

function listThreads(call: Call, noteable: Noteable): Answer {
  return offsetPage(call, threadsOf(call, noteable), (notes) => discussionView(call.world, notes));
}

function threadOf(call: Call, noteable: Noteable): Note[] {
  const notes = visibleNotes(call, noteable).filter(({ discussionId }) => discussionId === call.ids["discussion_id"]);
  if (notes.length === 0) throw notFound("Discussion");
  return notes;
}

const resolveParams = params({ resolved: required(bool) });

function resolve(call: Call, noteable: Noteable): Answer {
  const thread = threadOf(call, noteable);
  const session = sessionOf(call);
  const { resolved } = resolveParams(call.input);
  const isOwn = noteable.kind === "MergeRequest" && noteable.author === session.user;
  if (!isOwn && roleIn(call, noteable) < roles.developer) throw forbidden();
  resolveThread(session, thread, resolved);
  return ok(discussionView(call.world, thread));
}
