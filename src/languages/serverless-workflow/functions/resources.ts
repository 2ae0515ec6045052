/** The files that functions name, and the references between them. */
import type { DataNode } from "../document/tree.ts";
import { entryOf } from "../document/tree.ts";

/** The files of a definition, by their paths among the sources. */
export interface Resources {
  /** A YAML or JSON file as a located tree; undefined when it is not there or does not parse, which has been told. */
  document(path: string): DataNode | undefined;
  /** Any file as text. */
  text(path: string): string | undefined;
  /** The path of the file that a reference in the file `base` means; undefined when there is none. */
  find(base: string, uri: string): string | undefined;
}

/** Chains of references are no longer in any honest document. */
const longestChain = 50;

/**
 * Follows `$ref` (a JSON reference: file and pointer, both optional) until a node is none. Fields beside a `$ref` do not count.
 * Undefined when the end is not there or the chain is a circle.
 */
export function follow(node: DataNode | undefined, resources: Resources): DataNode | undefined {
  let at = node;
  for (let steps = 0; steps < longestChain; steps++) {
    const reference = referenceOf(at);
    if (at === undefined || reference === undefined) return at;
    at = target(at, reference, resources);
  }
  return undefined;
}

/** The text of a node's `$ref`. */
export function referenceOf(node: DataNode | undefined): string | undefined {
  const reference = entryOf(node, "$ref")?.value;
  return reference?.kind === "scalar" && typeof reference.value === "string" ? reference.value : undefined;
}

function target(node: DataNode, reference: string, resources: Resources): DataNode | undefined {
  const [file, pointer = ""] = splitOnce(reference, "#");
  const path = file === "" ? node.source.path : resources.find(node.source.path, file);
  const root = path === undefined ? undefined : resources.document(path);
  return root === undefined ? undefined : atPointer(root, pointer);
}

/** RFC 6901, as a URI fragment. */
function atPointer(root: DataNode, pointer: string): DataNode | undefined {
  if (pointer === "") return root;
  if (!pointer.startsWith("/")) return undefined;
  let at: DataNode | undefined = root;
  for (const part of pointer.slice(1).split("/")) {
    const key = percentDecoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
    at = at?.kind === "list" && /^\d+$/.test(key) ? at.items[Number(key)] : entryOf(at, key)?.value;
  }
  return at;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is before and behind the first `separator`; the whole when there is none. */
export function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** A text under a key, following references; undefined when there is none or it is no text. */
export function textUnder(node: DataNode | undefined, key: string): string | undefined {
  const value = entryOf(node, key)?.value;
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}

/** Whether a key is there and true. */
export function isTrue(node: DataNode | undefined, key: string): boolean {
  const value = entryOf(node, key)?.value;
  return value?.kind === "scalar" && value.value === true;
}

/** The entries of an object under a key, in their order; none when there is no such object. */
export function entriesUnder(node: DataNode | undefined, key: string): { key: string; value: DataNode }[] {
  const value = entryOf(node, key)?.value;
  return value?.kind === "map" ? value.entries : [];
}

/** The items of a list under a key; none when there is no such list. */
export function itemsUnder(node: DataNode | undefined, key: string): DataNode[] {
  const value = entryOf(node, key)?.value;
  return value?.kind === "list" ? value.items : [];
}
