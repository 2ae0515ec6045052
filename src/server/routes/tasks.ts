/** Tasks: what runs ask people, and the people's answers. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Clock } from "../../core/ports.ts";
import { taskStates } from "../../core/task.ts";
import { pageOf, pageQuery } from "../schemas.ts";
import { type AnswerContext, giveAnswer, noSuchTask } from "../tasks/give-answer.ts";
import { taskJson, taskSchema } from "../tasks/task-json.ts";
import type { Engine } from "../../core/engine.ts";

interface TaskRouteOptions extends AnswerContext {
  engine: Engine;
  projectName: (project: string) => string;
  clock: Pick<Clock, "now">;
}

export function taskRoutes(app: FastifyInstance, options: TaskRouteOptions): void {
  listRoute(app, options);
  showRoute(app, options);
  answerRoute(app, options);
}

const listQuery = Type.Object({
  project: Type.Optional(Type.String({ minLength: 1 })),
  state: Type.Optional(Type.Enum([...taskStates])),
  assignee: Type.Optional(Type.String({ minLength: 1, description: "User name of one to whom they are assigned." })),
  run: Type.Optional(Type.String({ minLength: 1, description: "The id of the run that asks." })),
  ...pageQuery,
});

function listRoute(app: FastifyInstance, { engine, projectName }: TaskRouteOptions): void {
  const schema = {
    summary: "List tasks, newest first",
    tags: ["tasks"],
    querystring: listQuery,
    response: { 200: pageOf(taskSchema) },
  };
  app.get<{ Querystring: Static<typeof listQuery> }>("/tasks", { schema }, async ({ query }) => {
    const { project, run, ...rest } = query;
    const { items, ...page } = await engine.listTasks({
      ...rest,
      ...(project !== undefined && { project: projectName(project) }),
      ...(run !== undefined && { runId: run }),
    });
    return { items: items.map(taskJson), ...page };
  });
}

const taskParams = Type.Object({ id: Type.String({ minLength: 1, description: "The task's id." }) });

type TaskParams = { Params: Static<typeof taskParams> };

function showRoute(app: FastifyInstance, { engine }: TaskRouteOptions): void {
  const schema = { summary: "Show a task", tags: ["tasks"], params: taskParams, response: { 200: taskSchema } };
  app.get<TaskParams>("/tasks/:id", { schema }, async ({ params }) => {
    const task = await engine.findTask(params.id);
    if (task === undefined) throw noSuchTask(params.id);
    return taskJson(task);
  });
}

const answerBody = Type.Object(
  {
    action: Type.String({ minLength: 1, description: "One of the task's actions." }),
    values: Type.Optional(Type.Unknown({ description: "What the task's form asks for." })),
    comment: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000 })),
    by: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: "User name of the person who answers. Whoever may use the API is trusted to say it.",
      }),
    ),
    via: Type.Optional(Type.Enum(["api", "cli"])),
  },
  { additionalProperties: false },
);

function answerRoute(app: FastifyInstance, { engine, directory, clock }: TaskRouteOptions): void {
  const schema = {
    summary: "Answer a task",
    description:
      "A person's answer replaces an earlier one of the same person while the task is open. What decides it reaches the run.",
    tags: ["tasks"],
    params: taskParams,
    body: answerBody,
    response: { 200: taskSchema },
  };
  app.post<TaskParams & { Body: Static<typeof answerBody> }>("/tasks/:id/answer", { schema }, async (request) => {
    const { values, via = "api", by, ...said } = request.body;
    const answer = {
      ...said,
      ...(by !== undefined && { by: by.replace(/^@/, "") }),
      ...(values !== undefined && { values: JSON.stringify(values) }),
      at: clock.now(),
      via,
    };
    return taskJson(await giveAnswer({ engine, directory }, request.params.id, answer));
  });
}
