/** JSON Schemas with the files that they refer to. */
import type { JsonSchema } from "../../../core/program.ts";
import { jsonTextOf, nodeAt, type DataNode } from "../document/tree.ts";
import type { Resources } from "./resources.ts";
import { splitFragment } from "./uri.ts";

/** The schema of a file with all that it refers to, in YAML or JSON. References to what is not there are told. */
export function schemaOfFile(path: string, resources: Resources): JsonSchema | undefined {
  const root = resources.document(path);
  if (root === undefined) return undefined;
  return collect(path, root, resources);
}

/** A schema that stands inside the file `path`. */
export function inlineSchema(path: string, node: DataNode, resources: Resources): JsonSchema {
  return collect(path, node, resources);
}

function collect(path: string, root: DataNode, resources: Resources): JsonSchema {
  const documents = new Map<string, string>();
  const pending: [string, DataNode][] = [[path, root]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [file, node] = next;
    if (documents.has(file)) continue;
    documents.set(file, jsonTextOf(node));
    for (const reference of refsOf(node)) {
      const { document } = splitFragment(String(reference.value));
      // An $id or a meta-schema is no file.
      if (document === "" || /^https?:\/\/json-schema\.org\//.test(document)) continue;
      const found = resources.require(file, document, reference);
      const other = found === undefined || documents.has(found) ? undefined : resources.document(found);
      if (found !== undefined && other !== undefined) pending.push([found, other]);
    }
  }
  return { path, documents: Object.fromEntries(documents) };
}

/** The texts of all `$ref` keys. */
export function refsOf(root: DataNode): Extract<DataNode, { kind: "scalar" }>[] {
  const found: Extract<DataNode, { kind: "scalar" }>[] = [];
  const seen = new Set<DataNode>();
  const pending: DataNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === "scalar" || seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "list") pending.push(...node.items);
    else {
      const reference = nodeAt(node, ["$ref"]);
      if (reference?.kind === "scalar" && typeof reference.value === "string") found.push(reference);
      for (const { value } of node.entries) pending.push(value);
    }
  }
  return found;
}
