/** An answer to a task, looked at as far as an engine cannot: the values of its form, and who is a member of which group. */
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { GivenAnswer, TaskRequest, TaskView } from "../../core/task.ts";
import type { Directory } from "../../core/directory.ts";
import { SchemaError } from "../../schema/documents.ts";
import { validateJson } from "../../schema/validate-json.ts";

export interface AnswerContext {
  engine: Pick<Engine, "findTask" | "answerTask">;
  directory: Directory;
}

/** Throws TASK_NOT_FOUND, TASK_CLOSED, TASK_ANSWER_INVALID, TASK_NOT_ALLOWED. */
export async function giveAnswer(
  { engine, directory }: AnswerContext,
  id: string,
  answer: Omit<GivenAnswer, "memberOf">,
): Promise<TaskView> {
  const task = await engine.findTask(id);
  if (task === undefined) throw noSuchTask(id);
  requireValues(task.request, answer.values);
  return engine.answerTask(id, { ...answer, memberOf: await groupsOf(directory, task, answer.by) });
}

export function noSuchTask(id: string): AutoFlowError {
  return new AutoFlowError("TASK_NOT_FOUND", `there is no task ${JSON.stringify(id)}`);
}

/** The groups of the task that a person is a member of, where that matters. */
async function groupsOf(directory: Directory, task: TaskView, by: string | undefined): Promise<string[]> {
  const { state, project, request } = task;
  if (by === undefined || state !== "open") return [];
  if (request.assignees.some((name) => name.toLowerCase() === by.toLowerCase())) return [];
  const found = await Promise.all(
    request.groups.map(async (group) => ((await directory.isMember(project, group, by)) ? group : undefined)),
  );
  return found.filter((group) => group !== undefined);
}

const formPath = "form.json";

function requireValues({ form }: TaskRequest, values: string | undefined): void {
  if (form === undefined || values === undefined) return;
  const violations = violationsOf(form, values);
  if (violations.length === 0) return;
  throw new AutoFlowError("TASK_ANSWER_INVALID", `the values do not fit the form: ${violations.join("; ")}`, {
    data: { violations },
  });
}

function violationsOf(form: string, values: string): string[] {
  try {
    const schema = { path: formPath, documents: { [formPath]: form } };
    return validateJson(schema, JSON.parse(values)).map(({ text }) => text);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return [`the form is no JSON Schema: ${error.message}`];
  }
}
