/** Finds an operation in an OpenAPI document. */
import { entryOf, type DataNode } from "../../document/tree.ts";
import { entriesUnder, follow, textUnder, type Resources } from "../resources.ts";

/** OpenAPI 2 (Swagger), or 3.x. */
export type Version = 2 | 3;

export interface Operation {
  /** Lower case. */
  method: string;
  path: string;
  node: DataNode;
  pathItem: DataNode;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * The operation with this id: the author's, or, for one without, the name that generators give it (`getApiV4ProjectsId` for
 * GET /api/v4/projects/{id}).
 */
export function findOperation(document: DataNode, id: string, resources: Resources): Operation | undefined {
  const all = operationsOf(document, resources);
  return (
    all.find(({ node }) => textUnder(node, "operationId") === id) ??
    all.find((operation) => textUnder(operation.node, "operationId") === undefined && generatedId(operation) === id) ??
    all.find((operation) => idOf(operation).toLowerCase() === id.toLowerCase())
  );
}

/** The ids by which a document's operations can be called. */
export function operationIds(document: DataNode, resources: Resources): string[] {
  return operationsOf(document, resources).map(idOf);
}

/** All operations of a document, in their order. */
function operationsOf(document: DataNode, resources: Resources): Operation[] {
  const operations: Operation[] = [];
  for (const { key: path, value } of entriesUnder(document, "paths")) {
    const pathItem = follow(value, resources);
    if (pathItem === undefined || !path.startsWith("/")) continue;
    for (const method of methods) {
      const node = entryOf(pathItem, method)?.value;
      if (node?.kind === "map") operations.push({ method, path, node, pathItem });
    }
  }
  return operations;
}

function idOf(operation: Operation): string {
  return textUnder(operation.node, "operationId") ?? generatedId(operation);
}

function generatedId({ method, path }: Operation): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}
