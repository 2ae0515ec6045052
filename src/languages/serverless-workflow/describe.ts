/** What an image tells of itself. */
import type { Description, JsonSchema } from "../../core/program.ts";
import { environmentNeeds } from "./compile/environment-names.ts";
import { graphOf } from "./diagram/graph.ts";
import type { ImageContent } from "./image.ts";
import type { SchemaCheck } from "./model.ts";
import { triggersOf } from "./triggers.ts";

/** Triggers, schemas, environment and graph of a workflow. */
export function describeImage({ workflow, plans, environment }: ImageContent): Description {
  const { id, version, name, description, annotations, input, output } = workflow;
  const needs = environmentNeeds(workflow, plans);
  return {
    mode: "handlers",
    triggers: triggersOf(workflow),
    workflow: {
      name: id,
      version,
      ...(name !== undefined && { title: name }),
      ...(description !== undefined && { description }),
      ...(annotations.length > 0 && { annotations }),
      ...(input !== undefined && { inputSchema: schemaOf(input) }),
      ...(input?.failOnValidationErrors === false && { mayDiffer: true as const }),
      ...(output !== undefined && { outputSchema: schemaOf(output) }),
      ...(output?.failOnValidationErrors === false && { outputMayDiffer: true as const }),
      environment,
      ...(needs.length > 0 && { needs }),
      graph: graphOf(workflow),
    },
  };
}

function schemaOf({ schema, at }: SchemaCheck): JsonSchema {
  return { ...schema, at };
}
