/** Emoji on issues, merge requests, epics, and their comments */
import type { Award } from "../model/award.ts";
import { giveAward, revokeAward, type Awardable } from "../operations/awards.ts";
import { notFound, unauthorized } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { awardView } from "../views/note-view.ts";
import { created, del, get, noContent, ok, post, sessionOf, type Answer, type Call, type Route } from "./call.ts";
import { epicOf, issueOf, mergeRequestOf, numberOf } from "./found.ts";
import { params, required, text } from "./params.ts";

export const awardRoutes = [
  ...routesOf("/projects/:id/issues/:issue_iid", issueOf),
  ...routesOf("/projects/:id/merge_requests/:merge_request_iid", mergeRequestOf),
  ...routesOf("/groups/:id/epics/:epic_iid", epicOf),
];

type Find = (call: Call) => Exclude<Awardable, { noteable: unknown }>;

function routesOf(base: string, find: Find): Route[] {
  const onNote = (call: Call): Awardable => {
    const note = find(call).notes.find(({ id }) => id === numberOf(call, "note_id"));
    if (note === undefined) throw notFound("Note");
    return note;
  };
  return [...awardsOf(`${base}/award_emoji`, find), ...awardsOf(`${base}/notes/:note_id/award_emoji`, onNote)];
}

function awardsOf(path: string, find: (call: Call) => Awardable): Route[] {
  return [
    get(path, (call) => list(call, find(call))),
    post(path, (call) => create(call, find(call))),
    get(`${path}/:award_id`, (call) => ok(view(call, find(call), awardOf(call, find(call))))),
    del(`${path}/:award_id`, (call) => remove(call, find(call))),
  ];
}

function view(call: Call, awardable: Awardable, award: Award): Record<string, unknown> {
  const type = "noteable" in awardable ? "Note" : awardable.kind;
  return awardView(call.world, award, { id: awardable.id, type });
}

function list(call: Call, awardable: Awardable): Answer {
  return offsetPage(call, awardable.awards, (award) => view(call, awardable, award));
}

function awardOf(call: Call, { awards }: Awardable): Award {
  const award = awards.find(({ id }) => id === numberOf(call, "award_id"));
  if (award === undefined) throw notFound("Award Emoji");
  return award;
}

const createParams = params({ name: required(text) });

function create(call: Call, awardable: Awardable): Answer {
  const session = sessionOf(call);
  const name = createParams(call.input).name.replaceAll(":", "");
  return created(view(call, awardable, giveAward(session, awardable, name)));
}

function remove(call: Call, awardable: Awardable): Answer {
  const session = sessionOf(call);
  const award = awardOf(call, awardable);
  if (award.user !== session.user && !session.user.isAdmin) throw unauthorized();
  revokeAward(session, awardable, award);
  return noContent();
}
