/** What operators do to runs of workflows: repeat, skip, edit; and the nodes that a run went through. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { runStates } from "../../core/run.ts";
import { nodeVisitSchema, runParams } from "../schemas.ts";
import { settledInTime } from "../workflows/start-workflow.ts";

const commandParams = Type.Object({
  ...runParams.properties,
  command: Type.Enum(["retry", "skip", "data", "enter", "leave"], {
    description: "Repeat a node, go on behind it, put other data in place, start a node, break one off.",
  }),
});

const commandBody = Type.Object(
  {
    node: Type.Optional(Type.String({ minLength: 1, description: "Its id; the failed one unless said." })),
    data: Type.Optional(Type.Object({}, { additionalProperties: true, description: "In place of the run's data." })),
  },
  { additionalProperties: false },
);

const standing = Type.Object(
  { state: Type.Enum([...runStates]), message: Type.Optional(Type.String({ description: "Why it failed again." })) },
  { additionalProperties: false },
);

export function runCommandRoutes(app: FastifyInstance, engine: Engine): void {
  const nodes = {
    summary: "List the nodes that a run has left, in that order, and those that it is in",
    tags: ["runs"],
    params: runParams,
    response: { 200: Type.Object({ items: Type.Array(nodeVisitSchema) }, { additionalProperties: false }) },
  };
  app.get<{ Params: Static<typeof runParams> }>("/runs/:id/nodes", { schema: nodes }, async ({ params }) => {
    return { items: await engine.nodesOf(params.id) };
  });

  const schema = {
    summary: "Intervene in an open run, or in one that failed and can be repaired",
    description: "Answers when the run waits again or has ended. A failed run that is given a command is opened again.",
    tags: ["runs"],
    params: commandParams,
    body: commandBody,
    response: { 200: standing },
  };
  type Route = { Params: Static<typeof commandParams>; Body: Static<typeof commandBody> };
  app.post<Route>("/runs/:id/commands/:command", { schema }, async ({ params: { id, command }, body }) => {
    const { node, data } = body;
    if (command === "data" && data === undefined) throw new AutoFlowError("REQUEST_INVALID", "data is missing");
    if (command === "enter" && node === undefined) throw new AutoFlowError("REQUEST_INVALID", "node is missing");
    const { settled } = await engine.commandRun(id, {
      name: command,
      payload: data === undefined ? "null" : JSON.stringify(data),
      ...(node !== undefined && { node }),
    });
    const after = await settledInTime(settled);
    const { error } = after ?? {};
    return { state: after?.state ?? "running", ...(error !== undefined && { message: error.message }) };
  });
}
