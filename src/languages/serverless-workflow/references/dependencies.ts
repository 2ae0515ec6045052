/** Which files a file of a workflow names. Most of them are guesses: the first that is there is meant. */
import { textOf } from "../document/fields.ts";
import { readDocument } from "../document/read-document.ts";
import { entryOf, nodeAt, type DataNode, type MapNode } from "../document/tree.ts";
import { customResource } from "../sonataflow/custom-resource.ts";
import { refsOf } from "./schemas.ts";
import { candidates, isAddress, propertyFiles } from "./uri.ts";

/** Larger documents are looked through for `$ref` only. */
const largestTree = 200_000;

/** The paths and addresses that a file may need, in its order. Never throws. */
export function dependenciesOf(whole: string, text: string): string[] {
  const path = whole.replace(/#.*$/s, "");
  if (path.endsWith(".properties")) return [];
  if (path.endsWith(".proto")) return unique(importsOf(path, text));
  if (!/\.(?:json|ya?ml)$/i.test(path) && !isAddress(path)) return [];
  if (text.length > largestTree) return unique(scannedRefs(path, text));
  const { roots } = readDocument(path, text);
  const resource = customResource(roots, whole.slice(path.length + 1));
  const root = resource?.flow ?? roots[0];
  if (root === undefined) return [];
  const references = refsOf(root).flatMap((node) => fileOf(path, textOf(node)));
  return unique([
    ...(root.kind === "map" && isWorkflow(root) ? workflowFiles(path, root) : []),
    ...functionFiles(path, root),
    ...references,
  ]);
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}

/** Whether a document looks like a workflow. */
function isWorkflow(root: MapNode): boolean {
  return entryOf(root, "states") !== undefined;
}

/** Top-level fields that may be the URI of a file. */
const includable = [
  "functions",
  "events",
  "retries",
  "errors",
  "auth",
  "secrets",
  "constants",
  "timeouts",
  "extensions",
];

function workflowFiles(path: string, root: MapNode): string[] {
  const found = propertyFiles(path);
  for (const key of includable) found.push(...textAt(path, root, [key]));
  found.push(...textAt(path, root, ["dataInputSchema"]), ...textAt(path, root, ["dataInputSchema", "schema"]));
  const extensions = entryOf(root, "extensions")?.value;
  for (const extension of extensions?.kind === "list" ? extensions.items : []) {
    found.push(...textAt(path, extension, ["outputSchema"]), ...textAt(path, extension, ["outputSchema", "schema"]));
    const definitions = nodeAt(extension, ["definitions"]);
    for (const { value } of definitions?.kind === "map" ? definitions.entries : []) found.push(...fileIn(path, value));
  }
  return found;
}

/** The documents that functions name, of a workflow or of a file of functions. */
function functionFiles(path: string, root: DataNode): string[] {
  const list = root.kind === "map" ? entryOf(root, "functions")?.value : root;
  if (list?.kind !== "list") return [];
  return list.items.flatMap((definition) => {
    const type = nodeAt(definition, ["type"]);
    const kind = type?.kind === "scalar" ? textOf(type) : "rest";
    const operation = nodeAt(definition, ["operation"]);
    if (operation?.kind !== "scalar" || kind === "expression" || kind === "custom") return [];
    const text = textOf(operation);
    if ((kind === "graphql" || kind === "odata") && isAddress(text)) return [];
    return fileOf(path, text);
  });
}

function textAt(path: string, root: DataNode, keys: readonly string[]): string[] {
  const node = nodeAt(root, keys);
  return node === undefined ? [] : fileIn(path, node);
}

function fileIn(path: string, node: DataNode): string[] {
  return node.kind === "scalar" && typeof node.value === "string" ? fileOf(path, node.value) : [];
}

/** References inside the same document, and to meta-schemas, need no file. */
function fileOf(path: string, reference: string): string[] {
  if (reference.startsWith("#") || reference.trim() === "" || /^https?:\/\/json-schema\.org\//.test(reference))
    return [];
  return candidates(path, reference);
}

function scannedRefs(path: string, text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/["']?\$ref["']?\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,}#][^\s,}]*))/g)) {
    found.push(...fileOf(path, match[1] ?? match[2] ?? match[3] ?? ""));
  }
  return found;
}

/** Of a .proto file; those of Google's well-known types are part of the language. */
function importsOf(path: string, text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/^\s*import\s+(?:public\s+|weak\s+)?["']([^"'\n]+)["']\s*;/gm)) {
    const [, imported = ""] = match;
    if (!imported.startsWith("google/protobuf/")) found.push(...candidates(path, imported));
  }
  return found;
}
