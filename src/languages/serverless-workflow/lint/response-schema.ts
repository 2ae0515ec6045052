/** What OpenAPI documents say of answers. */
import { entryOf, jsonOf, nodeAt, type DataNode } from "../document/tree.ts";
import { follow } from "../functions/resources.ts";
import type { FunctionDefinition } from "../model.ts";
import type { Resources } from "../references/resources.ts";
import { splitFragment } from "../references/uri.ts";

const methods = ["get", "put", "post", "delete", "patch", "options", "head", "trace"];

/** The schema of the answer of a rest function when all goes well; undefined when the document has none. */
export function responseSchema(
  { type, document, operation }: FunctionDefinition,
  resources: Resources,
): DataNode | undefined {
  if (type !== "rest" || document === undefined) return undefined;
  const root = resources.document(document);
  const found = operationOf(root, splitFragment(operation).fragment, resources);
  const responses = follow(entryOf(found, "responses")?.value, resources);
  for (const status of ["200", "201", "202", "2XX", "default"]) {
    const response = follow(entryOf(responses, status)?.value, resources);
    if (response === undefined) continue;
    const content = entryOf(response, "content")?.value;
    const media = content?.kind === "map" ? content.entries.find(({ key }) => /json/.test(key))?.value : undefined;
    return follow(entryOf(response, "schema")?.value ?? entryOf(media, "schema")?.value, resources);
  }
  return undefined;
}

function operationOf(root: DataNode | undefined, id: string, resources: Resources): DataNode | undefined {
  const paths = entryOf(root, "paths")?.value;
  for (const { value } of paths?.kind === "map" ? paths.entries : []) {
    const item = follow(value, resources);
    for (const method of methods) {
      const operation = entryOf(item, method)?.value;
      const operationId = nodeAt(operation, ["operationId"]);
      if (operationId?.kind === "scalar" && operationId.value === id) return operation;
    }
  }
  return undefined;
}

/** The schema at a path of keys and indices; undefined when it says nothing of that. */
export function schemaAt(
  schema: DataNode | undefined,
  path: readonly (string | number)[],
  resources: Resources,
): DataNode | undefined {
  let at = follow(schema, resources);
  for (const step of path) {
    at = follow(typeof step === "number" ? entryOf(at, "items")?.value : nodeAt(at, ["properties", step]), resources);
    if (at === undefined) return undefined;
  }
  return at;
}

/** The texts that a schema allows; undefined when it allows any. */
export function enumOf(schema: DataNode | undefined): string[] | undefined {
  const list = entryOf(schema, "enum")?.value;
  if (list?.kind !== "list") return undefined;
  return list.items.map(jsonOf).filter((value) => typeof value === "string");
}

/** The keys that merging an answer of this schema into data may add; undefined when that cannot be told. */
export function mergedKeys(schema: DataNode | undefined): string[] | undefined {
  const type = nodeAt(schema, ["type"]);
  const kind = type?.kind === "scalar" ? type.value : undefined;
  if (schema === undefined || entryOf(schema, "allOf") !== undefined || entryOf(schema, "oneOf") !== undefined)
    return undefined;
  const properties = entryOf(schema, "properties")?.value;
  if (properties?.kind === "map") return properties.entries.map(({ key }) => key);
  return kind === undefined || kind === "object" ? undefined : ["response"];
}
