/** Definitions: the scripts of projects, their triggers and problems. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { DefinitionView } from "../../core/definition.ts";
import type { Engine } from "../../core/engine.ts";
import type { Diagnostic } from "../../core/program.ts";
import type { SourceProblem } from "../definition-sources.ts";
import { definitionSchema, pageOf, projectParams } from "../schemas.ts";

const listQuery = Type.Object({ project: Type.Optional(Type.String({ minLength: 1 })) });

const triggerParams = Type.Object({
  ...projectParams.properties,
  path: Type.String({ minLength: 1, description: "Path of the definition inside its project, percent-encoded." }),
  trigger: Type.String({ minLength: 1, description: "The trigger's name." }),
});

export interface DefinitionOptions {
  engine: Engine;
  projectName: (project: string) => string;
  /** Scripts that could not be looked for. */
  sourceProblems: () => SourceProblem[];
}

export function definitionRoutes(app: FastifyInstance, options: DefinitionOptions): void {
  const { engine, projectName, sourceProblems } = options;
  const list = {
    summary: "List definitions",
    tags: ["definitions"],
    querystring: listQuery,
    response: { 200: pageOf(definitionSchema) },
  };
  app.get<{ Querystring: Static<typeof listQuery> }>("/definitions", { schema: list }, async ({ query }) => {
    const project = query.project === undefined ? undefined : projectName(query.project);
    const problems = sourceProblems().filter((each) => project === undefined || each.project === project);
    return { items: withSourceProblems(await engine.listDefinitions(project), problems) };
  });

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

/** Definitions that could not be looked for are listed with the reason, also when none of the project is known. */
function withSourceProblems(known: DefinitionView[], sourceProblems: SourceProblem[]): DefinitionView[] {
  const items = [...known];
  for (const { project, path, message } of sourceProblems) {
    const indices = items.keys().filter((i) => items[i]!.project === project);
    for (const i of indices) items[i] = withProblem(items[i]!, message);
    if (items.some((item) => item.project === project)) continue;
    items.push(withProblem({ project, path, language: "starlark", triggers: [], problems: [] }, message));
  }
  return items;
}

function withProblem(view: DefinitionView, message: string): DefinitionView {
  const where = { file: view.path, line: 1, column: 1 };
  const problem: Diagnostic = { severity: "error", code: "SCRIPT_SOURCE_UNAVAILABLE", message, where };
  return { ...view, problems: [...view.problems, problem] };
}
