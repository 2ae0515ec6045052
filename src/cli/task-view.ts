/** How tasks look on the command line. */
import type { TaskJson } from "../server/tasks/task-json.ts";
import { formatTime, type View } from "./output.ts";

export const taskView: View<TaskJson> = {
  name: (task) => task.id,
  columns: [
    { title: "id", value: (task) => task.id },
    { title: "project", value: (task) => task.project },
    { title: "title", value: (task) => task.request.title },
    { title: "state", value: (task) => stateOf(task) },
    { title: "for", value: (task) => peopleOf(task) },
    { title: "actions", value: (task) => task.request.actions.join(", ") },
    { title: "due", value: (task) => formatTime(task.request.due) },
  ],
};

export const taskDetailsView: View<TaskJson> = {
  name: (task) => task.id,
  columns: [
    { title: "task", value: (task) => task.id },
    { title: "title", value: (task) => task.request.title },
    { title: "state", value: (task) => stateOf(task) },
    { title: "for", value: (task) => peopleOf(task) },
    { title: "actions", value: (task) => task.request.actions.join(", ") },
    { title: "quorum", value: ({ request }) => (request.quorum > 1 ? `${request.quorum} people` : undefined) },
    { title: "body", value: (task) => task.request.body },
    { title: "form", value: ({ request }) => formOf(request) },
    { title: "about", value: (task) => linkedOf(task) },
    { title: "answers", value: ({ answers }) => answers.map(answerLine).join("\n") },
    { title: "notes", value: ({ notes }) => notes.map(({ at, text }) => `${formatTime(at)} ${text}`).join("\n") },
    { title: "created", value: (task) => formatTime(task.createdAt) },
    { title: "due", value: (task) => formatTime(task.request.due) },
    { title: "closed", value: (task) => formatTime(task.closedAt) },
    { title: "project", value: (task) => task.project },
    { title: "definition", value: (task) => task.definition },
    { title: "run", value: (task) => task.runId },
  ],
};

/** "open", "answered: approve". */
function stateOf({ state, answers }: TaskJson): string {
  const last = answers.at(-1);
  return state === "answered" && last !== undefined ? `${state}: ${last.action}` : state;
}

function formOf({ form }: TaskJson["request"]): string | undefined {
  return form === undefined ? undefined : JSON.stringify(form, undefined, 2);
}

function peopleOf({ request: { assignees, groups } }: TaskJson): string {
  const people = [...assignees, ...groups.map((group) => `members of ${group}`)];
  return people.length === 0 ? "anybody" : people.join(", ");
}

function linkedOf({ request: { linked } }: TaskJson): string | undefined {
  if (linked === undefined) return undefined;
  const project = linked.project === ":id" ? "" : ` of project ${linked.project}`;
  return `${linked.kind === "issue" ? "issue #" : "merge request !"}${linked.iid}${project}`;
}

function answerLine({ action, by, at, via, comment, values }: TaskJson["answers"][number]): string {
  const said = comment === undefined ? "" : `: ${comment}`;
  const filled = values === undefined ? "" : ` ${JSON.stringify(values)}`;
  return `${formatTime(at)} ${by ?? "somebody"} by ${via}: ${action}${said}${filled}`;
}
