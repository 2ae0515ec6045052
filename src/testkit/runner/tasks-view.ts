/** Tasks, as tests see and answer them. */
import { parseTaskId, taskChannels, taskStates, type GivenAnswer, type TaskView } from "../../core/task.ts";
import type { WireValue } from "../../core/wire.ts";
import type { World } from "../gitlab/model/world.ts";
import type { Simulation, TestWorld } from "../simulation.ts";
import { type Given, invalid, oneOf, optional, optionalText, plain, text } from "./given.ts";

interface Context {
  simulation: Simulation;
  world: TestWorld;
}

/** A list of records for `testing.tasks`, the oldest first. */
export async function describeTasks({ simulation, world }: Context, given: Given): Promise<WireValue> {
  const found: TaskView[] = [];
  let cursor: string | undefined;
  do {
    const page = await simulation.engine.listTasks({
      project: world.name,
      ...optional("state", oneOf(given["state"], "state", taskStates)),
      ...optional("assignee", optionalText(given["assignee"], "assignee")),
      ...optional("runId", optionalText(given["run"], "run")),
      ...optional("cursor", cursor),
    });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return found.toReversed().map(describeTask);
}

/** Answers a task as somebody, by the API or the command line. Throws what the engine throws. */
export async function answerTask({ simulation, world }: Context, given: Given): Promise<WireValue> {
  const id = text(given["task"], "task");
  const by = optionalText(given["by"], "by");
  const task = parseTaskId(id) === undefined ? undefined : await simulation.engine.findTask(id);
  if (task === undefined || task.project !== world.name) throw invalid(`there is no task ${id}`);
  const values = given["values"] ?? null;
  const answer: GivenAnswer = {
    action: text(given["action"], "action"),
    ...optional("values", values === null ? undefined : JSON.stringify(plain(values))),
    ...optional("comment", optionalText(given["comment"], "comment")),
    ...optional("by", by),
    at: simulation.clock.now(),
    via: oneOf(given["via"], "via", taskChannels) ?? "api",
    memberOf:
      by === undefined ? [] : task.request.groups.filter((group) => isMember(world.project.gitlab.world, group, by)),
  };
  return describeTask(await simulation.engine.answerTask(id, answer));
}

function isMember(world: World, path: string, username: string): boolean {
  const group = world.paths.get(path.toLowerCase());
  const user = world.paths.get(username.toLowerCase());
  if (group?.kind !== "group" || user?.kind !== "user") return false;
  for (let above: typeof group | undefined = group; above !== undefined; above = above.parent)
    if (above.members.has(user.id)) return true;
  return false;
}

function describeTask({ id, runId, definition, state, request, answers, notes }: TaskView): WireValue {
  const { title, body, form, actions, assignees, groups, quorum, due } = request;
  return {
    id,
    run: runId,
    definition,
    state,
    title,
    body: body ?? null,
    form: form === undefined ? null : (JSON.parse(form) as WireValue),
    actions,
    assignees,
    groups,
    quorum,
    due: due === undefined ? null : new Date(due).toISOString(),
    answers: answers.map((answer) => ({
      action: answer.action,
      values: answer.values === undefined ? null : (JSON.parse(answer.values) as WireValue),
      comment: answer.comment ?? null,
      by: answer.by ?? null,
      via: answer.via,
    })),
    notes: notes.map((note) => note.text),
  };
}
