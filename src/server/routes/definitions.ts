/** Definitions: the scripts of projects, their triggers and problems. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { definitionSchema, pageOf, projectParams } from "../schemas.ts";

const listQuery = Type.Object({ project: Type.Optional(Type.String({ minLength: 1 })) });

const triggerParams = Type.Object({
  ...projectParams.properties,
  path: Type.String({ minLength: 1, description: "Path of the definition inside its project, percent-encoded." }),
  trigger: Type.String({ minLength: 1, description: "The trigger's name." }),
});

export function definitionRoutes(app: FastifyInstance, engine: Engine, projectName: (project: string) => string): void {
  const list = {
    summary: "List definitions",
    tags: ["definitions"],
    querystring: listQuery,
    response: { 200: pageOf(definitionSchema) },
  };
  app.get<{ Querystring: Static<typeof listQuery> }>("/definitions", { schema: list }, async ({ query }) => ({
    items: await engine.listDefinitions(query.project === undefined ? undefined : projectName(query.project)),
  }));

  const resume = {
    summary: "Let a paused trigger start runs again",
    tags: ["definitions"],
    params: triggerParams,
    response: { 204: Type.Null({ description: "It is on disk." }) },
  };
  const route = "/projects/:project/definitions/:path/triggers/:trigger/resume";
  app.post<{ Params: Static<typeof triggerParams> }>(route, { schema: resume }, async ({ params }, reply) => {
    await engine.resumeTrigger(projectName(params.project), params.path, params.trigger);
    return reply.code(204).send();
  });
}
