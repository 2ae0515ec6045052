/** Time estimates, spent time, subscriptions and to-do items of issues and merge requests */
import { projectRole, roles } from "../model/access.ts";
import type { Issue } from "../model/issue.ts";
import type { MergeRequest } from "../model/merge-request.ts";
import { changeItem } from "../operations/items.ts";
import { badParameter } from "../operations/refusal.ts";
import { addTodos } from "../operations/todos.ts";
import { parseDuration } from "../quick-actions/arguments.ts";
import { issueView } from "../views/issue-view.ts";
import { timeStats } from "../views/issuable-parts.ts";
import { mergeRequestView } from "../views/merge-request-view.ts";
import { todoView } from "../views/activity-view.ts";
import { created, get, notModified, ok, post, sessionOf, type Answer, type Call, type Route } from "./call.ts";
import { issueOf, mergeRequestOf, requireRole } from "./found.ts";
import { params, required, text } from "./params.ts";

type Item = Issue | MergeRequest;

export const timeTrackingRoutes = [
  ...routesOf("/projects/:id/issues/:issue_iid", issueOf),
  ...routesOf("/projects/:id/merge_requests/:merge_request_iid", mergeRequestOf),
];

function routesOf(base: string, find: (call: Call) => Item): Route[] {
  const change = (call: Call, fields: (item: Item) => { timeEstimate?: number; timeSpent?: number }): Item => {
    const item = find(call);
    requireRole(call, projectRole(call.user, item.project), roles.planner);
    changeItem(sessionOf(call), item, fields(item));
    return item;
  };
  return [
    get(`${base}/time_stats`, (call) => ok(timeStats(find(call)))),
    post(`${base}/time_estimate`, (call) => ok(timeStats(change(call, () => ({ timeEstimate: durationOf(call) }))))),
    post(`${base}/reset_time_estimate`, (call) => ok(timeStats(change(call, () => ({ timeEstimate: 0 }))))),
    post(`${base}/add_spent_time`, (call) =>
      created(timeStats(change(call, ({ timeSpent }) => ({ timeSpent: timeSpent + durationOf(call) })))),
    ),
    post(`${base}/reset_spent_time`, (call) => ok(timeStats(change(call, () => ({ timeSpent: 0 }))))),
    post(`${base}/subscribe`, (call) => subscribe(call, find(call), true)),
    post(`${base}/unsubscribe`, (call) => subscribe(call, find(call), false)),
    post(`${base}/todo`, (call) => addTodo(call, find(call))),
  ];
}

const durationParams = params({ duration: required(text) });

function durationOf(call: Call): number {
  const seconds = parseDuration(durationParams(call.input).duration);
  if (seconds === undefined) throw badParameter("duration is invalid");
  return seconds;
}

function subscribe(call: Call, item: Item, isSubscribed: boolean): Answer {
  const { user } = sessionOf(call);
  const isTheirs = item.author === user || item.assignees.includes(user);
  if ((item.subscriptions.get(user.id) ?? isTheirs) === isSubscribed) return notModified();
  item.subscriptions.set(user.id, isSubscribed);
  return created(
    item.kind === "Issue"
      ? issueView(call.world, item, { user, isInProject: true, isSingle: true })
      : { ...mergeRequestView(call.world, item, { isInProject: true }), subscribed: isSubscribed },
  );
}

function addTodo(call: Call, item: Item): Answer {
  const session = sessionOf(call);
  const count = call.world.todos.length;
  addTodos(session, item, [session.user], "marked");
  if (call.world.todos.length === count) return notModified();
  return created(todoView(call.world, call.world.todos.at(-1)!));
}
