/** Tasks as the API tells them: what is JSON text inside is JSON here. */
import { Type, type Static } from "typebox";
import { taskChannels, taskStates, type TaskAnswer, type TaskView } from "../../core/task.ts";

const strict = { additionalProperties: false } as const;
const optional = Type.Optional;
const time = (description: string) => Type.Integer({ description: `${description}, in ms since 1970.` });
const texts = (description: string) => Type.Array(Type.String(), { description });

const requestSchema = Type.Object(
  {
    title: Type.String(),
    body: optional(Type.String({ description: "Markdown." })),
    form: optional(Type.Unknown({ description: "A JSON Schema of the values that come with the first action." })),
    actions: texts("What can be chosen. The first one agrees: it needs the quorum. Any other decides at once."),
    assignees: texts("User names of those who may answer."),
    groups: texts("Full paths of groups whose members may answer; without assignees either, whoever may use the API."),
    quorum: Type.Integer({ description: "How many different people have to choose the first action." }),
    allowSelf: Type.Boolean({ description: "Whether the person who started the run may answer." }),
    due: optional(time("Until when there has to be an answer")),
    linked: optional(
      Type.Object(
        { project: Type.String(), kind: Type.Enum(["issue", "merge_request"]), iid: Type.Integer() },
        { ...strict, description: "What it is about; the project :id is that of the run." },
      ),
    ),
    labels: optional(Type.Record(Type.String(), Type.String(), { description: "Labels that answer, by action." })),
  },
  strict,
);

const answerSchema = Type.Object(
  {
    action: Type.String(),
    values: optional(Type.Unknown()),
    comment: optional(Type.String()),
    by: optional(Type.String({ description: "User name." })),
    at: time("When it was given"),
    via: Type.Enum([...taskChannels]),
  },
  strict,
);

export const taskSchema = Type.Object(
  {
    id: Type.String(),
    runId: Type.String(),
    project: Type.String(),
    definition: Type.String({ description: "Path of the run's definition." }),
    state: Type.Enum([...taskStates]),
    request: requestSchema,
    answers: Type.Array(answerSchema),
    notes: Type.Array(Type.Object({ at: time("When it was noted"), text: Type.String() }, strict)),
    createdAt: time("When it was asked"),
    closedAt: optional(time("When it was decided, or ended without")),
  },
  strict,
);

/** A task as the API tells it. */
export type TaskJson = Static<typeof taskSchema>;

export function taskJson({ request, answers, ...rest }: TaskView): TaskJson {
  const { form, ...asked } = request;
  const shown = form === undefined ? asked : { ...asked, form: JSON.parse(form) as unknown };
  return { ...rest, request: shown, answers: answers.map(answerJson) };
}

function answerJson({ values, ...answer }: TaskAnswer): Static<typeof answerSchema> {
  return values === undefined ? answer : { ...answer, values: JSON.parse(values) as unknown };
}
