/** What changed on issues, merge requests and epics, and when: labels, state, milestones, iterations, weight */
import type { Issuable, ResourceEvent } from "../model/issuable.ts";
import { notFound } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { milestoneView } from "../views/milestone-view.ts";
import { isoTime } from "../views/times.ts";
import { basicUser } from "../views/user-view.ts";
import { get, ok, type Answer, type Call, type Route } from "./call.ts";
import { epicOf, issueOf, mergeRequestOf, numberOf } from "./found.ts";

type Thing = Issuable & { kind: string };
type Find = (call: Call) => Thing;

export const resourceEventRoutes = [
  ...routesOf("/projects/:id/issues/:issue_iid", issueOf, ["label", "state", "milestone", "iteration", "weight"]),
  ...routesOf("/projects/:id/merge_requests/:merge_request_iid", mergeRequestOf, ["label", "state", "milestone"]),
  ...routesOf("/groups/:id/epics/:epic_iid", epicOf, ["label", "state"]),
];

function routesOf(base: string, find: Find, kinds: ResourceEvent["about"][]): Route[] {
  return kinds.flatMap((about) => {
    const path = `${base}/resource_${about}_events`;
    return [
      get(path, (call) => list(call, find(call), about)),
      get(`${path}/:event_id`, (call) => single(call, find(call), about)),
    ];
  });
}

function list(call: Call, thing: Thing, about: ResourceEvent["about"]): Answer {
  const events = thing.resourceEvents.filter((event) => event.about === about);
  return offsetPage(call, events, (event) => view(call, thing, event));
}

function single(call: Call, thing: Thing, about: ResourceEvent["about"]): Answer {
  const event = thing.resourceEvents.find((one) => one.about === about && one.id === numberOf(call, "event_id"));
  if (event === undefined) throw notFound("Resource Event");
  return ok(view(call, thing, event));
}

function view({ world }: Call, thing: Thing, event: ResourceEvent): Record<string, unknown> {
  const common = {
    id: event.id,
    user: basicUser(world, event.user),
    created_at: isoTime(event.createdAt),
    resource_type: thing.kind,
    resource_id: thing.id,
  };
  switch (event.about) {
    case "label": {
      const { id, name, color, description } = event.label!;
      return { ...common, label: { id, name, color, description }, action: event.action };
    }
    case "state":
      return { ...common, source_commit: null, source_merge_request_id: null, state: event.state };
    case "milestone":
      return { ...common, milestone: milestoneView(world, event.milestone!), action: event.action, state: "opened" };
    case "iteration":
      return { ...common, iteration: { id: event.iterationId }, action: event.action };
    case "weight":
      return {
        id: event.id,
        user: common.user,
        created_at: common.created_at,
        issue_id: thing.id,
        weight: event.weight,
      };
  }
}
