/** /events, /users/:id/events, /projects/:id/events and /todos */
import { canSeeProject } from "../model/access.ts";
import type { Activity, Todo } from "../model/activity.ts";
import { notFound } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { activityView, todoView } from "../views/activity-view.ts";
import { dayOf } from "../views/times.ts";
import { get, noContent, ok, post, requireUser, type Answer, type Call } from "./call.ts";
import { canSeeIssue, findUser, numberOf, projectOf } from "./found.ts";
import { day, integer, oneOf, optional, params, text } from "./params.ts";

export const activityRoutes = [
  get("/events", (call) => {
    const user = requireUser(call);
    return list(call, ({ author }) => author === user);
  }),
  get("/users/:id/events", (call) => {
    const user = findUser(call.world, call.ids["id"]!);
    if (user === undefined) throw notFound("User");
    return list(call, ({ author }) => author === user);
  }),
  get("/projects/:id/events", (call) => {
    const wanted = projectOf(call);
    return list(call, ({ project }) => project === wanted);
  }),
  get("/todos", listTodos),
  post("/todos/:todo_id/mark_as_done", markDone),
  post("/todos/mark_as_done", markAllDone),
];

const listParams = params({
  action: optional(text),
  target_type: optional(text),
  before: optional(day),
  after: optional(day),
  sort: optional(oneOf("asc", "desc")),
  scope: optional(text),
});

const actions: Readonly<Record<string, string[]>> = {
  created: ["opened", "created"],
  updated: ["updated"],
  closed: ["closed"],
  reopened: ["reopened"],
  pushed: ["pushed to", "pushed new", "deleted"],
  commented: ["commented on"],
  merged: ["accepted"],
  joined: ["joined"],
  left: ["left"],
  approved: ["approved"],
};

/** Newest first. `before` and `after` leave out the day they name. */
function list(call: Call, isAbout: (activity: Activity) => boolean): Answer {
  const given = listParams(call.input);
  const type = given.target_type?.toLowerCase().replaceAll("_", "");
  const wanted = call.world.activities.filter((activity) => {
    const date = dayOf(activity.createdAt);
    return (
      isAbout(activity) &&
      isVisible(call, activity) &&
      (given.action === undefined || (actions[given.action] ?? [given.action]).includes(activity.action)) &&
      (type === undefined || activity.targetType?.toLowerCase() === type) &&
      (given.before === undefined || date < given.before) &&
      (given.after === undefined || date > given.after)
    );
  });
  if (given.sort !== "asc") wanted.reverse();
  return offsetPage(call, wanted, (activity) => activityView(call.world, activity));
}

function isVisible({ user }: Call, { project, target }: Activity): boolean {
  if (!canSeeProject(user, project)) return false;
  return target === undefined || !("kind" in target) || target.kind !== "Issue" || canSeeIssue(user, target);
}

const todoParams = params({
  action: optional(text),
  author_id: optional(integer),
  project_id: optional(integer),
  state: optional(oneOf("pending", "done")),
  type: optional(text),
});

function listTodos(call: Call): Answer {
  const user = requireUser(call);
  const given = todoParams(call.input);
  const wanted = call.world.todos.filter(
    (todo) =>
      todo.user === user &&
      todo.state === (given.state ?? "pending") &&
      (given.action === undefined || todo.action === given.action) &&
      (given.author_id === undefined || todo.author.id === given.author_id) &&
      (given.project_id === undefined || todo.project.id === given.project_id) &&
      (given.type === undefined || todo.target.kind === given.type),
  );
  return offsetPage(call, wanted.toReversed(), (todo) => todoView(call.world, todo));
}

function finishTodo(call: Call, todo: Todo): void {
  todo.state = "done";
  todo.updatedAt = call.world.now();
}

function markDone(call: Call): Answer {
  const user = requireUser(call);
  const todo = call.world.todos.find((one) => one.user === user && one.id === numberOf(call, "todo_id"));
  if (todo === undefined) throw notFound("Todo");
  finishTodo(call, todo);
  return ok(todoView(call.world, todo));
}

function markAllDone(call: Call): Answer {
  const user = requireUser(call);
  for (const todo of call.world.todos) if (todo.user === user && todo.state === "pending") finishTodo(call, todo);
  return noContent();
}
