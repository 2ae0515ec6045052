/** Feature flags: which events may start something. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { flagSchema, pageOf } from "../schemas.ts";

const flagParams = Type.Object({ name: Type.String({ minLength: 1 }) });

const flagBody = Type.Object(
  {
    project: Type.Optional(
      Type.String({ minLength: 1, description: "For this project only; absent for the instance." }),
    ),
    enabled: Type.Unsafe<boolean | null>({ type: ["boolean", "null"], description: "null: back to what it inherits." }),
  },
  { additionalProperties: false },
);

export function flagRoutes(app: FastifyInstance, engine: Engine, projectName: (project: string) => string): void {
  const list = { summary: "List flags", tags: ["flags"], response: { 200: pageOf(flagSchema) } };
  app.get("/flags", { schema: list }, async () => ({ items: await engine.listFlags() }));

  const set = {
    summary: "Set a flag",
    tags: ["flags"],
    params: flagParams,
    body: flagBody,
    response: { 204: Type.Null({ description: "It is on disk." }) },
  };
  type Route = { Params: Static<typeof flagParams>; Body: Static<typeof flagBody> };
  app.put<Route>("/flags/:name", { schema: set }, async ({ params, body }, reply) => {
    const project = body.project === undefined ? undefined : projectName(body.project);
    await engine.setFlag(params.name, project, body.enabled ?? undefined);
    return reply.code(204).send();
  });
}
