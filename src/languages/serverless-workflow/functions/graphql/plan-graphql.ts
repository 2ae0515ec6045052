/** Functions of type "graphql": `<address or schema file>#query#<field>` or `…#mutation#<field>`. */
import type { Problems } from "../../document/problems.ts";
import type { FunctionDefinition } from "../../model.ts";
import type { Resources } from "../resources.ts";
import { servicePlan, type ServicePlan } from "../service.ts";
import { nearest } from "../../document/nearest.ts";
import { fieldsOfSchema } from "./schema.ts";

export interface GraphqlPlan extends ServicePlan {
  kind: "graphql";
  /** "" where the operation names a schema: properties say where the service is. */
  url: string;
  operationType: "query" | "mutation";
  field: string;
  /** Types of the arguments, as the schema has them ("[ID!]!"); absent without a schema. */
  argumentTypes?: { [name: string]: string };
}

/** Undefined when it cannot be called as it is written, which is told to `problems`. */
export function planGraphql(
  definition: FunctionDefinition,
  resources: Resources,
  problems: Problems,
): GraphqlPlan | undefined {
  const [url = "", type = "", field = "", ...more] = definition.operation.split("#");
  const operationType = type.toLowerCase();
  if (
    url === "" ||
    more.length > 0 ||
    !/^[_A-Za-z]\w*$/.test(field) ||
    (operationType !== "query" && operationType !== "mutation")
  ) {
    problems.error(
      `function ${JSON.stringify(definition.name)}: its operation has to be "<address>#query#<field>" or ` +
        `"<address>#mutation#<field>", got ${JSON.stringify(definition.operation)}`,
      definition.operationAt,
    );
    return undefined;
  }
  const plan: GraphqlPlan = { kind: "graphql", ...servicePlan(definition), url, operationType, field };
  const text = definition.document === undefined ? undefined : resources.text(definition.document);
  if (text === undefined) return plan;
  const fields = fieldsOfSchema(text, operationType);
  const argumentTypes = fields.get(field);
  if (argumentTypes === undefined) {
    const near = nearest(field, fields.keys());
    problems.error(
      `function ${JSON.stringify(definition.name)}: ${definition.document} has no ${operationType} ${JSON.stringify(field)}` +
        (near === undefined ? "" : `; did you mean ${near}?`),
      definition.operationAt,
    );
    return undefined;
  }
  return { ...plan, url: "", argumentTypes: Object.fromEntries(argumentTypes) };
}
