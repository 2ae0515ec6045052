/** From a function of type "rest" and the OpenAPI document that it names to what a call needs. */
import type { Problems } from "../../document/problems.ts";
import { nearest } from "../../document/nearest.ts";
import { entryOf, type DataNode } from "../../document/tree.ts";
import type { FunctionDefinition } from "../../model.ts";
import { follow, itemsUnder, splitOnce, textUnder, type Resources } from "../resources.ts";
import type { RestPlan } from "../rest/rest-plan.ts";
import { failsOnStatusCode } from "../service.ts";
import { planBody } from "./body.ts";
import { findOperation, operationIds, type Version } from "./operation.ts";
import { planParameters } from "./parameters.ts";
import type { Planning } from "./planning.ts";
import { propertyKeys } from "./property-keys.ts";
import { declaredSchemes, requiredSchemes } from "./security.ts";
import { serverOf } from "./servers.ts";

/** The plan of a function of type "rest"; undefined when its operation cannot be called, which is told to `problems`. */
export function planRest(
  definition: FunctionDefinition,
  resources: Resources,
  problems: Problems,
): RestPlan | undefined {
  const [, operationId] = splitOnce(definition.operation, "#");
  if (definition.document === undefined || operationId === undefined || operationId === "") {
    problems.error(
      `function ${JSON.stringify(definition.name)}: its operation has to be "path/of/openapi.yaml#operationId", ` +
        `got ${JSON.stringify(definition.operation)}`,
      definition.operationAt,
    );
    return undefined;
  }
  const document = resources.document(definition.document);
  if (document === undefined) return undefined;
  const version = versionOf(document);
  if (version === undefined) {
    problems.error(
      `function ${JSON.stringify(definition.name)}: ${definition.document} is no OpenAPI document of version 2.0, 3.0 or 3.1`,
      definition.operationAt,
    );
    return undefined;
  }
  const operation = findOperation(document, operationId, resources);
  if (operation === undefined) {
    problems.error(
      unknownOperation(definition, operationId, operationIds(document, resources)),
      definition.operationAt,
    );
    return undefined;
  }
  return restPlan(definition, { version, document, operation, resources, problems });
}

function restPlan(definition: FunctionDefinition, planning: Planning): RestPlan {
  const { document, operation } = planning;
  const parameters = planParameters(planning);
  const body = planBody(planning);
  const accept = acceptOf(planning);
  return {
    kind: "rest",
    name: definition.name,
    operation: definition.operation,
    method: operation.method.toUpperCase(),
    path: operation.path,
    server: serverOf(planning),
    keys: propertyKeys(definition, textUnder(entryOf(document, "info")?.value, "title")),
    parameters,
    ...(body !== undefined && { body }),
    ...(accept !== undefined && { accept }),
    schemes: declaredSchemes(planning),
    security: requiredSchemes(document, operation.node),
    failOnStatusCode: failsOnStatusCode(definition),
    ...(definition.authRef !== undefined && { auth: definition.authRef }),
  };
}

/** What it answers with when it succeeds. */
function acceptOf({ version, document, operation, resources }: Planning): string | undefined {
  const types = new Set<string>();
  if (version === 2) {
    const own = itemsUnder(operation.node, "produces");
    for (const item of own.length > 0 ? own : itemsUnder(document, "produces")) {
      if (item.kind === "scalar") types.add(String(item.value));
    }
  }
  const responses = entryOf(operation.node, "responses")?.value;
  for (const { key, value } of responses?.kind === "map" ? responses.entries : []) {
    const content = /^(?:2|default)/.test(key) ? entryOf(follow(value, resources), "content")?.value : undefined;
    for (const entry of content?.kind === "map" ? content.entries : []) types.add(entry.key);
  }
  return types.size === 0 ? undefined : [...types].slice(0, 10).join(", ");
}

function versionOf(document: DataNode): Version | undefined {
  const version = entryOf(document, "openapi")?.value ?? entryOf(document, "swagger")?.value;
  const text = version?.kind === "scalar" ? version.written.replace(/["']/g, "") : "";
  if (/^2(?:\.|$)/.test(text)) return 2;
  return /^3(?:\.|$)/.test(text) ? 3 : undefined;
}

function unknownOperation(definition: FunctionDefinition, operationId: string, known: string[]): string {
  const near = nearest(operationId, known);
  const instead =
    near === undefined
      ? `it has ${known.slice(0, 8).join(", ")}${known.length > 8 ? ", …" : ""}`
      : `did you mean ${near}?`;
  return (
    `function ${JSON.stringify(definition.name)}: ${definition.document} has no operation with the id ` +
    `${JSON.stringify(operationId)}; ${known.length === 0 ? "it has none" : instead}`
  );
}
